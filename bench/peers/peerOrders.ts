/**
 * The orders of one account-and-symbol world as any user of such a package keeps them: the package forgets an order once it has
 * left the book, so what was ordered and what was filled stands here. Figures come from the package's replies; nothing is
 * corrected.
 */
import type { ExecutionReport, Reason, Side } from '../../spec/trading/messages.d.ts';
import type { PackageBook, ProcessedOrder } from './packageBook.ts';

export interface PeerOrder {
  readonly orderId: string;
  /** The id that the package knows it by: account and first clOrdId, so that the package's own duplicate check sees a resend. */
  readonly packageId: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: Side;
  clOrdId: string;
  priceE4: number | null;
  orderQty: number;
  cumQty: number;
  leavesQty: number;
  /** Why it ended, when not by filling. */
  endReason: Reason | null;
  status: ExecutionReport['ordStatus'];
}

export interface PackageTrade {
  readonly makerPackageId: string;
  readonly price: number;
  readonly qty: number;
}

/** The trades that a reply tells, in the order in which they happened: makers filled wholly, then the one filled in part. */
export function tradesOf(reply: ProcessedOrder, takerPackageId: string): PackageTrade[] {
  const makers = reply.done.filter(({ id }) => id !== takerPackageId);
  const trades = makers.map(({ id, price, size }) => ({ makerPackageId: id, price, qty: size }));
  const { partial, partialQuantityProcessed } = reply;
  if (partial && partial.id !== takerPackageId && partialQuantityProcessed > 0) {
    trades.push({
      makerPackageId: partial.id,
      price: partial.price,
      qty: partialQuantityProcessed,
    });
  }
  return trades;
}

/** Adds what filled, and asks the package what is still open. */
export function applyFill(order: PeerOrder, qty: number, book: PackageBook): void {
  order.cumQty += qty;
  settle(order, book, null);
}

/** @param reason given to the order when the package has it no longer although it did not fill */
export function settle(order: PeerOrder, book: PackageBook, reason: Reason | null): void {
  const open = book.order(order.packageId);
  order.leavesQty = open?.size ?? 0;
  if (open) {
    order.status = order.cumQty > 0 ? 'PARTIALLY_FILLED' : 'NEW';
  } else if (order.cumQty >= order.orderQty) {
    order.status = 'FILLED';
  } else {
    order.status = 'CANCELED';
    order.endReason = reason;
  }
}
