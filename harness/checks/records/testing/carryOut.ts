/** A request from its session to its entry: decided anew after each answer from outside, and written in one step with its entry. */
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { entryOf } from './auditEvents.ts';
import { Asking, freshTrail, openCall, Refusal } from './call.ts';
import type { Call, Done, Handler, Input } from './call.ts';
import { sleepBeforeReply, splitWrite } from './commitDefects.ts';
import { DiskFull } from './disk.ts';
import { has, refused, write } from './life.ts';
import type { Life } from './life.ts';
import { openSession, renewed } from './sessions.ts';
import type { Change, Entry } from './state.ts';

/** These change keys: one after the other for each patient. */
const IN_TURN: ReadonlySet<string> = new Set(['rotateKey', 'shredPatient']);
const WRITES: ReadonlySet<string> = new Set(['putPatient', 'putResource']);
const WITHOUT_ENTRY: ReadonlySet<string> = new Set([
  ...['getAuditRoot', 'getInclusionProof', 'getConsistencyProof'],
]);
/** Of so many requests one is not taken, where load is a freedom that was taken. */
const OVERLOAD = 23;

export async function carryOut(
  life: Life,
  operation: string,
  handler: Handler,
  input: Input,
): Promise<SystemAnswer> {
  life.requests += 1;
  const isShed = life.freedoms.load !== 'takes all' && life.requests % OVERLOAD === 0;
  if (isShed) return refused('OVERLOADED');
  if (!life.disk.isWritable && !isUnrecorded(life, operation)) return refused('AUDIT_UNAVAILABLE');
  const call = openCall(life, operation, input);
  const isEach = WRITES.has(operation) && life.freedoms.dataKeys === 'one for each write';
  const isInTurn = IN_TURN.has(operation) || isEach;
  if (!isInTurn) return attempt(call, handler);
  return inTurn(life, input.patientId ?? '', () => attempt(call, handler));
}

function isUnrecorded(life: Life, operation: string): boolean {
  if (operation === 'declareBreakGlass')
    return has(life, 'opens emergencies that it cannot record');
  return has(life, 'shows what it cannot record');
}

async function inTurn<T>({ turns }: Life, patientId: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(patientId) ?? Promise.resolve();
  const own = before.then(work, work);
  turns.set(patientId, own);
  return own;
}

async function attempt(call: Call, handler: Handler): Promise<SystemAnswer> {
  const { life } = call;
  for (;;) {
    call.trail = freshTrail(call.operation, call.input, life);
    try {
      const done = perform(call, handler);
      return await answered(call, done);
    } catch (error) {
      if (error instanceof DiskFull) return refused('AUDIT_UNAVAILABLE');
      if (error instanceof Refusal) return await refuse(call, error, handler);
      if (!(error instanceof Asking)) throw error;
      call.heard.set(error.question, await error.ask());
      life.signal.throwIfAborted();
    }
  }
}

function perform(call: Call, handler: Handler): Done {
  if (call.operation !== 'createSession') openSession(call);
  return handler(call, call.input as never);
}

async function answered(call: Call, done: Done): Promise<SystemAnswer> {
  const { life, operation } = call;
  const changes = [...(done.changes ?? []), ...renewed(call)];
  const refusal = call.heard.get('refusal') as Refusal | undefined;
  const isFree = WITHOUT_ENTRY.has(operation) && life.freedoms.rootsAndProofs === 'no entry';
  const entry = isFree ? undefined : entryOf(call, refusal, changes);
  if (!life.disk.isWritable) return { output: done.output };
  await commit(call, changes, entry);
  if (refusal) return refused(refusal.code);
  return { output: done.output, ...headersOf(call, done.headers) };
}

/** For defects only: what nobody asked for. */
function headersOf(
  { life, input }: Call,
  headers?: Readonly<Record<string, string>>,
): { headers?: Readonly<Record<string, string>> } {
  if (!has(life, 'tells the token in a header')) return headers ? { headers } : {};
  return { headers: { ...headers, 'x-session': input.authorization ?? '' } };
}

async function commit(call: Call, changes: readonly Change[], entry?: Entry): Promise<void> {
  const { life } = call;
  if (await splitWrite(call, changes, entry)) return;
  if (changes.length > 0 || entry) write(life, { changes, ...(entry && { entry }) });
  await sleepBeforeReply(call, changes, entry);
}

async function refuse(call: Call, refusal: Refusal, handler: Handler): Promise<SystemAnswer> {
  const { life, operation, trail } = call;
  const isHidden = refusal.code === 'ERASED' && trail.isStranger;
  const told = isHidden ? 'ACCESS_DENIED' : refusal.code;
  const isFree = refusal.code === 'INVALID_REQUEST' && life.freedoms.invalidRequests === 'no entry';
  const isProof = WITHOUT_ENTRY.has(operation) && life.freedoms.rootsAndProofs === 'no entry';
  const isRenewing = life.freedoms.refusedRequest === 'renews the session';
  const changes = [
    ...refusal.changes,
    ...(isRenewing ? renewed(call) : []),
    ...unauthorised(call, refusal, handler),
  ];
  const outcome = { code: told, reason: refusal.reason };
  const entry = isFree || isProof ? undefined : entryOf(call, outcome);
  try {
    await commit(call, changes, entry);
  } catch (error) {
    if (error instanceof DiskFull) return refused('AUDIT_UNAVAILABLE');
    throw error;
  }
  return { ...refused(told, detailsOf(call, refusal, told)), ...headersOf(call) };
}

/** A defect does without a session what it refuses. */
function unauthorised(call: Call, { code }: Refusal, handler: Handler): readonly Change[] {
  const { life, operation, input } = call;
  const isUnknown = code === 'NOT_AUTHENTICATED' || code === 'SESSION_EXPIRED';
  if (!isUnknown || operation === 'createSession') return [];
  if (!has(life, 'does without a session what it refuses')) return [];
  for (const session of life.state.sessions.values()) {
    const other = openCall(life, operation, input);
    other.session = session;
    other.trail.user = session.user;
    try {
      return handler(other, input as never).changes ?? [];
    } catch {
      continue;
    }
  }
  return [];
}

function detailsOf({ life, input }: Call, { reason }: Refusal, code: string): object {
  if (reason === 'NO_RELATIONSHIP' && has(life, 'tells in words that a patient is foreign')) {
    return { detail: 'This patient is not yours.' };
  }
  if (has(life, 'repeats the request in refusals')) return { detail: JSON.stringify(input) };
  if (life.freedoms.refusalMembers === 'code only') return {};
  const issue = [{ severity: 'error', code: 'processing', diagnostics: code }];
  return { title: code, outcome: { resourceType: 'OperationOutcome', issue } };
}

/** What has not the message's shape. */
export async function carryOutInvalid(
  life: Life,
  operation: string,
  given: Readonly<Record<string, unknown>>,
  hasSession: boolean,
): Promise<SystemAnswer> {
  const invalid: Handler = () => {
    throw new Refusal('INVALID_REQUEST');
  };
  const input = wellFormed(given);
  if (input.requestId === undefined) return refused('INVALID_REQUEST');
  const isSessionFirst = hasSession && life.freedoms.shapeAndSession === 'session first';
  const call = openCall(life, operation, input as Input);
  if (!life.disk.isWritable) return refused('AUDIT_UNAVAILABLE');
  if (isSessionFirst) return attempt(call, invalid);
  return refuse(call, new Refusal('INVALID_REQUEST'), invalid);
}

const IDS = ['patientId', 'resourceId', 'resourceType', 'consentId', 'grantId', 'requestId'];

/** What of a request can stand in an entry. */
function wellFormed(given: Readonly<Record<string, unknown>>): Partial<Input> {
  const ids = IDS.filter(
    (name) => typeof given[name] === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(given[name]),
  );
  const { authorization } = given;
  return {
    ...Object.fromEntries(ids.map((name) => [name, given[name]])),
    ...(typeof authorization === 'string' && { authorization }),
  };
}
