/** Every reply that came has its entry, and the log of later is the log of earlier. */
import { sameJson } from '../../kit/hold.ts';
import type { Report } from '../../kit/campaign/findings.ts';
import type { HistoryOperation } from '../../../history/history.ts';
import { parseEntry } from '../auditEntries.ts';

import { leafHash, rootsOf } from '../merkle.ts';
import type { RecordsHistory } from './commands.ts';
import type { RecordsView } from './finalReads.ts';

/** Refusals whose entry is free. */
const FREE = new Set([
  'INVALID_REQUEST',
  'OVERLOADED',
  'INTERNAL',
  'NOT_SUPPORTED',
  'AUDIT_UNAVAILABLE',
]);
/** Operations whose entry is free. */
const UNRECORDED = new Set(['getAuditRoot', 'getInclusionProof', 'getConsistencyProof']);

/** A request that was sent again has an entry for each sending that was carried out: as many as replies at least, as sendings at most. */
export function holdEntries(history: RecordsHistory, view: RecordsView, report: Report): void {
  // Entries of other kinds are free.
  const parsed = view.entries
    .map(({ event }) => parseEntry(event))
    .filter((entry) => entry.operation !== undefined);
  const byRequest = Map.groupBy(parsed, ({ requestId }) => requestId);
  for (const { requestId, operation, attempts } of history.requests) {
    const sent = attempts.filter(hasLeft);
    const answered = sent.filter(needsEntry);
    const entries = byRequest.get(requestId) ?? [];
    const what = `${operation} with the request id ${requestId}`;
    if (entries.length < answered.length) {
      report(`${what} was answered ${times(answered)} and has ${entries.length} entries.`);
      continue;
    }
    if (entries.length > sent.length) {
      report(`${what} was sent ${times(sent)} and has ${entries.length} entries.`);
    }
    const foreign = entries.find((entry) => entry.operation !== operation);
    if (foreign) report(`An entry of ${what} says that it was ${foreign.operation}.`);
    const done = entries.filter(({ outcome }) => outcome === '0').length;
    const ok = answered.filter(({ outcome }) => outcome === 'ok').length;
    if (done < ok) report(`${what} succeeded ${ok} times, and ${done} of its entries say so.`);
  }
}

/** Every entry of a write has its write. */
export function holdWritten(view: RecordsView, history: RecordsHistory, report: Report): void {
  const requests = new Map(history.requests.map((request) => [request.requestId, request]));
  for (const { event } of view.entries) {
    const { operation, outcome, requestId } = parseEntry(event);
    if (operation !== 'putResource' || outcome !== '0') continue;
    const input = requests.get(requestId ?? '')?.attempts[0]?.input;
    if (!input) continue;
    const at = `${String(input['patientId'])}/${String(input['resourceType'])}/${String(input['resourceId'])}`;
    if (!view.resources.has(at)) report(`There is an entry of the write of ${at}, and no ${at}.`);
  }
}

/** What an earlier reading showed is still so. */
export function holdSameEntries(before: RecordsView, after: RecordsView, report: Report): void {
  for (const [place, { index, event }] of before.entries.entries()) {
    const later = after.entries[place];
    if (later && later.index === index && sameJson(later.event, event)) continue;
    report(`Entry ${index} was another one after one more kill, or was gone.`);
    return;
  }
}

/** @returns how many roots were compared */
export function holdRoots(history: RecordsHistory, view: RecordsView, report: Report): number {
  view.entries.forEach(({ index }, place) => {
    if (index !== place) report(`The entry at place ${place} of the log has the index ${index}.`);
  });
  const { roots } = history;
  const tooLarge = roots.filter(({ treeSize }) => treeSize > view.entries.length);
  for (const { treeSize } of tooLarge) {
    report(`A root of ${treeSize} entries was shown, and the log has ${view.entries.length}.`);
  }
  const known = roots.filter(({ treeSize }) => treeSize <= view.entries.length);
  const leaves = view.entries.map(({ event }) => leafHash(event));
  const computed = rootsOf(
    leaves,
    known.map(({ treeSize }) => treeSize),
  );
  known.forEach(({ treeSize, rootHash }, place) => {
    if (computed[place] === rootHash) return;
    report(
      `The root of ${treeSize} entries was shown as ${rootHash}, and that of the log is ${computed[place]}.`,
    );
  });
  return roots.length;
}

function hasLeft({ error }: HistoryOperation): boolean {
  return error !== 'casemark:not-sent';
}

/** Answered, with something that has an entry. What a look-up found was not answered: of its sendings one was carried out. */
function needsEntry({ operation, outcome, output, error }: HistoryOperation): boolean {
  if (outcome === 'info' || UNRECORDED.has(operation)) return false;
  if (outcome === 'ok' && output === undefined) return false;
  return outcome === 'ok' || !FREE.has(error ?? '');
}

function times(operations: readonly unknown[]): string {
  return operations.length === 1 ? 'once' : `${operations.length} times`;
}
