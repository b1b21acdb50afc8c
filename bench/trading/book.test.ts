import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { BUY, SELL } from '../../reference/trading/engine/matchingEngine.types.ts';
import { ACCOUNTS, bookCommands, MOVE, PLACE_GTC } from './bookCommands.ts';
import { assertSameBook, bookDigest } from './bookDigest.ts';
import type { BookEngine } from './bookEngine.ts';
import { bookEngines, PEERS } from './bookEngines.ts';
import { bookOptions, DEFAULTS } from './bookOptions.ts';
import { bookCsv, bookTable } from './bookReport.ts';
import { carryOutGuarded, openGuardedBook } from './guardedBook.ts';
import { measureBooks } from './measureBooks.ts';
import type { BookMeasurement } from './measureBooks.ts';
import { missedThresholds } from './missedThresholds.ts';
import { median, percentile } from './percentile.ts';
import { measureStages } from './stages.ts';

const SMALL = { seed: 7, commands: 3_000 };

describe('the workload', () => {
  const commands = bookCommands(SMALL);

  test('is the same for the same seed and another for another', () => {
    expect(bookCommands(SMALL)).toEqual(commands);
    expect(bookCommands({ ...SMALL, seed: 8 }).priceTicks).not.toEqual(commands.priceTicks);
  });

  test('is the published mix: 9 % new, 3 % IOC, 6 % cancels, 82 % moves', () => {
    const measured = commands.kind.subarray(commands.fillCount);
    const shares = [0, 1, 2, 3].map(
      (kind) => measured.filter((each) => each === kind).length / measured.length,
    );
    [0.09, 0.03, 0.06, 0.82].forEach((share, kind) =>
      expect(Math.abs(shares[kind]! - share)).toBeLessThan(0.02),
    );
  });

  test('moves always change the price, and nobody both buys and sells', () => {
    const lastTicks = new Map<number, number>();
    for (let index = 0; index < commands.count; index++) {
      const orderId = commands.orderId[index]!;
      const priceTicks = commands.priceTicks[index]!;
      const isBuyer = commands.account[index]! < ACCOUNTS / 2;
      expect(isBuyer ? BUY : SELL).toBe(commands.side[index]);
      const changesPrice = commands.kind[index] !== MOVE || lastTicks.get(orderId) !== priceTicks;
      expect(changesPrice).toBe(true);
      lastTicks.set(orderId, priceTicks);
    }
    expect(commands.kind.subarray(0, commands.fillCount)).toContain(PLACE_GTC);
  });
});

describe('the book benchmark', () => {
  const commands = bookCommands(SMALL);
  const measurements = measureBooks({ engines: bookEngines, commands, rounds: 1, timedRounds: 1 });

  test('leaves every engine with the same book', () => {
    expect(new Set(measurements.map(({ digest }) => digest)).size).toBe(1);
    expect(measurements.map(({ engine }) => engine).slice(2)).toEqual([...PEERS]);
    expect(measurements[0]!.orders).toBeGreaterThan(500);
  });

  test('stops when an engine ends with another book', () => {
    const lossy: BookEngine = {
      name: 'loses the last command',
      open: (given) => {
        const book = bookEngines[0]!.open(given);
        return { ...book, run: (from, to) => book.run(from, to - 1) };
      },
    };
    expect(() =>
      measureBooks({ engines: [bookEngines[0]!, lossy], commands, rounds: 1, timedRounds: 1 }),
    ).toThrow('the books differ at order');
  });

  test('prints a table and writes a row an engine', () => {
    expect(bookTable(measurements)).toContain('reference book + risk + journal');
    const csv = bookCsv(measurements, commands, '2026-01-01T00:00:00.000Z');
    const rows = parse(csv, { columns: true }) as Record<string, string>[];
    expect(rows.map((row) => [row['engine'], row['commands'], row['book_digest']])).toEqual(
      measurements.map(({ engine, digest }) => [engine, '3000', digest]),
    );
    expect(Object.keys(rows[0]!)).toEqual(
      'engine mix seed commands ops_per_s ratio_nodejs_order_book ratio_hft_limit_order_book p50_ns p99_ns p999_ns book_digest node cpu_model started_utc'.split(
        ' ',
      ),
    );
  });

  test('names every threshold that was missed and none that was met', () => {
    const measured = (engine: string, ratio: number, p999Ns: number): BookMeasurement => ({
      ...measurements[0]!,
      engine,
      ratioTo: { peer: ratio },
      p999Ns,
    });
    const rows = (ratio: number, p999Ns: number): BookMeasurement[] => [
      measured('own', ratio, p999Ns),
      measured('peer', 1, 100),
    ];
    const thresholds = [{ engine: 'own', minRatio: 30 }];
    expect(missedThresholds(rows(30, 100), thresholds, ['peer'])).toEqual([]);
    expect(missedThresholds(rows(29.9, 100), thresholds, ['peer'])).toHaveLength(1);
    expect(missedThresholds(rows(29.9, 101), thresholds, ['peer'])).toHaveLength(2);
    expect(missedThresholds(rows(Number.NaN, 1), thresholds, ['peer'])).toHaveLength(1);
  });

  test('takes its options from the command line and says what is wrong with them', () => {
    expect(bookOptions([])).toEqual(DEFAULTS);
    expect(bookOptions(['--commands', '10', '--rounds', '2', '--out', 'x.csv'])).toEqual({
      ...DEFAULTS,
      commands: 10,
      rounds: 2,
      out: 'x.csv',
    });
    expect(() => bookOptions(['--commands', '1e9'])).toThrow('give a whole number from 1 to');
    expect(() => bookOptions(['--speed', '9'])).toThrow('--speed');
  });
});

describe('books', () => {
  const order = { side: 'buy', priceTicks: 5, orderId: 1, qty: 2 } as const;

  test('differ when a quantity, a place or an order does', () => {
    const one = { name: 'one', orders: [order, { ...order, orderId: 2 }] };
    for (const orders of [
      [order],
      [{ ...order, orderId: 2 }, order],
      [order, { ...order, orderId: 2, qty: 3 }],
    ]) {
      expect(() => assertSameBook(one, { name: 'two', orders })).toThrow('the books differ');
      expect(bookDigest(orders)).not.toBe(bookDigest(one.orders));
    }
    assertSameBook(one, { ...one, name: 'two' });
  });
});

describe('percentiles', () => {
  test('are the nearest rank of all samples', () => {
    const samples = Float64Array.from({ length: 1_000 }, (_, index) => index + 1);
    expect([50, 99, 99.9, 100].map((percent) => percentile(samples, percent))).toEqual([
      500, 990, 999, 1_000,
    ]);
    expect(median(Float64Array.of(4, 1, 2))).toBe(2);
    expect(median(Float64Array.of(4, 1, 2, 3))).toBe(2.5);
  });
});

describe('the guarded book', () => {
  test('refuses nothing of the workload, and counts exactly what rests and what traded', () => {
    const commands = bookCommands(SMALL);
    const guarded = openGuardedBook();
    for (let index = 0; index < commands.count; index++) {
      expect(carryOutGuarded(guarded, commands, index, 0).refusal).toBe(0);
    }
    const { risk, symbol, engine, book } = guarded;
    const accounts = Array.from({ length: ACCOUNTS }, (_, account) => account);
    const sum = (value: (account: number) => number): number =>
      accounts.reduce((total, account) => total + value(account), 0);
    const restingQty = [0, 0];
    let restingOrders = 0;
    for (const side of [BUY, SELL] as const) {
      engine.forEachOrder(book, side, (_id, _account, _ticks, leavesQty) => {
        restingQty[side]! += leavesQty;
        restingOrders++;
      });
    }
    expect(sum((account) => risk.position(account, symbol).netQty)).toBe(0);
    expect(sum((account) => risk.position(account, symbol).realizedNotionalE4)).toBe(0);
    expect(sum((account) => risk.position(account, symbol).openBuyQty)).toBe(restingQty[BUY]);
    expect(sum((account) => risk.position(account, symbol).openSellQty)).toBe(restingQty[SELL]);
    expect(sum((account) => risk.openOrders(account))).toBe(restingOrders);
  });
});

describe('the stages', () => {
  test('are timed one by one, and every command goes through all of them', () => {
    const stages = measureStages(SMALL);
    for (const stage of [stages.risk, stages.match, stages.execute]) {
      expect(stage.p50).toBeGreaterThan(0);
      expect(stage.p99).toBeGreaterThanOrEqual(stage.p50);
      expect(stage.p999).toBeGreaterThanOrEqual(stage.p99);
    }
    expect(stages.opsPerSecond).toBeGreaterThan(0);
  });
});
