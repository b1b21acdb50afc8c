/** One side of a book with its orders in priority, kept up to date order by order: as fast as hundreds of thousands of commands need. */
import type { BookLevel, FeedOrder, Side } from '../../../../spec/trading/messages.d.ts';

export interface RestingOrder {
  orderId: string;
  readonly clOrdId: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: Side;
  priceE4: number;
  orderQty: number;
  cumQty: number;
  leavesQty: number;
  readonly tif: string;
}

interface Level {
  readonly priceE4: number;
  qty: number;
  /** In the order of their places. */
  readonly orders: Set<RestingOrder>;
  /** `free`: an order got its place by something that may keep it or lose it. */
  places: 'known' | 'free';
}

export interface SideOfBook {
  add(order: RestingOrder): void;
  remove(order: RestingOrder): void;
  /** It keeps its place. */
  reduce(order: RestingOrder, byQty: number): void;
  /** Its place at its price is not known from now on. */
  loseTrackOf(order: RestingOrder): void;
  /** The order that trades next; undefined when nobody can know it, or there is none. */
  front(): RestingOrder | undefined;
  levels(depth: number): BookLevel[];
  /** In priority; `places`: whether that order is known. */
  orders(): { readonly places: 'known' | 'free'; readonly orders: FeedOrder[] }[];
}

export function sideOfBook(side: Side): SideOfBook {
  /** The worst first, so that the best comes and goes at the end. */
  const prices: number[] = [];
  const levels = new Map<number, Level>();
  const isBetter = (one: number, other: number): boolean =>
    side === 'BUY' ? one > other : one < other;

  /** Where the price is, or belongs. */
  const placeOf = (priceE4: number): number => {
    let low = 0;
    let high = prices.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBetter(priceE4, prices[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const remove = (order: RestingOrder): void => {
    const level = levels.get(order.priceE4);
    if (!level?.orders.delete(order)) return;
    level.qty -= order.leavesQty;
    if (level.orders.size > 0) return;
    levels.delete(order.priceE4);
    prices.splice(placeOf(order.priceE4), 1);
  };
  const bestFirst = function* (): Generator<Level> {
    for (let index = prices.length - 1; index >= 0; index -= 1) yield levels.get(prices[index]!)!;
  };

  return {
    add(order) {
      const { priceE4 } = order;
      let level = levels.get(priceE4);
      if (!level) {
        level = { priceE4, qty: 0, orders: new Set(), places: 'known' };
        levels.set(priceE4, level);
        prices.splice(placeOf(priceE4), 0, priceE4);
      }
      level.orders.add(order);
      level.qty += order.leavesQty;
    },
    remove,
    reduce(order, byQty) {
      if (order.leavesQty <= byQty) return remove(order);
      const level = levels.get(order.priceE4);
      if (level) level.qty -= byQty;
    },
    loseTrackOf({ priceE4 }) {
      const level = levels.get(priceE4);
      if (level && level.orders.size > 1) level.places = 'free';
    },
    front() {
      const level = levels.get(prices.at(-1) ?? NaN);
      if (!level || level.places === 'free') return undefined;
      return level.orders.values().next().value;
    },
    levels(depth) {
      const shown: BookLevel[] = [];
      for (const { priceE4, qty, orders } of bestFirst()) {
        if (shown.length === depth) break;
        shown.push({ priceE4, qty, orders: orders.size });
      }
      return shown;
    },
    orders: () =>
      [...bestFirst()].map(({ places, orders }) => ({
        places,
        orders: [...orders].map(({ orderId, priceE4, leavesQty }) => ({
          ...{ orderId, priceE4, leavesQty },
        })),
      })),
  };
}
