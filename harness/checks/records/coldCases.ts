/** Patients of whom no unwrapped key may be used any more, each for one kind of request to a system whose key service fails. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Resource } from '../../../spec/records/messages.d.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import type { WardClock } from './clock.ts';
import { policy } from './policy.ts';
import { readsVersions } from './readsVersions.ts';
import { theEntryOf } from './recorded.ts';
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

const READS = [
  ...(['accessRecord', 'readPatient', 'readResource', 'readVersion', 'searchResources'] as const),
] as const;
/** Of a resource that is not there yet, and of one that is. */
export const WRITES = ['create', 'update'] as const;

export type Asked = (typeof READS)[number] | (typeof WRITES)[number];

/** A patient of whom one kind of request is made: what is asked of one does not wait for another. */
export interface Case {
  readonly what: string;
  readonly behaviour: Behaviour;
  readonly asked: Asked;
  readonly patient: Admitted;
  readonly resourceId: string;
  /** Stands in everything that is kept of the patient. */
  readonly secret: string;
  /** As a write has it. */
  readonly newId: string;
}

/** Every operation that reads. */
export async function readsOf(ward: Ward): Promise<readonly Asked[]> {
  const hasVersions = await readsVersions(ward);
  return READS.filter((operation) => hasVersions || operation !== 'readVersion');
}

/** Of each behaviour and each kind of request. */
export async function coldCases(
  clock: WardClock,
  ward: Ward,
  behaviours: Readonly<Record<string, Behaviour>>,
  kinds: readonly Asked[],
): Promise<Case[]> {
  const cases = Object.entries(behaviours).flatMap(([what, behaviour]) =>
    kinds.map(async (asked): Promise<Case> => {
      const secret = ward.id(`secret-${asked}-${what}`.replaceAll(' ', '-'));
      const resource = { name: [{ family: secret }] };
      const patient = await ward.admit({ resource });
      const { patientId, physician } = patient;
      const condition = clinicalResource('Condition', patientId, secret);
      const resourceId = await ward.write(physician, patientId, condition);
      return { what, behaviour, asked, patient, resourceId, secret, newId: ward.requestId() };
    }),
  );
  const all = await Promise.all(cases);
  await coolDown(clock, ward);
  return all;
}

/** No key that was unwrapped before may be used any more. */
export async function coolDown(clock: WardClock, ward: Ward): Promise<void> {
  await clock.advance(ward, policy.keys.maxPlaintextKeyAgeMs + 1);
}

/** Every operation of the key service behaves so, of this patient. */
export async function setKeyService(
  world: RecordsWorld,
  patientId: string,
  behaviour: Behaviour,
): Promise<void> {
  await Promise.all(
    KEY_OPERATIONS.map((operation) => world.script(operation, patientId, [], behaviour)),
  );
}

/** In time. @param codes of which a refusal has one */
export async function askCold(
  ward: Ward,
  each: Case,
  codes: readonly string[],
): Promise<Reply<unknown>> {
  const { what, asked, patient, secret } = each;
  const sentence = `${nameOf(asked)} while the key service ${what}`;
  const requestId = ward.requestId();
  const { operation, input } = requestOf(each);
  const reply = await inTime(ward, requestId, sentence, () =>
    ward.ask(patient.physician, operation, { ...input, requestId }),
  );
  hold(
    !JSON.stringify([reply.kind === 'ok' ? reply.output : reply.problem, reply.headers]).includes(
      secret,
    ),
    `${sentence} should show nothing of the record.`,
    undefined,
    reply,
  );
  if (reply.kind === 'ok') return reply;
  const problem = refusedWith(sentence, reply, ...codes);
  const { outcome, reason } = await theEntryOf(ward, requestId, sentence);
  holdSame(
    { outcome, reason },
    { outcome: '8', reason: problem.code },
    `The entry of ${sentence} should say that it failed, and with which code.`,
  );
  return reply;
}

/** @throws Violation where it is answered */
export async function holdRefused(ward: Ward, each: Case, codes: readonly string[]): Promise<void> {
  const sentence = `${nameOf(each.asked)} while the key service ${each.what}`;
  refusedWith(sentence, await askCold(ward, each, codes), ...codes);
}

function nameOf(asked: Asked): string {
  return asked === 'create' || asked === 'update' ? `putResource (to ${asked})` : asked;
}

function requestOf({ asked, patient, resourceId, newId }: Case): {
  operation: string;
  input: object;
} {
  const { patientId } = patient;
  const of = { patientId, purpose: 'TREAT' };
  const condition = { ...of, resourceType: 'Condition', resourceId };
  const resource = clinicalResource('Condition', patientId, WRITTEN);
  switch (asked) {
    case 'accessRecord':
    case 'readPatient':
      return { operation: asked, input: of };
    case 'searchResources':
      return { operation: asked, input: { ...of, resourceType: 'Condition' } };
    case 'readResource':
      return { operation: asked, input: condition };
    case 'readVersion':
      return { operation: asked, input: { ...condition, versionId: '1' } };
    case 'create':
      return { operation: 'putResource', input: { ...condition, resourceId: newId, resource } };
    case 'update':
      return { operation: 'putResource', input: { ...condition, ifMatch: etagOf(1), resource } };
  }
}

/** The text of every write. */
const WRITTEN = 'written while the key service failed';

/** What was refused with OVERLOADED and sent again has no time that could be told. */
export async function inTime<T>(
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

/** @param isWritten whether the write of the case was answered */
export async function holdWellAgain(
  ward: Ward,
  world: RecordsWorld,
  { what, asked, patient, resourceId, newId, secret }: Case,
  isWritten = false,
): Promise<void> {
  const { patientId, physician } = patient;
  await setKeyService(world, patientId, { kind: 'usual' });
  const reply = await untilWell(() => ward.access(physician, patientId));
  const sentence = `accessRecord after a time in which the key service ${what}`;
  const { resources } = okOutput(sentence, reply);
  const isMade = isWritten && asked === 'create';
  const due = [`Condition/${resourceId}`, `Patient/${patientId}`];
  holdSame(
    resources.map(nameOfResource).sort(),
    [...due, ...(isMade ? [`Condition/${newId}`] : [])].sort(),
    `${sentence} should give the record, with what was written and without what was refused.`,
  );
  for (const resource of resources) {
    const isNew = isWritten && resource.id === (asked === 'create' ? newId : resourceId);
    const text = isNew ? WRITTEN : secret;
    hold(
      JSON.stringify(resource).includes(text),
      `${sentence} should give ${nameOfResource(resource)} as it was written.`,
      text,
      resources,
    );
  }
}

function nameOfResource({ resourceType, id }: Resource): string {
  return `${resourceType}/${id}`;
}

export async function untilWell<T extends { kind: 'ok' | 'refused'; problem?: { code: string } }>(
  ask: () => Promise<T>,
): Promise<T> {
  const untilMs = performance.now() + MAX_RECOVERY_MS;
  for (;;) {
    const reply = await ask();
    if (reply.problem?.code !== 'KMS_UNAVAILABLE' || performance.now() >= untilMs) return reply;
    await sleep(PAUSE_MS);
  }
}
