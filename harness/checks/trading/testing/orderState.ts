/** Orders of the test venue as they end and as they are told. */
import type {
  CanceledOrder,
  ExecutionReport,
  Fill,
  OrdStatus,
  Reason,
  SubmitOrder,
} from '../../../../spec/trading/messages.d.ts';
import { without } from '../model.ts';
import { freshOrderId, has, tell } from './venueState.ts';
import type { Account, Order, VenueState } from './venueState.ts';

/** Ends an open order that rests. */
export function endOrder(
  state: VenueState,
  order: Order,
  ordStatus: OrdStatus,
  reason: Reason | null,
): void {
  const instrument = state.instruments.get(order.symbol)!;
  const isReserved = has(state, 'keeps what is reserved') && reason === 'USER_CANCEL';
  if (isReserved) {
    // Its quantity stays with the account as if it had been bought or sold.
    const account = state.accounts.get(order.account)!;
    const position = positionOf(account, order.symbol);
    position.netQty += (order.side === 'BUY' ? 1 : -1) * order.leavesQty;
  }
  instrument.book = without(instrument.book, order.orderId);
  const execType = ordStatus === 'EXPIRED' ? 'EXPIRED' : 'CANCELED';
  Object.assign(order, { ordStatus, execType, reason, leavesQty: 0 });
  tell(state, instrument, { type: 'DELETE', orderId: order.orderId });
}

export function report(
  state: VenueState,
  order: Order,
  fills: readonly Fill[],
  canceled: readonly CanceledOrder[] = [],
): ExecutionReport {
  const { orderId, clOrdId, account, symbol, side, ordStatus, execType, reason } = order;
  const { priceE4, orderQty, cumQty, leavesQty } = order;
  const isTold = canceled.length > 0 || state.options.freedoms.emptyCanceledOrders === 'empty';
  return {
    ...{ orderId, clOrdId, account, symbol, side, ordStatus, execType, reason, priceE4 },
    ...{ orderQty, cumQty, leavesQty, fills: [...fills] },
    ...(isTold && { canceledOrders: [...canceled] }),
    ...{ auditSeq: state.auditSeq, seq: state.instruments.get(symbol)!.seq },
    ...{ transactTimeMs: state.nowMs },
    latencyNs: { risk: 1, match: 1, execute: 1, total: 3 },
  };
}

export function rejection(
  state: VenueState,
  { clOrdId, account, symbol, side, qty, priceE4 }: Omit<SubmitOrder, 'type'>,
  reason: Reason,
  orderId: string | null = state.options.freedoms.rejectedOrderId === 'fresh'
    ? freshOrderId(state)
    : null,
  canceled: readonly CanceledOrder[] = [],
): ExecutionReport {
  return {
    ...{ orderId, clOrdId, account, symbol, side, ordStatus: 'REJECTED', execType: 'REJECTED' },
    ...{ reason, priceE4: priceE4 ?? null, orderQty: qty, cumQty: 0, leavesQty: 0, fills: [] },
    ...(canceled.length > 0 && { canceledOrders: [...canceled] }),
    ...{ auditSeq: state.auditSeq, seq: state.instruments.get(symbol)?.seq ?? null },
    transactTimeMs: state.nowMs,
  };
}

export function positionOf(account: Account, symbol: string) {
  const known = account.positions.get(symbol);
  if (known) return known;
  const position = { netQty: 0, realizedNotionalE4: 0 };
  account.positions.set(symbol, position);
  return position;
}
