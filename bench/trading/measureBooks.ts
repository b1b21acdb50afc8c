/**
 * Measures engines against each other in one process: every round runs all of them on the same commands, each round in another
 * order, so that what the machine does to one it does to all. Throughput and latency are measured in rounds of their own, because
 * reading the clock twice a command takes as long as a fast engine does.
 *
 * Throughput is counted in seconds of the thread's processor time: what other processes take of a shared machine would otherwise
 * weigh on whoever happens to run. `cpuShare` tells how much of the wall clock that was, so that an engine that waits is seen.
 */
import { assertSameBook, bookDigest, levelCount } from './bookDigest.ts';
import type { BookOrder } from './bookDigest.ts';
import type { BookCommands } from './bookCommands.ts';
import type { BookEngine } from './bookEngine.ts';
import { median, percentile } from './percentile.ts';

/** Processor time is counted in microseconds and by the kernel's ticks: turns this long make both too small to matter. */
const MIN_TURN_MS = 400;
const MAX_BOOKS_A_TURN = 32;

export interface BookMeasurement {
  readonly engine: string;
  /** Commands a second of processor time: median of the rounds. */
  readonly opsPerSec: number;
  /** Processor time over wall time in the rounds of throughput, from 0 to 1. */
  readonly cpuShare: number;
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
  const cpuShares = engines.map(() => new Float64Array(rounds));
  const tookNs = engines.map(() => new Float64Array(timedRounds * measured));
  const total = 1 + rounds + timedRounds;
  let expected: { name: string; orders: readonly BookOrder[] } | undefined;

  const checkBook = (name: string, orders: readonly BookOrder[]): void => {
    expected ??= { name, orders };
    assertSameBook(expected, { name, orders });
  };

  for (let round = 0; round < total; round++) {
    for (let turn = 0; turn < engines.length; turn++) {
      const which = (round + turn) % engines.length;
      const engine = engines[which]!;
      if (round <= rounds) {
        const { books, cpuMs, wallMs } = throughputTurn(engine, commands, checkBook);
        if (round === 0) continue;
        opsPerSec[which]![round - 1] = (books * measured) / (cpuMs / 1e3);
        cpuShares[which]![round - 1] = cpuMs / wallMs;
      } else {
        const first = (round - rounds - 1) * measured;
        latencyTurn(engine, commands, tookNs[which]!.subarray(first, first + measured), checkBook);
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
      cpuShare: median(cpuShares[which]!),
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

type CheckBook = (name: string, orders: readonly BookOrder[]) => void;

interface Turn {
  readonly books: number;
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** All commands on as many fresh books as make a turn long enough. */
function throughputTurn(engine: BookEngine, commands: BookCommands, checkBook: CheckBook): Turn {
  let cpuMs = 0;
  let wallMs = 0;
  let books = 0;
  while (books === 0 || (cpuMs < MIN_TURN_MS && books < MAX_BOOKS_A_TURN)) {
    const book = engine.open(commands);
    try {
      book.run(0, commands.fillCount);
      const startMs = performance.now();
      const before = process.threadCpuUsage();
      book.run(commands.fillCount, commands.count);
      const { user, system } = process.threadCpuUsage(before);
      wallMs += performance.now() - startMs;
      cpuMs += (user + system) / 1e3;
      checkBook(engine.name, book.orders());
    } finally {
      book.close();
    }
    books++;
  }
  return { books, cpuMs, wallMs };
}

function latencyTurn(
  engine: BookEngine,
  commands: BookCommands,
  tookNs: Float64Array,
  checkBook: CheckBook,
): void {
  const book = engine.open(commands);
  try {
    book.run(0, commands.fillCount);
    book.runTimed(commands.fillCount, commands.count, tookNs);
    checkBook(engine.name, book.orders());
  } finally {
    book.close();
  }
}
