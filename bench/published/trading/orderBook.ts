/**
 * `LowLatencyOrderBook`: two priority queues and FindMatches. The design shows one book in the engine; it is read as one a
 * symbol.
 */
import type { Match, Order } from './order.ts';
import { PriorityQueue } from './priorityQueue.ts';

export interface OrderBook {
  readonly buyOrders: PriorityQueue<Order>;
  readonly sellOrders: PriorityQueue<Order>;
}

export function orderBook(): OrderBook {
  return {
    buyOrders: new PriorityQueue<Order>((a, b) => a.priceE4! > b.priceE4!),
    sellOrders: new PriorityQueue<Order>((a, b) => a.priceE4! < b.priceE4!),
  };
}

/**
 * `te.orderBook.FindMatches(order)`. It only looks: whatever it finds is taken later, by ExecuteTrade, and another order may
 * find the same before that. What it finds no match for joins its own queue, there being no other step that could put it there.
 */
export function findMatches(book: OrderBook, order: Order): Match[] {
  const candidates = (order.side === 'BUY' ? book.sellOrders : book.buyOrders).copy();
  const matches: Match[] = [];
  let wanted = order.quantity;
  while (wanted > 0) {
    const resting = candidates.pop();
    if (!resting || !isMarketable(order, resting)) break;
    const qty = Math.min(wanted, resting.openQty);
    matches.push({ resting, qty });
    wanted -= qty;
  }
  order.openQty = wanted;
  if (wanted > 0 && order.priceE4 !== undefined) {
    (order.side === 'BUY' ? book.buyOrders : book.sellOrders).push(order);
  }
  return matches;
}

function isMarketable({ side, priceE4 }: Order, resting: Order): boolean {
  if (priceE4 === undefined) return true;
  return side === 'BUY' ? resting.priceE4! <= priceE4 : resting.priceE4! >= priceE4;
}
