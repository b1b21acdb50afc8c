/** One request while it is carried out: what is decided of it, and what its entry will say. */
import type { Change, PatientState, Session, User } from './state.ts';
import type { Life } from './life.ts';
import { policy } from './policy.ts';

/** What the entry says beside the operation, the time and the outcome. */
export interface Trail {
  /** Of the session. */
  user?: User;
  /** Of createSession: the user that was claimed. */
  claimed?: string;
  purpose?: string;
  patientId?: string;
  /** Of the resource, as `Patient/{patientId}/{type}/{id}`. */
  reference?: string;
  fields: readonly string[];
  grantIds: readonly string[];
  returned: boolean;
  /** Whether the rule asks for no relationship: then ERASED is not told. */
  isStranger: boolean;
}

/** The members that several operations have. */
export interface Input {
  readonly requestId: string;
  readonly authorization?: string;
  readonly patientId?: string;
  readonly purpose?: string;
  readonly resourceType?: string;
  readonly resourceId?: string;
  readonly consentId?: string;
  readonly grantId?: string;
}

export interface Call {
  readonly life: Life;
  readonly operation: string;
  readonly input: Input;
  trail: Trail;
  session?: Session;
  /** What was asked outside, by name. */
  readonly heard: Map<string, unknown>;
}

/** What an operation did, before it is written. */
export interface Done {
  readonly output: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly changes?: readonly Change[];
}

export type Handler<T = never> = (call: Call, input: T) => Done;

export class Refusal extends Error {
  readonly code: string;
  /** What the log says instead of the code. */
  readonly reason: string;
  readonly changes: readonly Change[];
  constructor(code: string, reason = code, changes: readonly Change[] = []) {
    super(code);
    this.code = code;
    this.reason = reason;
    this.changes = changes;
  }
}

/** Something has to be heard from outside first; then the request is carried out from its beginning. */
export class Asking extends Error {
  readonly question: string;
  readonly ask: () => Promise<unknown>;
  constructor(question: string, ask: () => Promise<unknown>) {
    super(question);
    this.question = question;
    this.ask = ask;
  }
}

/**
 * The answer to a question, which is asked once in a request: what is decided after it was heard is decided by what holds then.
 * @throws Asking when it has not been heard yet
 */
export function asked<T>(call: Call, question: string, ask: () => Promise<T>): T {
  if (call.heard.has(question)) return call.heard.get(question) as T;
  throw new Asking(question, ask);
}

export function openCall(life: Life, operation: string, input: Input): Call {
  return { life, operation, input, trail: freshTrail(operation, input, life), heard: new Map() };
}

export function freshTrail(operation: string, input: Input, life: Life): Trail {
  const isNamed = operation !== 'createSession' || life.freedoms.patientOfLogIn === 'named';
  const { patientId, purpose, grantId, consentId, resourceId } = input;
  const type = consentId === undefined ? input.resourceType : 'Consent';
  const id = consentId ?? resourceId;
  return {
    ...(patientId !== undefined && isNamed && { patientId }),
    ...(purpose !== undefined && policy.purposes.codes.includes(purpose) && { purpose }),
    ...(id !== undefined && { reference: `Patient/${patientId}/${type}/${id}` }),
    grantIds: grantId === undefined ? [] : [grantId],
    ...{ fields: [], returned: false, isStranger: false },
  };
}

/** @throws Refusal ERASED */
export function holdNotErased(patient: PatientState): void {
  if (patient.keys.state !== 'active') throw new Refusal('ERASED');
}

/** In milliseconds since the epoch to a FHIR instant. */
export function instant(ms: number): string {
  return new Date(ms).toISOString();
}
