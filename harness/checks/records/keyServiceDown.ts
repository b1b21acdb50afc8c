/** EHR-ENC-04.a: without the key service nothing is shown, and nothing is lost. */
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Check } from '../check.ts';
import { wardClock } from './clock.ts';
import {
  coldCases,
  holdRefused,
  holdWellAgain,
  inTime,
  readsOf,
  setKeyService,
  untilWell,
  WRITES,
} from './coldCases.ts';
import { worldOf } from './outside.ts';
import { openWard } from './ward.ts';
import { patientResource } from './wardResources.ts';
import type { Ward } from './wardTypes.ts';
import type { Behaviour, RecordsWorld } from './worldQuestions.ts';

const OUTAGES: Readonly<Record<string, Behaviour>> = {
  'errs with 500': { kind: 'error', status: 500 },
  'errs with 503': { kind: 'error', status: 503 },
  'is silent': { kind: 'silence' },
  'cannot be reached': { kind: 'reset' },
};
/** A call that got no answer may have been carried out. */
const BOOKED: Readonly<Record<string, Behaviour>> = {
  'does what it does not answer': { kind: 'silenceBooked' },
  'does what it cuts off': { kind: 'resetBooked' },
};

const noKeyNoRecord: Check = {
  id: 'no-key-no-record',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const world = worldOf(context);
    const ward = openWard(context.session());
    const cases = await coldCases(wardClock(context), ward, OUTAGES, [
      ...(await readsOf(ward)),
      ...WRITES,
    ]);
    const refused = cases.map(async (each) => {
      await setKeyService(world, each.patient.patientId, each.behaviour);
      await holdRefused(ward, each, ['KMS_UNAVAILABLE']);
      context.hit('refused');
    });
    const registered = Object.entries({ ...OUTAGES, ...BOOKED }).map(([what, behaviour]) =>
      holdUnregistered(ward, world, `Registering while the key service ${what}`, behaviour),
    );
    await Promise.all([...refused, ...registered]);
    await Promise.all(cases.map((each) => holdWellAgain(ward, world, each)));
    context.hit('recovered', cases.length);
  },
};

/** A patient without a key is none: the same registration succeeds later. */
async function holdUnregistered(
  ward: Ward,
  world: RecordsWorld,
  what: string,
  behaviour: Behaviour,
): Promise<void> {
  const patientId = ward.requestId();
  await setKeyService(world, patientId, behaviour);
  const physician = await ward.physician();
  const requestId = ward.requestId();
  const resource = patientResource(ward.organizationId);
  const input = { patientId, purpose: 'TREAT', resource };
  const reply = await inTime(ward, requestId, what, () =>
    ward.ask(physician, 'putPatient', { ...input, requestId }),
  );
  refusedWith(what, reply, 'KMS_UNAVAILABLE');
  await setKeyService(world, patientId, { kind: 'usual' });
  const again = await untilWell(() => ward.ask(physician, 'putPatient', input));
  okOutput('Registering after the key service was down', again);
}

export const keyServiceDown: readonly Check[] = [noKeyNoRecord];
