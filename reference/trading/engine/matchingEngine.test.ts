import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMatchingEngine } from './matchingEngine.ts';
import { BUY, EVENT_EXECUTE, SELL } from './matchingEngine.types.ts';
import type {
  MatchingEngine,
  RemainderCode,
  SelfTradeCode,
  SideCode,
} from './matchingEngine.types.ts';
import { NaiveBook } from './naiveBook.ts';
import type { NaiveOrder } from './naiveBook.ts';

type Step =
  | {
      kind: 'submit';
      book: number;
      account: number;
      side: SideCode;
      ticks: number;
      qty: number;
      remainder: RemainderCode;
      postOnly: boolean;
      selfTrade: SelfTradeCode;
    }
  | { kind: 'cancel'; book: number; age: number }
  | {
      kind: 'replace';
      book: number;
      age: number;
      ticks: number;
      qty: number;
      postOnly: boolean;
      selfTrade: SelfTradeCode;
    }
  | { kind: 'band'; book: number; low: number; high: number };

const CENTRE = 50_000;
const BOOKS = 2;

const book = fc.nat(BOOKS - 1);
const near = fc.integer({ min: CENTRE - 6, max: CENTRE + 6 });
const ticks = fc.oneof(
  { weight: 12, arbitrary: near },
  { weight: 2, arbitrary: fc.integer({ min: CENTRE - 700, max: CENTRE + 700 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 1_000_000_000 }) },
);
const qty = fc.integer({ min: 1, max: 9 });
const side = fc.constantFrom<SideCode>(BUY, SELL);
const selfTrade = fc.constantFrom<SelfTradeCode>(0, 1, 2);
const seldom = fc.integer({ min: 0, max: 5 }).map((value) => value === 0);
const age = fc.nat(30);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      book,
      account: fc.nat(3),
      side,
      ticks,
      qty,
      remainder: fc.constantFrom<RemainderCode>(0, 0, 0, 1, 2),
      postOnly: seldom,
      selfTrade,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cancel' as const), book, age }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('replace' as const),
      book,
      age,
      ticks,
      qty,
      postOnly: seldom,
      selfTrade,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('band' as const),
      book,
      low: fc.integer({ min: CENTRE - 8, max: CENTRE }),
      high: fc.integer({ min: CENTRE, max: CENTRE + 8 }),
    }),
  },
);

function ordersOf(engine: MatchingEngine, index: number, of: SideCode): NaiveOrder[] {
  const orders: NaiveOrder[] = [];
  engine.forEachOrder(index, of, (id, account, priceTicks, leavesQty) => {
    orders.push({ id, account, side: of, ticks: priceTicks, qty: leavesQty });
  });
  return orders;
}

function trades(engine: MatchingEngine): unknown[] {
  const { events } = engine;
  return Array.from({ length: events.count }, (_, index) => index)
    .filter((index) => events.kind[index] === EVENT_EXECUTE)
    .map((index) => [events.orderId[index], events.priceTicks[index], events.qty[index]]);
}

/** Carries the steps out on both and compares each outcome, the trades, and the whole books. */
function compare(steps: readonly Step[], centre: number): number {
  const engine = createMatchingEngine();
  const naive = Array.from({ length: BOOKS }, () => new NaiveBook());
  for (let index = 0; index < BOOKS; index++) engine.openBook(centre);
  let lastId = 0;
  for (const each of steps) {
    const model = naive[each.book]!;
    const live = model.orders.map((order) => order.id);
    // Now and then an id that no longer rests, or never did.
    const id = 'age' in each ? (live[each.age % (live.length + 1)] ?? lastId + 7) : ++lastId;
    switch (each.kind) {
      case 'submit': {
        const {
          account,
          side: of,
          ticks: price,
          qty: size,
          remainder,
          postOnly,
          selfTrade: mode,
        } = each;
        const expected = model.submit(
          { id, account, side: of, ticks: price, qty: size },
          remainder,
          postOnly,
          mode,
        );
        const actual = engine.submit(
          each.book,
          id,
          account,
          of,
          price,
          size,
          remainder,
          postOnly,
          mode,
        );
        expect({ ...actual }).toEqual(expected);
        expect(trades(engine)).toEqual(model.trades);
        break;
      }
      case 'cancel':
        expect(engine.cancel(each.book, id)).toBe(model.cancel(id));
        break;
      case 'replace': {
        const expected = model.replace(id, each.ticks, each.qty, each.postOnly, each.selfTrade);
        const actual = engine.replace(
          each.book,
          id,
          each.ticks,
          each.qty,
          each.postOnly,
          each.selfTrade,
        );
        expect(actual && { ...actual }).toEqual(expected);
        if (expected) expect(trades(engine)).toEqual(model.trades);
        break;
      }
      case 'band':
        engine.setBand(each.book, each.low, each.high);
        model.low = each.low;
        model.high = each.high;
    }
    for (const of of [BUY, SELL] as const) {
      expect(ordersOf(engine, each.book, of)).toEqual(model.inPriority(of));
    }
    expect(engine.bestBidTicks(each.book)).toBe(model.inPriority(BUY)[0]?.ticks ?? 0);
    expect(engine.bestAskTicks(each.book)).toBe(model.inPriority(SELL)[0]?.ticks ?? 0);
  }
  return steps.length;
}

describe('the matching engine', () => {
  test('does what the obvious book does, command by command', () => {
    const programs = fc.array(step, { minLength: 1, maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(programs, (steps) => void compare(steps, CENTRE)),
      { numRuns: 1_500, seed: 1, verbose: 0 },
    );
  });

  test('does so when most prices lie outside its ladder', () => {
    const programs = fc.array(step, { minLength: 1, maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(programs, (steps) => void compare(steps, CENTRE + 500)),
      { numRuns: 500, seed: 2, verbose: 0 },
    );
  });

  test('keeps its order when the ladder widens and the pool grows', () => {
    const engine = createMatchingEngine();
    const naive = new NaiveBook();
    const index = engine.openBook(CENTRE);
    const count = 6_000;
    for (let id = 1; id <= count; id++) {
      // A fixed scatter: neighbours in id are far apart in price.
      const price = CENTRE + 1 + ((id * 7_919) % 40_000);
      engine.submit(index, id, 1, SELL, price, 1, 0, false, 0);
      naive.orders.push({ id, account: 1, side: SELL, ticks: price, qty: 1 });
    }
    expect(ordersOf(engine, index, SELL)).toEqual(naive.inPriority(SELL));
    const outcome = engine.submit(index, count + 1, 2, BUY, CENTRE + 50_000, count, 1, false, 0);
    expect(outcome).toEqual({ filledQty: count, leavesQty: 0, stop: 0 });
    expect(engine.events.count).toBe(count);
    expect(engine.bestAskTicks(index)).toBe(0);
  });
});
