/** EHR-ENC-04: without the right key nothing is shown. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Resource } from '../../../spec/records/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { clinicalResource } from './clinical.ts';
import { wardClock } from './clock.ts';
import { worldOf } from './outside.ts';
import { policy } from './policy.ts';
import { theEntryOf } from './recorded.ts';
import { okOutput, refusedWith } from './replies.ts';
import { openWard } from './ward.ts';
import { patientResource } from './wardResources.ts';
import type { Admitted, Ward } from './wardTypes.ts';
import type { Behaviour, KeyOperationName, RecordsWorld } from './worldQuestions.ts';

/** In real time. */
const MAX_REPLY_MS = 5_000;
/** For an implementation that asks a service that failed only now and then. */
const MAX_RECOVERY_MS = 5_000;
const PAUSE_MS = 50;
const KEY_OPERATIONS: readonly KeyOperationName[] = [
  ...(['createKey', 'getKey', 'wrapKey', 'unwrapKey', 'rotateWrappingKey'] as const),
];

const OUTAGES: Readonly<Record<string, Behaviour>> = {
  'errs with 500': { kind: 'error', status: 500 },
  'errs with 503': { kind: 'error', status: 503 },
  'is silent': { kind: 'silence' },
  'cannot be reached': { kind: 'reset' },
};

type Operation =
  | 'accessRecord'
  | 'readPatient'
  | 'readResource'
  | 'readVersion'
  | 'searchResources'
  | 'putResource';
const READS: readonly Operation[] = [
  ...(['accessRecord', 'readPatient', 'readResource', 'readVersion', 'searchResources'] as const),
];

/** A patient of whom one kind of request is made: what is asked of one does not wait for another. */
interface Case {
  readonly what: string;
  readonly behaviour: Behaviour;
  readonly operation: Operation;
  readonly patient: Admitted;
  readonly resourceId: string;
  /** Stands in everything that is kept of the patient. */
  readonly secret: string;
}

const noKeyNoRecord: Check = {
  id: 'no-key-no-record',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const world = worldOf(context);
    const ward = openWard(context.session());
    const cases = await coldCases(context, ward, OUTAGES, [...READS, 'putResource']);
    const refused = cases.map(async (each) => {
      await fail(world, each.patient.patientId, each.behaviour);
      await holdRefused(ward, each, ['KMS_UNAVAILABLE']);
      context.hit('refused');
    });
    const registered = Object.entries(OUTAGES).map(([what, behaviour]) =>
      holdUnregistered(ward, world, `Registering while the key service ${what}`, behaviour),
    );
    await Promise.all([...refused, ...registered]);
    await Promise.all(cases.map((each) => holdWellAgain(ward, world, each)));
    context.hit('recovered', cases.length);
  },
};

const wrongKeyNoRecord: Check = {
  id: 'wrong-key-no-record',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const world = worldOf(context);
    const ward = openWard(context.session());
    const wrong = { 'gives another key': { kind: 'wrongKey' } } as const;
    const cases = await coldCases(context, ward, wrong, READS);
    const refused = cases.map(async (each) => {
      await world.script('unwrapKey', each.patient.patientId, [], each.behaviour);
      await holdRefused(ward, each, ['RECORD_UNREADABLE', 'KMS_UNAVAILABLE']);
      context.hit('refused');
    });
    await Promise.all(refused);
    await Promise.all(cases.map((each) => holdWellAgain(ward, world, each)));
  },
};

/** Of each outage and each operation; no key that was unwrapped may be used any more. */
async function coldCases(
  context: CheckContext,
  ward: Ward,
  outages: Readonly<Record<string, Behaviour>>,
  operations: readonly Operation[],
): Promise<Case[]> {
  const cases = Object.entries(outages).flatMap(([what, behaviour]) =>
    operations.map(async (operation): Promise<Case> => {
      const secret = ward.id(`secret-${operation}-${what}`.replaceAll(' ', '-'));
      const resource = { name: [{ family: secret }] };
      const patient = await ward.admit({ resource });
      const { patientId, physician } = patient;
      const condition = clinicalResource('Condition', patientId, secret);
      const resourceId = await ward.write(physician, patientId, condition);
      return { what, behaviour, operation, patient, resourceId, secret };
    }),
  );
  const all = await Promise.all(cases);
  await wardClock(context).advance(ward, policy.keys.maxPlaintextKeyAgeMs + 1);
  return all;
}

async function fail(world: RecordsWorld, patientId: string, behaviour: Behaviour): Promise<void> {
  await Promise.all(
    KEY_OPERATIONS.map((operation) => world.script(operation, patientId, [], behaviour)),
  );
}

async function holdRefused(ward: Ward, each: Case, codes: readonly string[]): Promise<void> {
  const { what, operation, patient, secret } = each;
  const sentence = `${operation} while the key service ${what}`;
  const requestId = ward.requestId();
  const input = { ...inputOf(ward, each), requestId };
  const reply = await inTime(ward, requestId, sentence, () =>
    ward.ask(patient.physician, operation, input),
  );
  const problem = refusedWith(sentence, reply, ...codes);
  hold(
    !JSON.stringify([problem, reply.headers]).includes(secret),
    `${sentence} should show nothing of the record.`,
    undefined,
    reply,
  );
  const { outcome, reason } = await theEntryOf(ward, requestId, sentence);
  holdSame(
    { outcome, reason },
    { outcome: '8', reason: problem.code },
    `The entry of ${sentence} should say that it failed, and with which code.`,
  );
}

function inputOf(ward: Ward, { operation, patient, resourceId }: Case): object {
  const of = { patientId: patient.patientId, purpose: 'TREAT' };
  const condition = { ...of, resourceType: 'Condition' };
  switch (operation) {
    case 'accessRecord':
    case 'readPatient':
      return of;
    case 'searchResources':
      return condition;
    case 'readResource':
      return { ...condition, resourceId };
    case 'readVersion':
      return { ...condition, resourceId, versionId: '1' };
    case 'putResource': {
      const resource = clinicalResource('Condition', patient.patientId, 'written without a key');
      return { ...condition, resourceId: ward.requestId(), resource };
    }
  }
}

/** What was refused with OVERLOADED and sent again has no time that could be told. */
async function inTime<T>(
  ward: Ward,
  requestId: string,
  sentence: string,
  send: () => Promise<T>,
): Promise<T> {
  const sending = send();
  // Where nobody waits for it any more.
  sending.catch(() => undefined);
  const waiting = new AbortController();
  const late = sleep(MAX_REPLY_MS, 'late' as const, { signal: waiting.signal });
  const first = await Promise.race([sending, late.catch(() => 'late' as const)]).finally(() =>
    waiting.abort(),
  );
  const isPutOff = ward.sent.some((sent) => sent.requestId === requestId);
  hold(
    first !== 'late' || isPutOff,
    `${sentence} should be refused within ${MAX_REPLY_MS} ms, and it is not answered by then.`,
  );
  return sending;
}

/** A patient without a key is none: the same registration succeeds later. */
async function holdUnregistered(
  ward: Ward,
  world: RecordsWorld,
  what: string,
  behaviour: Behaviour,
): Promise<void> {
  const patientId = ward.requestId();
  await fail(world, patientId, behaviour);
  const physician = await ward.physician();
  const requestId = ward.requestId();
  const resource = patientResource(ward.organizationId);
  const input = { patientId, purpose: 'TREAT', resource };
  const reply = await inTime(ward, requestId, what, () =>
    ward.ask(physician, 'putPatient', { ...input, requestId }),
  );
  refusedWith(what, reply, 'KMS_UNAVAILABLE');
  await fail(world, patientId, { kind: 'usual' });
  const again = await untilWell(() => ward.ask(physician, 'putPatient', input));
  okOutput('Registering after the key service was down', again);
}

async function holdWellAgain(
  ward: Ward,
  world: RecordsWorld,
  { what, patient, resourceId, secret }: Case,
): Promise<void> {
  const { patientId, physician } = patient;
  await fail(world, patientId, { kind: 'usual' });
  const reply = await untilWell(() => ward.access(physician, patientId));
  const sentence = `accessRecord after a time in which the key service ${what}`;
  const { resources } = okOutput(sentence, reply);
  const names = resources.map(({ resourceType, id }) => `${resourceType}/${id}`).sort();
  holdSame(
    names,
    [`Condition/${resourceId}`, `Patient/${patientId}`],
    `${sentence} should give the record, and nothing that was refused.`,
  );
  hold(
    resources.every((resource: Resource) => JSON.stringify(resource).includes(secret)),
    `${sentence} should give the record as it was written.`,
    secret,
    resources,
  );
}

async function untilWell<T extends { kind: 'ok' | 'refused'; problem?: { code: string } }>(
  ask: () => Promise<T>,
): Promise<T> {
  const untilMs = performance.now() + MAX_RECOVERY_MS;
  for (;;) {
    const reply = await ask();
    if (reply.problem?.code !== 'KMS_UNAVAILABLE' || performance.now() >= untilMs) return reply;
    await sleep(PAUSE_MS);
  }
}

export const keyServiceDown: readonly Check[] = [noKeyNoRecord, wrongKeyNoRecord];
