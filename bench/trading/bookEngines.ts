/** The engines of the book benchmark, and what each of the reference's must reach. */
import { createRequire } from 'node:module';
import type { PackageBookClass } from '../peers/packageBook.ts';
import { bookAlone } from './bookAlone.ts';
import type { BookEngine } from './bookEngine.ts';
import { bookGuarded } from './bookGuarded.ts';
import { bookPeer } from './bookPeer.ts';

export const PEERS = ['nodejs-order-book', 'hft-limit-order-book'] as const;

const require = createRequire(import.meta.url);

export const bookEngines: readonly BookEngine[] = [
  bookAlone,
  bookGuarded,
  ...PEERS.map((name) => {
    const { OrderBook } = require(name) as { OrderBook: PackageBookClass };
    return bookPeer(name, OrderBook);
  }),
];

/** At the 99.9th percentile each must also be no slower than each peer. */
export interface BookThreshold {
  readonly engine: string;
  /** Times as fast as each peer. */
  readonly minRatio: number;
}

/** A probe of this design reached 52 and 29 times the packages' speed; the thresholds leave room for a busy machine. */
export const BOOK_THRESHOLDS: readonly BookThreshold[] = [
  { engine: bookAlone.name, minRatio: 30 },
  { engine: bookGuarded.name, minRatio: 15 },
];
