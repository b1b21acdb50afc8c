/** Implementations of the right shape that do nothing: what each operation answers is always the same, whatever came before. */
import type { AuditEvent, Consents, Grant } from '../../../../spec/records/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import type { OpenRecords } from './judgeRecords.ts';
import { policy } from './policy.ts';

export const NULL_KINDS = [
  'finds nothing',
  'finds everything',
  'denies every access',
  'refuses every command',
  'has no session',
  'takes what is not well-formed',
] as const;
export type NullKind = (typeof NULL_KINDS)[number];

interface Given {
  readonly requestId?: string;
  readonly userId?: string;
  readonly patientId?: string;
  readonly organizationId?: string;
  readonly careTeamId?: string;
  readonly role?: string;
  readonly resourceType?: string;
  readonly resourceId?: string;
  readonly versionId?: string;
  readonly consentId?: string;
  readonly grantId?: string;
  readonly purpose?: string;
  readonly reason?: string;
  readonly durationMs?: number;
  readonly members?: readonly string[];
  readonly index?: number;
  readonly treeSize?: number;
  readonly firstSize?: number;
  readonly secondSize?: number;
  readonly nowMs?: number;
}

/** These would otherwise end every check before it begins. */
const OPERATORS: ReadonlySet<string> = new Set(['putUser', 'putCareTeam', 'setClock']);
const READS: ReadonlySet<string> = new Set([
  ...['readPatient', 'readResource', 'readVersion', 'searchResources', 'accessRecord'],
]);
const SETUP: ReadonlySet<string> = new Set([...OPERATORS, 'createSession']);

export function nullRecords(kind: NullKind): OpenRecords {
  return (clockMs) => ({
    call: (operation, input) => answer(kind, clockMs, operation, input),
    ...(kind === 'takes what is not well-formed' && {
      invalid: (operation, input) => answer(kind, clockMs, operation, input),
    }),
    restart: () => undefined,
  });
}

function answer(kind: NullKind, nowMs: number, operation: string, given: Given): SystemAnswer {
  const refusal = refusalOf(kind, operation);
  if (refusal !== undefined) return { problem: { code: refusal } };
  const output = OUTPUTS[operation]?.(given, nowMs, kind) ?? given;
  return { output, headers: { etag: 'W/"1"' } };
}

function refusalOf(kind: NullKind, operation: string): string | undefined {
  if (kind === 'finds nothing') {
    return ['readResource', 'readVersion'].includes(operation) ? 'UNKNOWN_RESOURCE' : undefined;
  }
  if (kind === 'denies every access') return READS.has(operation) ? 'ACCESS_DENIED' : undefined;
  if (kind === 'refuses every command') {
    return SETUP.has(operation) ? undefined : 'INSUFFICIENT_PRIVILEGES';
  }
  if (kind === 'has no session') return OPERATORS.has(operation) ? undefined : 'NOT_AUTHENTICATED';
  return undefined;
}

type Output = (given: Given, nowMs: number, kind: NullKind) => object;

const OUTPUTS: Readonly<Record<string, Output>> = {
  putUser: ({ userId, role, organizationId, patientId }) => ({
    ...{ userId, role, organizationId, active: true },
    ...(patientId !== undefined && { patientId }),
  }),
  putCareTeam: ({ careTeamId, patientId, members }) => ({ careTeamId, patientId, members }),
  createSession: ({ userId }, nowMs) => ({
    ...{ authorization: 'Bearer 0123456789012345', userId, role: 'physician' },
    expiresAtMs: nowMs + policy.sessions.absoluteLifetimeMs,
    idleTimeoutMs: policy.sessions.idleTimeoutMs,
  }),
  endSession: () => ({ ended: true }),
  putPatient: ({ patientId }, nowMs) => writtenAs('Patient', patientId, nowMs),
  putResource: ({ resourceType, resourceId }, nowMs) => writtenAs(resourceType, resourceId, nowMs),
  putConsent: ({ consentId }, nowMs) => writtenAs('Consent', consentId, nowMs),
  revokeConsent: ({ consentId }, nowMs) => writtenAs('Consent', consentId, nowMs),
  readPatient: ({ patientId }) => resource('Patient', patientId),
  readResource: ({ resourceType, resourceId }) => resource(resourceType, resourceId),
  readVersion: ({ resourceType, resourceId }) => resource(resourceType, resourceId),
  searchResources: ({ resourceType }, _nowMs, kind) => {
    const entry = found(kind, resourceType).map((each) => ({ resource: each }));
    return { resourceType: 'Bundle', type: 'searchset', total: entry.length, entry };
  },
  accessRecord: ({ patientId, purpose = 'TREAT' }, _nowMs, kind) => ({
    ...{ patientId, purpose, resources: found(kind, 'Condition') },
    ...{ accessedFields: [], redactions: [] },
  }),
  listConsents: (): Consents => ({ consents: [] }),
  declareBreakGlass: (given, nowMs) => grant(given, nowMs),
  listReviews: (given, nowMs, kind) => ({
    reviews: kind === 'finds everything' ? [grant(given, nowMs)] : [],
  }),
  reviewGrant: (given, nowMs) => grant(given, nowMs),
  listAudit: (given, nowMs, kind) => ({
    treeSize: 1,
    entries: kind === 'finds nothing' ? [] : [{ index: 0, event: event(given, nowMs) }],
    nextIndex: null,
  }),
  getAuditRoot: ({ treeSize = 1 }) => ({ treeSize, rootHash: HASH }),
  getInclusionProof: ({ index, treeSize }) => ({ index, treeSize, leafHash: HASH, path: [] }),
  getConsistencyProof: ({ firstSize, secondSize }) => ({ firstSize, secondSize, path: [] }),
  listDisclosures: ({ patientId }) => ({ patientId, disclosures: [] }),
  getKeys: keys,
  rotateKey: keys,
  shredPatient: keys,
  exportCiphertexts: () => ({ dataKeys: [], records: [] }),
  setClock: ({ nowMs }) => ({ nowMs }),
};

const HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function writtenAs(
  resourceType: string | undefined,
  id: string | undefined,
  nowMs: number,
): object {
  return { resourceType, id, versionId: '1', lastUpdated: new Date(nowMs).toISOString() };
}

function resource(resourceType: string | undefined, id: string | undefined): object {
  return { resourceType, id, meta: { versionId: '1' } };
}

function found(kind: NullKind, type: string | undefined): object[] {
  return kind === 'finds everything' ? [resource(type, 'r')] : [];
}

function keys({ patientId }: Given): object {
  return { patientId, state: 'erased', wrappingKeyVersion: 1, dataKeyVersion: 1 };
}

function grant(given: Given, nowMs: number): Grant {
  const { grantId = 'g', patientId = 'p', purpose = 'ETREAT', reason = 'for no reason' } = given;
  const { durationMs = policy.breakGlass.defaultDurationMs } = given;
  return {
    ...{ grantId, patientId, userId: 'u', purpose: purpose as Grant['purpose'], reason },
    ...{ grantedAtMs: nowMs, expiresAtMs: nowMs + durationMs },
    review: {
      ...{ status: 'pending', overdue: false },
      dueAtMs: nowMs + policy.breakGlass.reviewWithinMs,
    },
  };
}

function event({ requestId = 'r', patientId = 'p' }: Given, nowMs: number): AuditEvent {
  return {
    ...{ resourceType: 'AuditEvent', action: 'E', outcome: '0' },
    type: { code: 'rest' },
    subtype: [{ code: 'readPatient' }],
    recorded: new Date(nowMs).toISOString(),
    agent: [{ requestor: true }],
    source: { observer: { display: 'null' } },
    entity: [
      { type: { code: 'XrequestId' }, what: { identifier: { value: requestId } } },
      { what: { reference: `Patient/${patientId}` } },
    ],
  };
}
