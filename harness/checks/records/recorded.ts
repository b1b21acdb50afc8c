/** What the audit log says of single requests. */
import { hold } from '../kit/hold.ts';
import { entriesOfRequest, parseEntry, readLog } from './auditEntries.ts';
import type { AuditEntry, ParsedEntry } from './auditEntries.ts';
import type { Ward } from './wardTypes.ts';

/** Whatever was put off for later may have an entry, or none. */
const PUT_OFF = 'OVERLOADED';

/** @throws Violation where a request that was sent once has no entry, or more than one */
export async function theEntryOf(
  ward: Ward,
  requestId: string,
  what: string,
): Promise<ParsedEntry> {
  const entries = carriedOut(await entriesOfRequest(ward, requestId));
  const [entry] = entries;
  hold(
    entry !== undefined && entries.length === 1,
    `${what} should have exactly one entry in the audit log, and it has ${entries.length}.`,
    1,
    entries,
  );
  return parseEntry(entry.event);
}

export interface IndexedEntry extends ParsedEntry {
  readonly index: number;
}

/** All that name the patient, by their request. */
export async function entriesAbout(
  ward: Ward,
  patientId: string,
): Promise<ReadonlyMap<string, IndexedEntry>> {
  const entries = carriedOut(await readLog(ward, { patientId }));
  return new Map(
    entries.flatMap(({ index, event }) => {
      const parsed = parseEntry(event);
      const { requestId } = parsed;
      return requestId === undefined ? [] : [[requestId, { ...parsed, index }] as const];
    }),
  );
}

/** Those that tell of a request that was carried out or refused: not of one that was put off, nor entries of other kinds. */
export function carriedOut(entries: readonly AuditEntry[]): AuditEntry[] {
  return entries.filter(({ event }) => {
    const { operation, reason } = parseEntry(event);
    return operation !== undefined && reason !== PUT_OFF;
  });
}
