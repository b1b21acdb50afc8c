/** What clients were shown while the campaign ran: it was true at the place that it named, and it has stayed in the journal. */
import type {
  AuditEvent,
  AuditPage,
  Book,
  GetBook,
  MassCancelReport,
  Position,
  Positions,
  SymbolReport,
  Trades,
} from '../../../../spec/trading/messages.d.ts';
import type { HistoryOperation } from '../../../history/history.ts';
import { levelsText, positionOf, sameLevels } from '../venueSession.ts';
import type { Report } from './explainJournal.ts';
import { hasFigures } from './venueLedger.ts';
import type { VenueLedger } from './venueLedger.ts';

export interface ReadsSeen {
  /** When the ledger has this event. */
  after(event: AuditEvent): void;
  /** When the ledger has all of them. */
  atTheEnd(lastAuditSeq: number): void;
}

/** The contract's. */
const DEFAULT_DEPTH = 10;

export function readsSeen(
  operations: readonly HistoryOperation[],
  ledger: VenueLedger,
  report: Report,
): ReadsSeen {
  const books = new Map<string, HistoryOperation[]>();
  const positions = new Map<number, HistoryOperation[]>();
  const seen = operations.filter(({ outcome, output }) => outcome === 'ok' && output !== undefined);
  for (const operation of seen) {
    if (operation.operation === 'getBook') {
      const { symbol, seq } = outputOf<Book>(operation);
      if (seq !== null) append(books, placeOf(symbol, seq), operation);
    } else if (operation.operation === 'getPositions') {
      const { asOfAuditSeq } = outputOf<Positions>(operation);
      if (asOfAuditSeq !== null) append(positions, asOfAuditSeq, operation);
    }
  }

  const holdBooks = (symbol: string, seq: number): void => {
    const place = placeOf(symbol, seq);
    const waiting = books.get(place);
    if (!waiting) return;
    // Later commands that leave the seq where it is leave the book as it is, too.
    books.delete(place);
    const { bids, asks } = ledger.book(symbol);
    for (const { id, input, output } of waiting) {
      const shown = output as unknown as Book;
      const { depth = DEFAULT_DEPTH } = input as unknown as GetBook;
      const right = { bids: bids.levels(depth), asks: asks.levels(depth) };
      if (sameLevels(shown, right)) continue;
      report(
        `The book of ${symbol} at seq ${seq} (operation ${id}) was shown as ${levelsText(shown)}; by the journal it was ${levelsText(right)}.`,
      );
    }
  };

  return {
    after({ auditSeq, output }) {
      if (ledger.state() === 'in doubt') return;
      const { symbol, seq } = output as Partial<SymbolReport>;
      if (symbol !== undefined && typeof seq === 'number') holdBooks(symbol, seq);
      for (const each of (output as Partial<MassCancelReport>).symbols ?? []) {
        holdBooks(each.symbol, each.seq);
      }
      for (const { id, output: shown } of positions.get(auditSeq) ?? []) {
        const { account, positions: figures } = shown as unknown as Positions;
        const right = ledger.positions(account);
        if (samePositions(figures, right)) continue;
        report(
          `The positions of ${account} as of auditSeq ${auditSeq} (operation ${id}) were shown as ${JSON.stringify(figures)}; by the journal they were ${JSON.stringify(right)}.`,
        );
      }
    },
    atTheEnd(lastAuditSeq) {
      for (const operation of seen) {
        const sentence = sayIfGone(operation, ledger, lastAuditSeq);
        if (sentence !== undefined) report(sentence);
      }
    },
  };
}

/** Whoever was shown something must be able to rely on it. */
function sayIfGone(
  operation: HistoryOperation,
  ledger: VenueLedger,
  lastAuditSeq: number,
): string | undefined {
  const gone = (what: string): string =>
    `${what} was shown (operation ${operation.id}), and the journal does not have it.`;
  switch (operation.operation) {
    case 'getPositions': {
      const { asOfAuditSeq } = outputOf<Positions>(operation);
      return (asOfAuditSeq ?? 0) > lastAuditSeq ? gone(`auditSeq ${asOfAuditSeq}`) : undefined;
    }
    case 'listTrades': {
      const { symbol, trades } = outputOf<Trades>(operation);
      const missing = trades.find(({ tradeId }) => !ledger.numbers.hasTrade(tradeId));
      return missing && gone(`Trade ${missing.tradeId} of ${symbol}`);
    }
    case 'listAudit': {
      const last = outputOf<AuditPage>(operation).events.at(-1)?.auditSeq ?? 0;
      return last > lastAuditSeq ? gone(`Audit event ${last}`) : undefined;
    }
  }
  return undefined;
}

/** In any order, and with or without those that say nothing. */
export function samePositions(shown: readonly Position[], right: readonly Position[]): boolean {
  const figures = shown
    .map(positionOf)
    .filter(hasFigures)
    .sort((one, other) => (one.symbol < other.symbol ? -1 : 1));
  return (
    figures.length === right.length &&
    figures.every((one, index) => {
      const other = right[index]!;
      return (
        one.symbol === other.symbol &&
        one.netQty === other.netQty &&
        one.openBuyQty === other.openBuyQty &&
        one.openSellQty === other.openSellQty &&
        one.realizedNotionalE4 === other.realizedNotionalE4
      );
    })
  );
}

function outputOf<T>({ output }: HistoryOperation): T {
  return output as unknown as T;
}

function placeOf(symbol: string, seq: number): string {
  return `${symbol} ${seq}`;
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
