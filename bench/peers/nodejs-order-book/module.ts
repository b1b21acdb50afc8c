/** nodejs-order-book as an implementation of the trading case. */
import { createRequire } from 'node:module';
import { orderBookVenue } from '../orderBookVenue.ts';
import type { PackageBookClass } from '../packageBook.ts';

const { OrderBook } = createRequire(import.meta.url)('nodejs-order-book') as {
  OrderBook: PackageBookClass;
};

export default async function create({ clockMs }: { clockMs: number }) {
  return orderBookVenue(OrderBook, clockMs);
}
