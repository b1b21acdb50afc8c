/** What the audit log says of requests, and its order. */
import type { AuditEvent, AuditPage } from '../../../spec/records/messages.d.ts';
import { readPages } from '../kit/readPages.ts';
import { hold } from '../kit/hold.ts';
import type { Person, Ward } from './wardTypes.ts';

const PAGE = 1_000;
const MAX_PAGES = 1_000;
const BREAK_GLASS_GRANT = 'break-glass-grant';
const REQUEST_ID = 'XrequestId';

export interface Entry {
  readonly index: number;
  readonly event: AuditEvent;
}

/** Without those that say "not now": each sending that was put off may have one. */
async function listEntries(
  ward: Ward,
  officer: Person,
  filter: { patientId?: string; ofRequestId?: string },
): Promise<Entry[]> {
  const entries = await readPages<Entry>({
    what: 'listAudit',
    from: 0,
    maxPages: MAX_PAGES,
    page: async (fromIndex) => {
      const input = { ...filter, fromIndex, limit: PAGE };
      const page = await ward.must<AuditPage>(officer, 'listAudit', input);
      return { items: page.entries, next: page.nextIndex };
    },
  });
  return entries.filter(({ event }) => event.outcomeDesc !== 'OVERLOADED');
}

/** The one entry of a request. @throws Violation where there is none, or another one */
export async function entryOf(ward: Ward, requestId: string, what: string): Promise<Entry> {
  const entries = await listEntries(ward, await ward.officer(), { ofRequestId: requestId });
  const [entry] = entries;
  hold(
    entry !== undefined && entries.length === 1,
    `${what} should have exactly one entry in the audit log, and it has ${entries.length}.`,
    1,
    entries,
  );
  return entry;
}

/** The entries about a patient, by the id of their request. */
export async function entriesAbout(ward: Ward, patientId: string): Promise<Map<string, Entry>> {
  const entries = await listEntries(ward, await ward.officer(), { patientId });
  return new Map(
    entries.flatMap((entry) => {
      const requestId = identifierOf(entry.event, REQUEST_ID);
      return requestId === undefined ? [] : [[requestId, entry] as const];
    }),
  );
}

export function grantOf(event: AuditEvent): string | undefined {
  return identifierOf(event, BREAK_GLASS_GRANT);
}

export function purposesOf(event: AuditEvent): string[] {
  return (event.purposeOfEvent ?? []).flatMap(({ coding }) => coding.map(({ code }) => code));
}

function identifierOf({ entity }: AuditEvent, typeCode: string): string | undefined {
  return entity.find(({ type }) => type?.code === typeCode)?.what?.identifier?.value;
}
