/**
 * The npm packages nodejs-order-book and hft-limit-order-book under the same commands. They get all that can be done beforehand done:
 * ids as strings, options as objects. No accounts: only one of them knows any, and nobody meets himself in this workload.
 */
import type { LimitOptions, PackageBook, PackageBookClass } from '../peers/packageBook.ts';
import { CANCEL, MOVE, PLACE_IOC } from './bookCommands.ts';
import type { BookCommands } from './bookCommands.ts';
import { BUY } from '../../reference/trading/engine/matchingEngine.types.ts';
import type { BookOrder } from './bookDigest.ts';
import { KEPT_RESULTS, nowNs } from './bookEngine.ts';
import type { BookEngine } from './bookEngine.ts';

interface PeerCommands {
  readonly kind: Uint8Array;
  readonly ids: readonly string[];
  /** Undefined for a cancel. */
  readonly options: readonly (LimitOptions | { price: number; size: number } | undefined)[];
}

interface Running {
  readonly book: PackageBook;
  readonly commands: PeerCommands;
  readonly kept: unknown[];
}

export function bookPeer(name: string, OrderBook: PackageBookClass): BookEngine {
  return {
    name,
    open(commands) {
      const book = new OrderBook();
      const kept = new Array<unknown>(KEPT_RESULTS).fill(undefined);
      const running: Running = { book, commands: peerCommandsOf(commands), kept };
      return {
        run: (from, to) => run(running, from, to),
        runTimed: (from, to, tookNs) => runTimed(running, from, to, tookNs),
        orders() {
          const { bids, asks } = book.snapshot();
          return [
            ...bids.flatMap((level) => level.orders.map((order) => told('buy', order))),
            ...asks.flatMap((level) => level.orders.map((order) => told('sell', order))),
          ];
        },
        close: () => undefined,
      };
    },
  };
}

function run({ book, commands, kept }: Running, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    kept[index & (KEPT_RESULTS - 1)] = carryOut(book, commands, index);
  }
}

function runTimed(running: Running, from: number, to: number, tookNs: Float64Array): void {
  const { book, commands, kept } = running;
  for (let index = from; index < to; index++) {
    const startNs = nowNs();
    kept[index & (KEPT_RESULTS - 1)] = carryOut(book, commands, index);
    tookNs[index - from] = nowNs() - startNs;
  }
}

function carryOut(book: PackageBook, { kind, ids, options }: PeerCommands, index: number): unknown {
  if (kind[index] === MOVE) return book.modify(ids[index]!, options[index]!);
  if (kind[index] === CANCEL) return book.cancel(ids[index]!);
  return book.limit(options[index] as LimitOptions);
}

/** Made once for each workload: both packages take the same. */
const made = new WeakMap<BookCommands, PeerCommands>();

function peerCommandsOf(commands: BookCommands): PeerCommands {
  const known = made.get(commands);
  if (known) return known;
  const ids: string[] = [];
  const options: PeerCommands['options'][number][] = [];
  for (let index = 0; index < commands.count; index++) {
    const kind = commands.kind[index]!;
    const id = `o${commands.orderId[index]!}`;
    const size = commands.qty[index]!;
    const price = commands.priceTicks[index]!;
    ids.push(id);
    if (kind === CANCEL) options.push(undefined);
    else if (kind === MOVE) options.push({ price, size });
    else {
      const side = commands.side[index] === BUY ? 'buy' : 'sell';
      options.push({ id, side, size, price, timeInForce: kind === PLACE_IOC ? 'IOC' : 'GTC' });
    }
  }
  const peerCommands: PeerCommands = { kind: commands.kind, ids, options };
  made.set(commands, peerCommands);
  return peerCommands;
}

function told(
  side: 'buy' | 'sell',
  { id, price, size }: { id: string; price: number; size: number },
): BookOrder {
  return { side, priceTicks: price, orderId: Number(id.slice(1)), qty: size };
}
