/** The order of the journal, and the books that were shown, against the times at which clients called and were answered. */
import type { Book } from '../../../../spec/trading/messages.d.ts';
import type { HistoryOperation } from '../../../history/history.ts';
import { checkWitnessOrder } from '../../../history/witnessOrder.ts';
import { SEQUENCED } from './commands.ts';
import { told } from './explainJournal.ts';
import type { Effect, Report } from './explainJournal.ts';

export function holdRealTime(
  effects: readonly Effect[],
  operations: readonly HistoryOperation[],
  report: Report,
): void {
  holdOrder(effects, report);
  holdFresh(operations, report);
}

/** What returned before another was called has the smaller auditSeq. Contents have been compared: here only numbers and times count. */
function holdOrder(effects: readonly Effect[], report: Report): void {
  const numbered = effects.map(({ event, firstCall, firstReturn }, index): HistoryOperation => {
    const isAcknowledged = firstReturn !== Infinity;
    return {
      // Each by a process of its own: several events of one client are ordered by their times anyway.
      ...{ id: index, process: index, partition: '', operation: 'event' },
      ...{ input: { seq: event.auditSeq }, callEvent: firstCall, callNs: 0, faultsActive: [] },
      outcome: isAcknowledged ? 'ok' : 'info',
      ...(isAcknowledged && { returnEvent: firstReturn, witnessSeq: event.auditSeq }),
    };
  });
  const log = effects.map(({ event: { auditSeq } }) => ({
    ...{ seq: auditSeq, partition: '', operation: 'event', input: { seq: auditSeq } },
  }));
  const { violations } = checkWitnessOrder(noState, numbered, log, { numbering: 'gapless' });
  for (const { rule, why, operations } of violations) {
    const [after, before] = operations.map((index) => effects[index]);
    report(
      rule === 'W2' && after && before
        ? `By the journal ${told(before.event)} came before ${told(after.event)}, although it was sent when that had been acknowledged.`
        : `The journal's numbers are not one after the other: ${why}.`,
    );
  }
}

const noState = { init: () => 0, step: () => ({ ok: true, next: 0 }) as const };

/** A book is at least at the seq of any reply about its symbol that was received before it was asked for. */
function holdFresh(operations: readonly HistoryOperation[], report: Report): void {
  const shown = operations.flatMap((operation) => {
    const { symbol, seq } = (operation.output ?? {}) as Partial<Book>;
    const isShown = operation.operation === 'getBook' || SEQUENCED.has(operation.operation);
    const isNumbered = isShown && operation.outcome === 'ok' && typeof seq === 'number';
    return isNumbered && symbol !== undefined ? [{ operation, symbol, seq }] : [];
  });
  const returned = shown.toSorted((one, other) => returnOf(one) - returnOf(other));
  const newest = new Map<string, (typeof shown)[number]>();
  let next = 0;
  for (const read of shown.toSorted((a, b) => a.operation.callEvent - b.operation.callEvent)) {
    for (; next < returned.length; next += 1) {
      const reply = returned[next]!;
      if (returnOf(reply) >= read.operation.callEvent) break;
      const { symbol, seq } = reply;
      if (seq > (newest.get(symbol)?.seq ?? -1)) newest.set(symbol, reply);
    }
    const before = newest.get(read.symbol);
    if (read.operation.operation !== 'getBook' || before === undefined) continue;
    if (read.seq >= before.seq) continue;
    report(
      `The book of ${read.symbol} was shown at seq ${read.seq} (operation ${read.operation.id}), although a reply had told ${before.seq} before it was asked for (operation ${before.operation.id}).`,
    );
  }
}

function returnOf({ operation }: { readonly operation: HistoryOperation }): number {
  return operation.returnEvent ?? Infinity;
}
