/** What the test system knows: a fold over what is on its disk, and over nothing else. */
import type {
  AuditEvent,
  Category,
  Consent,
  Grant,
  KeyState,
  Role,
} from '../../../../spec/records/messages.d.ts';

export interface User {
  readonly userId: string;
  readonly role: Role;
  readonly organizationId: string;
  readonly patientId?: string;
  readonly active: boolean;
  /** SHA-256, hex. */
  readonly credentialDigest: string;
}

export interface CareTeam {
  readonly careTeamId: string;
  readonly patientId: string;
  readonly members: readonly string[];
}

export interface Scope {
  readonly context: 'patient' | 'user';
  /** A type or `*`. */
  readonly type: string;
  /** Of `cruds`. */
  readonly rights: string;
}

export interface Session {
  /** SHA-256 of the token, hex. */
  readonly digest: string;
  /** As it was at the log-in. */
  readonly user: User;
  /** Undefined: everything that the user may. */
  readonly scopes?: readonly Scope[];
  readonly patientId?: string;
  readonly expiresAtMs: number;
  readonly lastMs: number;
  readonly ended: boolean;
}

export interface DataKey {
  readonly dataKeyVersion: number;
  readonly wrapped: string;
  /** SHA-256 of the key, hex: tells another key from the right one. */
  readonly check: string;
  /** Only by a defect. */
  readonly plain?: string;
}

export interface PatientKeys {
  readonly patientId: string;
  readonly organizationId: string;
  readonly state: KeyState;
  readonly wrappingKeyVersion: number;
  /** The newest last. */
  readonly dataKeys: readonly DataKey[];
}

/** One version of a resource, sealed. */
export interface KeptVersion {
  readonly patientId: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly versionId: string;
  readonly writtenMs: number;
  readonly labels: readonly Category[];
  readonly dataKeyVersion: number;
  /** Base64 or hex, like the two below. */
  readonly nonce: string;
  readonly ciphertext: string;
  readonly tag: string;
}

export interface ConsentVersion {
  readonly patientId: string;
  readonly consentId: string;
  readonly versionId: string;
  readonly writtenMs: number;
  readonly resource: Consent;
}

export interface GrantState extends Omit<Grant, 'review'> {
  readonly durationMs: number;
  readonly status: Grant['review']['status'];
  readonly dueAtMs: number;
  readonly reviewerId?: string;
}

export interface Alert {
  readonly organizationId: string;
  readonly alertId: string;
  readonly kind: 'break-glass' | 'review-overdue' | 'critical-result';
  readonly patientId: string;
  readonly reference?: string;
  readonly grantId?: string;
  readonly userId?: string;
  readonly atMs: number;
}

export interface Entry {
  readonly event: AuditEvent;
  /** Of the sinks; absent where no patient that exists is named. */
  readonly organizationId?: string;
  readonly patientId?: string;
  readonly requestId: string;
  /** Whether at least one resource was returned. */
  readonly returned: boolean;
}

export type Change =
  | { readonly kind: 'user'; readonly value: User }
  | { readonly kind: 'team'; readonly value: CareTeam }
  | { readonly kind: 'session'; readonly value: Session }
  | { readonly kind: 'keys'; readonly value: PatientKeys }
  | { readonly kind: 'version'; readonly value: KeptVersion }
  /** Under another data key: instead of the same version. */
  | { readonly kind: 'resealed'; readonly value: KeptVersion }
  | { readonly kind: 'consent'; readonly value: ConsentVersion }
  | { readonly kind: 'grant'; readonly value: GrantState }
  | { readonly kind: 'alert'; readonly value: Alert }
  | { readonly kind: 'alerted'; readonly value: string }
  | { readonly kind: 'told'; readonly value: Told }
  /** Only by defects, which keep what must not be kept. */
  | { readonly kind: 'plain'; readonly value: unknown };

/** Up to where an organisation's sink has its entries: how many of them. */
export interface Told {
  readonly organizationId: string;
  readonly count: number;
}

/** Written at once, or not at all. */
export interface Step {
  readonly changes: readonly Change[];
  readonly entry?: Entry;
}

export interface PatientState {
  keys: PatientKeys;
  /** By `Type/id`; the newest last. */
  readonly versions: Map<string, KeptVersion[]>;
  /** By id; the newest last. */
  readonly consents: Map<string, ConsentVersion[]>;
}

export interface State {
  readonly users: Map<string, User>;
  readonly teams: Map<string, CareTeam>;
  readonly sessions: Map<string, Session>;
  readonly patients: Map<string, PatientState>;
  readonly grants: Map<string, GrantState>;
  readonly alerts: Map<string, Alert>;
  readonly alerted: Set<string>;
  readonly entries: Entry[];
  readonly entriesOfPatient: Map<string, number[]>;
  readonly entriesOfRequest: Map<string, number[]>;
  readonly entriesOfOrganization: Map<string, number[]>;
  /** By organisation. */
  readonly told: Map<string, number>;
}

export function emptyState(): State {
  return {
    ...{ users: new Map(), teams: new Map(), sessions: new Map(), patients: new Map() },
    ...{ grants: new Map(), alerts: new Map(), alerted: new Set(), entries: [], told: new Map() },
    ...{ entriesOfPatient: new Map(), entriesOfRequest: new Map() },
    entriesOfOrganization: new Map(),
  };
}

export function applyStep(state: State, { changes, entry }: Step): void {
  for (const change of changes) applyChange(state, change);
  if (!entry) return;
  const index = state.entries.push(entry) - 1;
  const { patientId, requestId, organizationId } = entry;
  push(state.entriesOfRequest, requestId, index);
  if (patientId !== undefined) push(state.entriesOfPatient, patientId, index);
  if (organizationId !== undefined) push(state.entriesOfOrganization, organizationId, index);
}

function applyChange(state: State, { kind, value }: Change): void {
  switch (kind) {
    case 'user':
      state.users.set(value.userId, value);
      return;
    case 'team':
      state.teams.set(value.careTeamId, value);
      return;
    case 'session':
      state.sessions.set(value.digest, value);
      return;
    case 'keys':
      setKeys(state, value);
      return;
    case 'version':
      push(state.patients.get(value.patientId)!.versions, keyOf(value), value);
      return;
    case 'resealed':
      reseal(state.patients.get(value.patientId)!, value);
      return;
    case 'consent':
      push(state.patients.get(value.patientId)!.consents, value.consentId, value);
      return;
    case 'grant':
      state.grants.set(value.grantId, value);
      return;
    case 'alert':
      state.alerts.set(value.alertId, value);
      return;
    case 'alerted':
      state.alerted.add(value);
      return;
    case 'told':
      state.told.set(value.organizationId, value.count);
      return;
    case 'plain':
      return;
  }
}

function setKeys(state: State, keys: PatientKeys): void {
  const known = state.patients.get(keys.patientId);
  if (known) known.keys = keys;
  else state.patients.set(keys.patientId, { keys, versions: new Map(), consents: new Map() });
}

function reseal({ versions }: PatientState, kept: KeptVersion): void {
  const all = versions.get(keyOf(kept)) ?? [];
  const index = all.findIndex(({ versionId }) => versionId === kept.versionId);
  if (index >= 0) all[index] = kept;
}

export function keyOf({
  resourceType,
  resourceId,
}: Pick<KeptVersion, 'resourceType' | 'resourceId'>): string {
  return `${resourceType}/${resourceId}`;
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
