/**
 * Measures engines against each other in one process: every round runs all of them on the same commands, each round in another
 * order, so that what the machine does to one it does to all. Throughput and latency are measured in rounds of their own, because
 * reading the clock twice a command takes as long as a fast engine does.
 */
import { assertSameBook, bookDigest, levelCount } from './bookDigest.ts';
import type { BookOrder } from './bookDigest.ts';
import type { BookCommands } from './bookCommands.ts';
import type { BookEngine } from './bookEngine.ts';
import { median, percentile } from './percentile.ts';

export interface BookMeasurement {
  readonly engine: string;
  /** Median of the rounds. */
  readonly opsPerSec: number;
  /** How many times as fast as each engine, by its name: the median of the rounds' own ratios. */
  readonly ratioTo: Readonly<Record<string, number>>;
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly p999Ns: number;
  /** Of the book at the end, the same in every round and for every engine. */
  readonly digest: string;
  readonly orders: number;
  readonly levels: number;
}

export interface MeasureOptions {
  readonly engines: readonly BookEngine[];
  readonly commands: BookCommands;
  /** Rounds of throughput, after one that warms up and does not count. */
  readonly rounds: number;
  /** Rounds of latency; their samples are put together. */
  readonly timedRounds: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Throws when two engines, or two rounds, do not end with the same book. */
export function measureBooks(options: MeasureOptions): BookMeasurement[] {
  const { engines, commands, rounds, timedRounds } = options;
  const measured = commands.count - commands.fillCount;
  const opsPerSec = engines.map(() => new Float64Array(rounds));
  const tookNs = engines.map(() => new Float64Array(timedRounds * measured));
  const total = 1 + rounds + timedRounds;
  let expected: { name: string; orders: readonly BookOrder[] } | undefined;

  for (let round = 0; round < total; round++) {
    for (let turn = 0; turn < engines.length; turn++) {
      const which = (round + turn) % engines.length;
      const engine = engines[which]!;
      const book = engine.open(commands);
      try {
        book.run(0, commands.fillCount);
        const startMs = performance.now();
        if (round <= rounds) book.run(commands.fillCount, commands.count);
        else {
          const first = (round - rounds - 1) * measured;
          const samples = tookNs[which]!.subarray(first, first + measured);
          book.runTimed(commands.fillCount, commands.count, samples);
        }
        const tookMs = performance.now() - startMs;
        if (round > 0 && round <= rounds) opsPerSec[which]![round - 1] = measured / (tookMs / 1e3);
        const actual = { name: engine.name, orders: book.orders() };
        expected ??= actual;
        assertSameBook(expected, actual);
      } finally {
        book.close();
      }
    }
    options.onProgress?.(round + 1, total);
  }

  const orders = expected?.orders ?? [];
  return engines.map((engine, which) => {
    const own = opsPerSec[which]!;
    const samples = tookNs[which]!.sort();
    const ratios = engines.map(({ name }, other) => [
      name,
      median(own.map((ops, round) => ops / opsPerSec[other]![round]!)),
    ]);
    return {
      engine: engine.name,
      opsPerSec: median(own),
      ratioTo: Object.fromEntries(ratios) as Record<string, number>,
      p50Ns: percentile(samples, 50),
      p99Ns: percentile(samples, 99),
      p999Ns: percentile(samples, 99.9),
      digest: bookDigest(orders),
      orders: orders.length,
      levels: levelCount(orders),
    };
  });
}
