/** Reading the audit log, and what its entries say. */
import type { AuditEvent, AuditPage } from '../../../spec/records/messages.d.ts';
import { readPages } from '../kit/readPages.ts';
import type { Person, Ward } from './wardTypes.ts';

export const OPERATION_SYSTEM = 'https://casemark.dev/records/operation';
const REQUEST_ID = 'XrequestId';
const GRANT = 'break-glass-grant';
const ACCESSED_FIELD = 'accessedField';

/** Refusals of 500 and above. */
const FAILURES: readonly string[] = ['AUDIT_UNAVAILABLE', 'KMS_UNAVAILABLE', 'RECORD_UNREADABLE'];

/** As large as a page can be. */
const PAGE_SIZE = 1_000;
/** A million entries: more than any check reads. */
const MAX_PAGES = 1_000;

export type AuditEntry = AuditPage['entries'][number];

/**
 * What an event says of what the contract asks for; undefined where it says nothing. An entry may have more agents, codings and entities than
 * those: of several the first counts, and the lists have all of them.
 */
export interface ParsedEntry {
  /** Undefined: an entry of another kind. */
  readonly operation: string | undefined;
  readonly recordedMs: number;
  readonly userId: string | undefined;
  readonly role: string | undefined;
  readonly organizationId: string | undefined;
  readonly purpose: string | undefined;
  readonly outcome: AuditEvent['outcome'];
  readonly reason: string | undefined;
  readonly patientId: string | undefined;
  /** Patient/{patientId}/{type}/{id}. */
  readonly resource: string | undefined;
  readonly requestId: string | undefined;
  readonly grantId: string | undefined;
  /** Each Type.element once, sorted. */
  readonly accessedFields: readonly string[];
  readonly roles: readonly string[];
  readonly organizationIds: readonly string[];
  readonly purposes: readonly string[];
  readonly patientIds: readonly string[];
  readonly resources: readonly string[];
}

export interface ReadLog {
  /** Who reads; default: the privacy officer of the ward. */
  readonly by?: Person;
  readonly patientId?: string;
  readonly ofRequestId?: string;
  readonly fromIndex?: number;
}

/** The log as it stands, or what is asked of it, to its end. */
export async function readLog(ward: Ward, { by, ...asked }: ReadLog = {}): Promise<AuditEntry[]> {
  const officer = by ?? (await ward.officer());
  return readPages({
    what: 'listAudit',
    from: asked.fromIndex ?? 0,
    maxPages: MAX_PAGES,
    async page(fromIndex) {
      const input = { ...asked, fromIndex, limit: PAGE_SIZE };
      const { entries, nextIndex } = await ward.must<AuditPage>(officer, 'listAudit', input);
      return { items: entries, next: nextIndex };
    },
  });
}

/** Those of its sendings that were carried out: one for a request that was sent once. */
export function entriesOfRequest(
  ward: Ward,
  requestId: string,
  by?: Person,
): Promise<AuditEntry[]> {
  return readLog(ward, { ofRequestId: requestId, ...(by && { by }) });
}

/** Of an entry. @param code of the refusal; undefined: it was done */
export function outcomeOf(code: string | undefined): AuditEvent['outcome'] {
  if (code === undefined) return '0';
  return FAILURES.includes(code) ? '8' : '4';
}

export function parseEntry(event: AuditEvent): ParsedEntry {
  const requestors = event.agent.filter(({ requestor }) => requestor);
  const roles = requestors.flatMap(({ role = [] }) => role.flatMap(codesIn));
  const organizationIds = event.agent
    .filter(({ requestor }) => !requestor)
    .flatMap(({ who }) => idsAfter('Organization', who?.reference));
  const purposes = (event.purposeOfEvent ?? []).flatMap(codesIn);
  const references = event.entity.map(({ what }) => what?.reference);
  const patientIds = references.flatMap((reference) => idsAfter('Patient', reference));
  const resources = references.filter(isResource);
  return {
    operation: event.subtype.find(({ system }) => system === OPERATION_SYSTEM)?.code,
    recordedMs: Date.parse(event.recorded),
    userId: first(requestors.flatMap(({ who }) => who?.identifier?.value ?? [])),
    role: first(roles),
    organizationId: first(organizationIds),
    purpose: first(purposes),
    outcome: event.outcome,
    reason: event.outcomeDesc,
    patientId: first(patientIds),
    resource: first(resources),
    requestId: first(identifiersOf(event, REQUEST_ID)),
    grantId: first(identifiersOf(event, GRANT)),
    accessedFields: accessedFieldsOf(event),
    ...{ roles, organizationIds, purposes, patientIds, resources },
  };
}

function accessedFieldsOf({ entity }: AuditEvent): string[] {
  const fields = entity
    .filter(({ what }) => idsAfter('Patient', what?.reference).length > 0)
    .flatMap(({ detail = [] }) => detail)
    .filter(({ type }) => type === ACCESSED_FIELD)
    .map(({ valueString }) => valueString);
  return [...new Set(fields)].sort();
}

function identifiersOf({ entity }: AuditEvent, code: string): string[] {
  return entity
    .filter(({ type }) => type?.code === code)
    .flatMap(({ what }) => what?.identifier?.value ?? []);
}

function codesIn({ coding }: { readonly coding: readonly { readonly code: string }[] }): string[] {
  return coding.map(({ code }) => code);
}

/** The id in Type/id, and nothing for other references. */
function idsAfter(type: string, reference: string | undefined): string[] {
  const [named, id, ...more] = reference?.split('/') ?? [];
  return named === type && id !== undefined && more.length === 0 ? [id] : [];
}

function isResource(reference: string | undefined): reference is string {
  return reference !== undefined && /^Patient\/[^/]+\/[^/]+\/[^/]+$/.test(reference);
}

function first(values: readonly string[]): string | undefined {
  return values[0];
}
