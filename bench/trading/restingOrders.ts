import { BUY, SELL } from '../../reference/trading/engine/matchingEngine.types.ts';
import type { MatchingEngine } from '../../reference/trading/engine/matchingEngine.types.ts';
import type { BookOrder } from './bookDigest.ts';

/** Everything that rests in a book of the reference's engine: bids, then asks, in priority order. */
export function restingOrders(engine: MatchingEngine, book: number): BookOrder[] {
  const orders: BookOrder[] = [];
  for (const code of [BUY, SELL] as const) {
    const side = code === BUY ? 'buy' : 'sell';
    engine.forEachOrder(book, code, (orderId, _account, priceTicks, qty) => {
      orders.push({ side, priceTicks, orderId, qty });
    });
  }
  return orders;
}
