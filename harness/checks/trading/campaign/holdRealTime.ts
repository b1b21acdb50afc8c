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
  holdFresh(effects, operations, report);
}

/** What returned before another was called has the smaller auditSeq. Contents have been compared: here only numbers and times count. */
function holdOrder(effects: readonly Effect[], report: Report): void {
  const events = effects.map(({ event, firstCall, firstReturn }, index): HistoryOperation => {
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
  const { violations } = checkWitnessOrder(noState, events, log, { numbering: 'gapless' });
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

interface Numbered {
  readonly symbol: string;
  readonly seq: number;
  /** What was asked, in words. */
  readonly what: () => string;
  readonly call: number;
  readonly return: number;
}

/**
 * A book is at least at the seq of any reply about its symbol that was received before it was asked for, and so is what a command that
 * was sent then comes to: what has been shown once does not come again.
 */
function holdFresh(
  effects: readonly Effect[],
  operations: readonly HistoryOperation[],
  report: Report,
): void {
  const shown = operations.flatMap((operation) =>
    operation.outcome === 'ok' && (isBook(operation) || SEQUENCED.has(operation.operation))
      ? numbered(operation.output, {
          what: () => `${operation.operation} (operation ${operation.id})`,
          ...{ call: operation.callEvent, return: operation.returnEvent ?? Infinity },
        })
      : [],
  );
  const books = operations.filter((operation) => operation.outcome === 'ok' && isBook(operation));
  const asked = [
    ...books.flatMap((operation) =>
      numbered(operation.output, {
        what: () => `The book (operation ${operation.id})`,
        ...{ call: operation.callEvent, return: Infinity },
      }),
    ),
    // The reply to a command that was sent again is the original one, and may be old; its event is not.
    ...effects.flatMap(({ event, firstCall }) =>
      numbered(event.output, { what: () => told(event), call: firstCall, return: Infinity }),
    ),
  ].sort((one, other) => one.call - other.call);

  shown.sort((one, other) => one.return - other.return);
  const newest = new Map<string, Numbered>();
  let next = 0;
  for (const each of asked) {
    for (; next < shown.length && shown[next]!.return < each.call; next += 1) {
      const reply = shown[next]!;
      if (reply.seq > (newest.get(reply.symbol)?.seq ?? -1)) newest.set(reply.symbol, reply);
    }
    const before = newest.get(each.symbol);
    if (before === undefined || each.seq >= before.seq) continue;
    report(
      `${each.symbol} was at seq ${before.seq} in a reply that had been received, of ${before.what()}; asked after it, ${each.what()} tells ${each.seq}.`,
    );
  }
}

function isBook({ operation }: HistoryOperation): boolean {
  return operation === 'getBook';
}

function numbered(output: unknown, times: Omit<Numbered, 'symbol' | 'seq'>): Numbered[] {
  const { symbol, seq } = (output ?? {}) as Partial<Book>;
  return symbol !== undefined && typeof seq === 'number' ? [{ symbol, seq, ...times }] : [];
}
