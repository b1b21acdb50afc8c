/** Numbers and ids that the venue has given out: none twice, none going back. */
import type {
  AuditEvent,
  ExecutionReport,
  Fill,
  MassCancelReport,
} from '../../../../spec/trading/messages.d.ts';
import { told } from './explainJournal.ts';
import type { Report } from './explainJournal.ts';

export interface UsedNumbers {
  order(event: AuditEvent, orderId: string): void;
  trade(event: AuditEvent, fill: Fill): void;
  /** After its trades: where each symbol's public sequence is now. */
  event(event: AuditEvent): void;
  /** The last one known; 0 before any. */
  seqOf(symbol: string): number;
  hasTrade(tradeId: string): boolean;
}

export function usedNumbers(report: Report): UsedNumbers {
  const orders = new Map<string, number>();
  const trades = new Map<string, number>();
  const seqs = new Map<string, number>();
  const once = (used: Map<string, number>, id: string, what: string, event: AuditEvent): void => {
    const before = used.get(id);
    if (before !== undefined) {
      report(`The ${what} ${id} of event ${before} is used again: ${told(event)}.`);
    } else used.set(id, event.auditSeq);
  };
  const reach = (
    symbol: string,
    seq: number | null | undefined,
    least: 0 | 1,
    event: AuditEvent,
  ): void => {
    // A venue that tells no number claims nothing.
    if (typeof seq !== 'number') return;
    const before = seqs.get(symbol) ?? 0;
    if (seq < before + least) {
      report(`${symbol} is at seq ${seq}, although ${before} was used before: ${told(event)}.`);
    } else seqs.set(symbol, seq);
  };
  return {
    order: (event, orderId) => once(orders, orderId, 'orderId', event),
    trade(event, { tradeId, seq }) {
      once(trades, tradeId, 'tradeId', event);
      reach((event.output as ExecutionReport).symbol, seq, 1, event);
    },
    event(event) {
      const { symbol, seq, symbols } = event.output as Partial<ExecutionReport & MassCancelReport>;
      if (symbol !== undefined) reach(symbol, seq, isPublic(event) ? 1 : 0, event);
      for (const each of symbols ?? []) reach(each.symbol, each.seq, 0, event);
    },
    hasTrade: (tradeId) => trades.has(tradeId),
    seqOf: (symbol) => seqs.get(symbol) ?? 0,
  };
}

/** Whether an order came to rest or was taken away, which is an event of its own behind the trades of the command. */
function isPublic({ operation, output }: AuditEvent): boolean {
  const isResting = operation === 'submitOrder' && (output as ExecutionReport).leavesQty > 0;
  return isResting || operation === 'cancelOrder';
}
