/**
 * The public book of one symbol, order by order, kept up by the same events that subscribers get. Reads are served from here,
 * so they cost the matching engine nothing and show what the feed told.
 */
import type { Side } from '../../../spec/trading/messages.d.ts';

export interface BookImage {
  /** Best price first. */
  readonly bids: Level[];
  readonly asks: Level[];
  readonly places: Map<string, Place>;
}

export interface Level {
  readonly priceE4: number;
  qty: number;
  /** leavesQty by orderId. A Map keeps the order of insertion: time priority. */
  readonly orders: Map<string, number>;
}

interface Place {
  readonly side: Side;
  readonly level: Level;
}

export function emptyBookImage(): BookImage {
  return { bids: [], asks: [], places: new Map() };
}

/** Puts an order last at its price. */
export function addOrder(
  image: BookImage,
  orderId: string,
  side: Side,
  priceE4: number,
  leavesQty: number,
): void {
  const level = levelAt(image, side, priceE4);
  level.orders.set(orderId, leavesQty);
  level.qty += leavesQty;
  image.places.set(orderId, { side, level });
}

/** Sets what is left of an order where it stands; nothing left takes it out. */
export function setLeaves(image: BookImage, orderId: string, leavesQty: number): void {
  const { side, level } = image.places.get(orderId)!;
  level.qty += leavesQty - level.orders.get(orderId)!;
  if (leavesQty > 0) {
    level.orders.set(orderId, leavesQty);
    return;
  }
  level.orders.delete(orderId);
  image.places.delete(orderId);
  if (level.orders.size === 0) dropLevel(image, side, level.priceE4);
}

/** Gives an order another price or quantity and the last place there. */
export function moveOrder(
  image: BookImage,
  orderId: string,
  priceE4: number,
  leavesQty: number,
): void {
  const { side } = image.places.get(orderId)!;
  setLeaves(image, orderId, 0);
  addOrder(image, orderId, side, priceE4, leavesQty);
}

function levelAt(image: BookImage, side: Side, priceE4: number): Level {
  const levels = side === 'BUY' ? image.bids : image.asks;
  const index = levelIndex(levels, side, priceE4);
  const found = levels[index];
  if (found?.priceE4 === priceE4) return found;
  const level: Level = { priceE4, qty: 0, orders: new Map() };
  levels.splice(index, 0, level);
  return level;
}

function dropLevel(image: BookImage, side: Side, priceE4: number): void {
  const levels = side === 'BUY' ? image.bids : image.asks;
  levels.splice(levelIndex(levels, side, priceE4), 1);
}

/** Where the price stands or belongs in a side that has its best price first. */
function levelIndex(levels: readonly Level[], side: Side, priceE4: number): number {
  let low = 0;
  let high = levels.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const price = levels[middle]!.priceE4;
    const isBetter = side === 'BUY' ? price > priceE4 : price < priceE4;
    if (isBetter) low = middle + 1;
    else high = middle;
  }
  return low;
}
