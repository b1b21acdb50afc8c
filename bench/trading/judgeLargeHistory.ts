/** A history as large as that of a campaign, made without a venue: orders that rest, are made smaller, move, trade and are cancelled. */
import type { AuditEvent, ExecutionReport, Side } from '../../spec/trading/messages.d.ts';
import { campaign } from '../../harness/checks/trading/campaign.ts';
import type { TradingFinals } from '../../harness/checks/trading/campaign/finalReads.ts';
import { seededRandom } from '../../harness/load/seededRandom.ts';
import type { HistoryOperation } from '../../harness/history/history.ts';
import type { JsonObject } from '../../harness/target/target.ts';
import type { LargeJudgement } from '../kit/tryCampaignJudge.ts';

const SYMBOLS = 8;
const ACCOUNTS = 16;
/** Open at a time, as in the load. */
const RESTING = 1_000;
/** Of all commands: those whose reply was lost. */
const LOST_SHARE = 0.01;

export function judgeLargeHistory(count: number): LargeJudgement {
  const { operations, journal } = largeHistory(count);
  const finals: TradingFinals = {
    ...{ journal, sent: [], findings: [], replayedEvents: 0 },
    view: { symbols: [], accounts: [] },
  };
  const startedMs = performance.now();
  const history = { operations, faults: [] };
  const findings = campaign.judge({ history, finals, kills: 30, killsOnReply: 10 });
  return {
    seconds: (performance.now() - startedMs) / 1_000,
    heapMb: process.memoryUsage().heapUsed / 2 ** 20,
    violations: findings.flatMap(({ violations }) => violations),
  };
}

interface Made {
  readonly operation: string;
  readonly input: JsonObject;
  readonly output: object;
}

function largeHistory(count: number): { operations: HistoryOperation[]; journal: AuditEvent[] } {
  const random = seededRandom(1);
  const seqs = new Map<string, number>();
  const open: ExecutionReport[] = [];
  const operations: HistoryOperation[] = [];
  const journal: AuditEvent[] = [];
  for (let index = 1; index <= count; index += 1) {
    const { operation, input, output } = nextCommand(random, index, seqs, open);
    const text = JSON.stringify(output);
    const isLost = random() < LOST_SHARE;
    // As they come: each from a text of its own.
    const event = { auditSeq: index, timeMs: 0, operation, account: null, symbol: null };
    const hashes = { prevHash: `h${index - 1}`, hash: `h${index}` };
    journal.push({ ...event, input, output: JSON.parse(text) as object, ...hashes });
    operations.push({
      ...{ id: index, process: index % 16, partition: '', operation },
      input: JSON.parse(JSON.stringify(input)) as JsonObject,
      // Eight at a time.
      ...{ callEvent: index * 2 - 16, callNs: index, faultsActive: [] },
      ...(isLost
        ? { outcome: 'info' }
        : {
            ...{ outcome: 'ok', output: JSON.parse(text) as JsonObject },
            ...{ returnEvent: index * 2 + 1, witnessSeq: index },
          }),
    });
  }
  return { operations, journal };
}

function nextCommand(
  random: () => number,
  auditSeq: number,
  seqs: Map<string, number>,
  open: ExecutionReport[],
): Made {
  const nextSeq = (symbol: string): number => {
    const seq = (seqs.get(symbol) ?? 0) + 1;
    seqs.set(symbol, seq);
    return seq;
  };
  const at = Math.floor(random() * open.length);
  const order = open[at];
  const isFull = open.length >= RESTING;
  if (order && isFull && random() < 0.85) {
    const newClOrdId = `r${auditSeq}`;
    const { orderId, account } = order;
    const qty = order.orderQty > 2 && random() < 0.5 ? order.orderQty - 1 : 100;
    Object.assign(order, { orderQty: qty, leavesQty: qty, execType: 'REPLACED', auditSeq });
    Object.assign(order, { clOrdId: newClOrdId, seq: nextSeq(order.symbol) });
    const input = { orderId: String(orderId), account, newClOrdId, qty };
    return { operation: 'replaceOrder', input, output: order };
  }
  if (order && isFull) {
    open.splice(at, 1);
    const ended = { ordStatus: 'CANCELED', execType: 'CANCELED', leavesQty: 0 } as const;
    const output = { ...order, ...ended, auditSeq, seq: nextSeq(order.symbol) };
    const input = { orderId: String(order.orderId), account: order.account };
    return { operation: 'cancelOrder', input, output };
  }
  const side: Side = random() < 0.5 ? 'BUY' : 'SELL';
  const away = 100 * (1 + Math.floor(random() * 300));
  const request = {
    ...{ clOrdId: `c${auditSeq}`, account: `a${auditSeq % ACCOUNTS}`, side },
    ...{ symbol: `s${Math.floor(random() * SYMBOLS)}`, type: 'LIMIT', qty: 100 },
    priceE4: 1_000_000 + (side === 'BUY' ? -away : away),
  };
  const { qty, type, ...told } = request;
  const report: ExecutionReport = {
    ...{ ...told, orderId: `o${auditSeq}`, ordStatus: 'NEW', execType: 'NEW', reason: null },
    ...{ orderQty: qty, cumQty: 0, leavesQty: qty, fills: [], auditSeq, transactTimeMs: 0 },
    seq: nextSeq(request.symbol),
  };
  open.push(report);
  return { operation: 'submitOrder', input: { ...request, type }, output: report };
}
