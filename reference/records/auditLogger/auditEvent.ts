/** The AuditEvent of a request, as the brief's table has it. Of the request it holds ids, codes and names of elements only. */
import type { AuditEvent, ResourceType, Role } from '../../../spec/records/messages.d.ts';
import { isKnownPurpose, policy } from '../accessController/policy.ts';

export interface AuditFacts {
  /** By the system's clock. */
  readonly nowMs: number;
  /** The operation's id. */
  readonly operation: string;
  readonly requestId: string;
  /** Of createSession the user that was claimed; undefined without a valid session. Role and organisation where they are known. */
  readonly user?:
    | {
        readonly userId: string;
        readonly role?: Role | undefined;
        readonly organizationId?: string | undefined;
      }
    | undefined;
  /** As it was given: one that policy.json does not know is left out. */
  readonly purpose?: string | undefined;
  /** HTTP status of the reply. */
  readonly status: number;
  /** Of a refusal its code, or the reason behind ACCESS_DENIED. */
  readonly reason?: string | undefined;
  readonly patientId?: string | undefined;
  /** `Type.element`; shown of the patient that is named. */
  readonly accessedFields?: readonly string[] | undefined;
  /** The one that the request names; a Patient is named by patientId. */
  readonly resource?:
    { readonly resourceType: ResourceType | 'Consent'; readonly resourceId: string } | undefined;
  /** Of the emergencies that it declares, reviews, or relies on. */
  readonly grantIds?: readonly string[] | undefined;
}

type Entity = AuditEvent['entity'][number];

const OPERATIONS = 'https://casemark.dev/records/operation';

const REST = { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' };

const SOURCE = { observer: { display: 'records' } };

/** FHIR's create, read, update, delete; execute is what is left. */
const ACTIONS: Readonly<Record<string, AuditEvent['action']>> = {
  createSession: 'C',
  declareBreakGlass: 'C',
  putPatient: 'U',
  putResource: 'U',
  putConsent: 'U',
  revokeConsent: 'U',
  reviewGrant: 'U',
  rotateKey: 'U',
  readPatient: 'R',
  readResource: 'R',
  readVersion: 'R',
  accessRecord: 'R',
  listConsents: 'R',
  listReviews: 'R',
  listAudit: 'R',
  getAuditRoot: 'R',
  getInclusionProof: 'R',
  getConsistencyProof: 'R',
  listDisclosures: 'R',
  getKeys: 'R',
  endSession: 'D',
  shredPatient: 'D',
};

export function auditEvent(facts: AuditFacts): AuditEvent {
  const { nowMs, operation, status, reason, purpose } = facts;
  return {
    resourceType: 'AuditEvent',
    type: REST,
    subtype: [{ system: OPERATIONS, code: operation }],
    action: ACTIONS[operation] ?? 'E',
    recorded: new Date(nowMs).toISOString(),
    outcome: outcomeOf(status),
    ...(reason !== undefined && { outcomeDesc: reason }),
    ...(purpose !== undefined && isKnownPurpose(purpose) && { purposeOfEvent: [concept(purpose)] }),
    agent: agentsOf(facts),
    source: SOURCE,
    entity: entitiesOf(facts),
  };
}

function outcomeOf(status: number): AuditEvent['outcome'] {
  if (status < 400) return '0';
  return status < 500 ? '4' : '8';
}

function concept(purpose: string) {
  return { coding: [{ system: policy.purposes.system, code: purpose }] };
}

function agentsOf({ user }: AuditFacts): AuditEvent['agent'] {
  if (!user) return [{ requestor: true }];
  const { userId, role, organizationId } = user;
  const requestor = {
    requestor: true,
    who: { identifier: { value: userId } },
    ...(role !== undefined && { role: [{ coding: [{ code: role }] }] }),
  };
  if (organizationId === undefined) return [requestor];
  const reference = `Organization/${organizationId}`;
  return [requestor, { requestor: false, who: { reference } }];
}

function entitiesOf(facts: AuditFacts): AuditEvent['entity'] {
  const { requestId, patientId, resource, grantIds = [] } = facts;
  const entities: Entity[] = [identified('XrequestId', requestId)];
  if (patientId !== undefined) entities.push(patientEntity(patientId, facts.accessedFields));
  if (patientId !== undefined && resource) {
    const { resourceType, resourceId } = resource;
    entities.push(referred(`Patient/${patientId}/${resourceType}/${resourceId}`));
  }
  for (const grantId of grantIds) entities.push(identified('break-glass-grant', grantId));
  return entities;
}

function patientEntity(patientId: string, fields: readonly string[] = []): Entity {
  const detail = fields.map((field) => ({ type: 'accessedField', valueString: field }));
  return { ...referred(`Patient/${patientId}`), ...(detail.length > 0 && { detail }) };
}

function referred(reference: string): Entity {
  return { what: { reference } };
}

function identified(code: string, value: string): Entity {
  return { what: { identifier: { value } }, type: { code } };
}
