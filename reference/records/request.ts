/**
 * One request: prepared without holding anything up, decided and recorded in one turn, and answered when that is durable. What a
 * decision lacks (a key that is to be unwrapped) is fetched between two turns, and then it is decided anew.
 */
import type { Answer } from '../kit/service.ts';
import type { AuditFacts } from './auditLogger/auditEvent.ts';
import type { Records } from './records.ts';

export type Facts = { -readonly [F in keyof AuditFacts]: AuditFacts[F] };

export interface Request<Material = unknown> {
  readonly records: Records;
  readonly operation: string;
  readonly nowMs: number;
  /** What its entry will say. */
  readonly facts: Facts;
  /** What was fetched for it. */
  readonly material: Material | undefined;
}

export interface Done {
  readonly output: object;
  /** Of one resource the version, which becomes its ETag. */
  readonly versionId?: number | undefined;
  /** At least one resource left for another organisation, for a purpose that is accounted for. */
  readonly isDisclosure?: boolean;
}

/** Thrown by a decision that refuses. Nothing has been written by then. */
export class Refusal extends Error {
  readonly code: string;
  /** For the audit log. */
  readonly reason: string;
  constructor(code: string, detail: string, reason = code) {
    super(detail);
    this.name = 'Refusal';
    this.code = code;
    this.reason = reason;
  }
}

export interface Prepared<Material = unknown> {
  readonly material?: Material;
  /** The patient whose key the key service says is destroyed. */
  readonly gonePatientId?: string;
  /** What the request is refused with, if it still needs what could not be fetched. */
  readonly failure?: Refusal;
}

/** Thrown by a decision that lacks something. Nothing has been written by then. */
export class NotYet extends Error {
  readonly prepare: () => Promise<Prepared>;
  constructor(prepare: () => Promise<Prepared>) {
    super('the decision lacks something that is to be fetched');
    this.name = 'NotYet';
    this.prepare = prepare;
  }
}

export type Decide<Input, Material = unknown> = (request: Request<Material>, input: Input) => Done;

/** What requests name. Which of it they have depends on the operation. */
interface Named {
  readonly requestId: string;
  readonly patientId?: string;
  readonly purpose?: string;
  readonly resourceType?: Exclude<Facts['resource'], undefined>['resourceType'];
  readonly resourceId?: string;
  readonly consentId?: string;
  readonly grantId?: string;
}

/** Fetching begins no more after so long: with the slowest fetching the contract's 5 s are kept. */
const PREPARE_WITHIN_MS = 1500;

type Verdict = Done | Refusal | NotYet;

export async function conduct<Input extends Named>(
  records: Records,
  operation: string,
  input: Input,
  decide: Decide<Input, never>,
): Promise<Answer> {
  const lastBeginMs = performance.now() + PREPARE_WITHIN_MS;
  let prepared: Prepared = {};
  for (;;) {
    const verdict = await records.turns.take(() =>
      decideOnce(records, operation, input, decide as Decide<Input>, prepared),
    );
    if (!(verdict instanceof NotYet)) return answerOf(records, verdict);
    if (performance.now() > lastBeginMs) prepared = { failure: kmsUnavailable() };
    else prepared = await verdict.prepare();
  }
}

function decideOnce<Input extends Named>(
  records: Records,
  operation: string,
  input: Input,
  decide: Decide<Input>,
  prepared: Prepared,
): Verdict {
  if (prepared.gonePatientId !== undefined) noteGone(records, prepared.gonePatientId);
  const nowMs = records.clock.nowMs();
  const facts: Facts = { nowMs, operation, status: 200, ...named(operation, input) };
  const request = { records, operation, nowMs, facts, material: prepared.material };
  const decided = verdictOf(() => decide(request, input));
  const verdict = decided instanceof NotYet ? (prepared.failure ?? decided) : decided;
  if (!(verdict instanceof NotYet)) record(request, verdict);
  return verdict;
}

function verdictOf(decide: () => Done): Verdict {
  try {
    return decide();
  } catch (error) {
    if (error instanceof Refusal || error instanceof NotYet) return error;
    throw error;
  }
}

function named(operation: string, input: Named): Pick<AuditFacts, 'requestId'> & Partial<Facts> {
  const { requestId, patientId, purpose, resourceType, resourceId, consentId, grantId } = input;
  return {
    requestId,
    purpose,
    // A session's patient is not whom the log-in is about.
    patientId: operation === 'createSession' ? undefined : patientId,
    ...(resourceType && resourceId !== undefined && { resource: { resourceType, resourceId } }),
    ...(consentId !== undefined && {
      resource: { resourceType: 'Consent', resourceId: consentId },
    }),
    ...(grantId !== undefined && { grantIds: [grantId] }),
  };
}

/** A message that does not fit its place is as one without the shape: it has no entry. */
function record({ records, facts }: Request, verdict: Done | Refusal): void {
  if (!(verdict instanceof Refusal)) return records.log.add(facts, verdict.isDisclosure ?? false);
  if (verdict.code === 'INVALID_REQUEST') return;
  const { status } = records.problem(verdict.code, '');
  const { reason } = verdict;
  records.log.add({ ...facts, status, reason, accessedFields: undefined }, false);
}

function answerOf(records: Records, verdict: Done | Refusal): Answer {
  if (verdict instanceof Refusal)
    return { problem: records.problem(verdict.code, verdict.message) };
  const { output, versionId } = verdict;
  return versionId === undefined ? { output } : { output, headers: { ETag: etagOf(versionId) } };
}

export function etagOf(versionId: number): string {
  return `W/"${versionId}"`;
}

export function kmsUnavailable(): Refusal {
  return new Refusal('KMS_UNAVAILABLE', 'the key service gives no usable answer');
}

/** One that is being erased here is left to the eraser, which hears of the key itself. */
function noteGone(records: Records, patientId: string): void {
  if (records.store.patient(patientId)?.state === 'active') markErased(records, patientId);
}

/** Within a turn: the patient's key is destroyed, whatever is kept here. */
export function markErased({ store, turns, dataKeys }: Records, patientId: string): void {
  const patient = store.patient(patientId);
  if (!patient || patient.state === 'erased') return;
  store.putPatient({ ...patient, state: 'erased' });
  turns.afterwards(() => dataKeys.forget(patientId));
}
