/** EHR-ENC-03.d: an erasure is refused and nothing done, or it holds from its reply on and is finished. */
import type { Keys } from '../../../spec/records/messages.d.ts';
import type { Target } from '../../target/target.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { holdErased, shredded } from './erasedPatient.ts';
import { worldOf } from './outside.ts';
import { WITHIN_MS } from './patience.ts';
import { openWard } from './ward.ts';
import type { Admitted, Ward } from './wardTypes.ts';
import type { Behaviour, RecordsWorld } from './worldQuestions.ts';

const FAILURES: readonly Behaviour[] = [
  { kind: 'error', status: 500 },
  { kind: 'error', status: 503 },
  { kind: 'reset' },
  { kind: 'silence' },
  { kind: 'silenceBooked' },
  { kind: 'resetBooked' },
];

export const erasureFinished: Check = {
  id: 'erasure-is-finished',
  isolation: 'exclusive',
  needs: ['restart'],
  deadlineMs: 4 * WITHIN_MS,
  async run(context) {
    const { target } = context;
    holdCanRestart(target);
    const ward = openWard(context.session());
    const world = worldOf(context);
    const patients = await Promise.all(FAILURES.map(() => ward.admit()));
    const replies = await Promise.all(
      patients.map(async (patient, index) => {
        const failure = FAILURES[index] as Behaviour;
        await world.script('destroyKey', patient.patientId, [], failure);
        return ward.shred(patient);
      }),
    );
    const begun: Admitted[] = [];
    for (const [index, patient] of patients.entries()) {
      const reply = replies[index] as Reply<Keys>;
      const failure = FAILURES[index] as Behaviour;
      if (await holdRefusedOrBegun(ward, world, patient, reply, failure)) begun.push(patient);
      else await world.script('destroyKey', patient.patientId, []);
    }
    const refused = patients.filter((patient) => !begun.includes(patient));
    for (const patient of refused) await shredded(ward, patient);
    const [soon, later] = [begun.slice(0, begun.length / 2), begun.slice(begun.length / 2)];
    for (const { patientId } of soon) await world.script('destroyKey', patientId, []);
    for (const patient of soon) await holdErased(ward, world, patient);
    await finishedAcrossAKill(ward, world, target, later);
    for (const patient of patients) {
      await holdErased(ward, world, patient);
      await holdAllErased(ward, patient, 'after it was finished');
      context.hit('erased');
    }
  },
};
/** Killed before the key service answers again. */
async function finishedAcrossAKill(
  ward: Ward,
  world: RecordsWorld,
  target: Target,
  begun: readonly Admitted[],
): Promise<void> {
  await killAndRestart(target);
  for (const patient of begun) {
    await holdAllErased(ward, patient, 'after SIGKILL and a restart, its key not yet destroyed');
  }
  for (const { patientId } of begun) await world.script('destroyKey', patientId, []);
}

/** @returns whether it has begun */
async function holdRefusedOrBegun(
  ward: Ward,
  world: RecordsWorld,
  patient: Admitted,
  reply: Reply<Keys>,
  failure: Behaviour,
): Promise<boolean> {
  const what = `shredPatient while the key service met destroyKey with ${failure.kind}`;
  const key = await world.key(patient.patientId);
  if (reply.kind === 'refused') {
    refusedWith(what, reply, 'KMS_UNAVAILABLE');
    hold(
      key?.state === 'enabled',
      `${what} was refused, and the key is destroyed: a call without an answer may have been carried out.`,
      'enabled',
      key,
    );
    const read = await ward.access(patient.physician, patient.patientId);
    okOutput(`accessRecord after a ${what}, which was refused,`, read);
    return false;
  }
  const { state } = okOutput(what, reply);
  hold(
    state === 'erasing' || key?.state === 'destroyed',
    `${what} was answered with the state ${state}, and the key service has the key ${key?.state}.`,
    'erasing',
    state,
  );
  await holdAllErased(ward, patient, `after the reply to a ${what}`);
  return true;
}

async function holdAllErased(ward: Ward, patient: Admitted, when: string): Promise<void> {
  const { patientId, physician } = patient;
  const read = await ward.access(physician, patientId);
  refusedWith(`accessRecord of an erased patient ${when}`, read, 'ERASED');
  const declared = await ward.declare(physician, patientId);
  refusedWith(`declareBreakGlass with an erased patient ${when}`, declared, 'ERASED');
}
