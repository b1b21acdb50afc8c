/** How an order changes state: the only places that write ordStatus, so that nothing leaves a terminal state. */
import type { ExecType, OrdStatus, Reason } from '../../../spec/trading/messages.d.ts';
import type { Order } from './state.ts';

export function isOpen(order: Order): boolean {
  return order.ordStatus === 'NEW' || order.ordStatus === 'PARTIALLY_FILLED';
}

/** The status that quantities alone tell of an open order. */
export function openStatus(order: Order): OrdStatus {
  return order.cumQty > 0 ? 'PARTIALLY_FILLED' : 'NEW';
}

/** `qty` of the order traded. */
export function fillOrder(order: Order, qty: number): void {
  order.cumQty += qty;
  order.leavesQty -= qty;
  order.execType = 'TRADE';
  order.ordStatus = order.leavesQty === 0 ? 'FILLED' : 'PARTIALLY_FILLED';
  if (order.leavesQty === 0) order.account.openOrders.delete(order.number);
}

/** What was left of the order is gone. */
export function endOrder(
  order: Order,
  ordStatus: 'CANCELED' | 'EXPIRED' | 'FILLED',
  execType: ExecType,
  reason: Reason | null,
): void {
  order.leavesQty = 0;
  order.ordStatus = ordStatus;
  order.execType = execType;
  order.reason = reason;
  order.account.openOrders.delete(order.number);
}
