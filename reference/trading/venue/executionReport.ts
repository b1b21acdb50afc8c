/** Execution reports: of an order as it stands, and of a request that was turned down. */
import type {
  CanceledOrder,
  ExecType,
  ExecutionReport,
  Fill,
  Reason,
  SubmitOrder,
} from '../../../spec/trading/messages.d.ts';
import type { Command } from './program.ts';
import type { Order } from './state.ts';
import { orderId } from './state.ts';

/** The order as it stands after a command. `clOrdId` and `fills` are the command's. */
export function reportOf(
  order: Order,
  command: Command,
  event: {
    clOrdId: string;
    execType: ExecType;
    reason: Reason | null;
    fills: Fill[];
    canceledOrders: CanceledOrder[];
  },
): ExecutionReport {
  return {
    orderId: orderId(order.number),
    clOrdId: event.clOrdId,
    account: order.account.name,
    symbol: order.instrument.symbol,
    side: order.side,
    ordStatus: order.ordStatus,
    execType: event.execType,
    reason: event.reason,
    priceE4: order.priceE4,
    orderQty: order.orderQty,
    cumQty: order.cumQty,
    leavesQty: order.leavesQty,
    fills: event.fills,
    canceledOrders: event.canceledOrders,
    auditSeq: command.auditSeq,
    seq: order.instrument.seq,
    transactTimeMs: command.nowMs,
  };
}

/** The order as it stands now, as getOrder tells it: the fills were told by the commands that made them. */
export function presentReport(order: Order): ExecutionReport {
  return {
    orderId: orderId(order.number),
    clOrdId: order.clOrdId,
    account: order.account.name,
    symbol: order.instrument.symbol,
    side: order.side,
    ordStatus: order.ordStatus,
    execType: order.execType,
    reason: order.reason,
    priceE4: order.priceE4,
    orderQty: order.orderQty,
    cumQty: order.cumQty,
    leavesQty: order.leavesQty,
    fills: [],
    auditSeq: order.auditSeq,
    seq: order.instrument.seq,
    transactTimeMs: order.transactTimeMs,
  };
}

/** A new order that was turned down: it has no orderId and was never in the venue. `seq` null: the symbol is unknown. */
export function rejection(
  input: Omit<SubmitOrder, 'type'>,
  command: Command,
  reason: Reason,
  seq: number | null,
): ExecutionReport {
  return {
    orderId: null,
    clOrdId: input.clOrdId,
    account: input.account,
    symbol: input.symbol,
    side: input.side,
    ordStatus: 'REJECTED',
    execType: 'REJECTED',
    reason,
    priceE4: input.priceE4 ?? null,
    orderQty: input.qty,
    cumQty: 0,
    leavesQty: 0,
    fills: [],
    canceledOrders: [],
    auditSeq: command.auditSeq,
    seq,
    transactTimeMs: command.nowMs,
  };
}
