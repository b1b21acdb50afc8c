/** One line for a whole book: engines that end with the same digest have the same orders at the same places. */
import { createHash } from 'node:crypto';

export interface BookOrder {
  readonly side: 'buy' | 'sell';
  readonly priceTicks: number;
  readonly orderId: number;
  readonly qty: number;
}

/** SHA-256, the first 16 hex digits, of one line an order: side, price, id, open quantity. */
export function bookDigest(orders: readonly BookOrder[]): string {
  const hash = createHash('sha256');
  for (const { side, priceTicks, orderId, qty } of orders) {
    hash.update(`${side} ${priceTicks} ${orderId} ${qty}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

export function levelCount(orders: readonly BookOrder[]): number {
  return new Set(orders.map(({ side, priceTicks }) => `${side} ${priceTicks}`)).size;
}

/** Throws with the first difference, when two books are not the same. */
export function assertSameBook(
  expected: { name: string; orders: readonly BookOrder[] },
  actual: { name: string; orders: readonly BookOrder[] },
): void {
  const length = Math.max(expected.orders.length, actual.orders.length);
  for (let index = 0; index < length; index++) {
    const [left, right] = [expected.orders[index], actual.orders[index]];
    if (JSON.stringify(left) === JSON.stringify(right)) continue;
    throw new Error(
      `the books differ at order ${index}: ${expected.name} has ${tell(left)}, ${actual.name} has ${tell(right)}`,
    );
  }
}

function tell(order: BookOrder | undefined): string {
  if (!order) return 'none';
  return `${order.side} ${order.qty} at ${order.priceTicks} (order ${order.orderId})`;
}
