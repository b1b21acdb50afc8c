import { describe, expect, test } from 'vitest';
import { createMatchingEngine } from './matchingEngine.ts';
import { BUY, EVENT_ADD, EVENT_DELETE, EVENT_EXECUTE, SELL } from './matchingEngine.types.ts';
import type {
  MatchingEngine,
  RemainderCode,
  SelfTradeCode,
  SideCode,
} from './matchingEngine.types.ts';
import { NaiveBook } from './naiveBook.ts';
import type { NaiveOrder } from './naiveBook.ts';

/** More of them with CASEMARK_TEST_ALL=1. */
const COMMANDS = process.env['CASEMARK_TEST_ALL'] === undefined ? 50_000 : 100_000;
const BOOKS = 3;
const ACCOUNTS = 5;
const CENTRE = 2_000;
/** Around which the books hold their sizes: few enough for the naive book, more than a handful of levels. */
const TARGET_ORDERS = 60;
/** Whole books are compared every so often, and what a command answered each time. */
const COMPARE_EVERY = 25;

/** A linear congruential generator (Numerical Recipes): the same run on every machine. */
function seeded(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

function ordersOf(engine: MatchingEngine, book: number, side: SideCode): NaiveOrder[] {
  const orders: NaiveOrder[] = [];
  engine.forEachOrder(book, side, (id, account, ticks, qty) => {
    orders.push({ id, account, side, ticks, qty });
  });
  return orders;
}

/** Mostly a few ticks around the centre, at times anywhere on or beyond the ladder. */
function ticksOf(below: (bound: number) => number): number {
  const kind = below(20);
  if (kind < 16) return CENTRE - 8 + below(17);
  if (kind < 19) return CENTRE - 600 + below(1_201);
  return 1 + below(1_000_000_000);
}

describe('the matching engine over a long day', () => {
  for (const [name, centre] of [
    ['around its centre', CENTRE],
    ['mostly off its ladder', CENTRE + 530],
  ] as const) {
    test(`does what the obvious book does for ${COMMANDS} commands ${name}`, () => {
      const below = seeded(centre);
      const engine = createMatchingEngine();
      const naive = Array.from({ length: BOOKS }, () => new NaiveBook());
      for (let book = 0; book < BOOKS; book++) engine.openBook(centre);
      const seen = new Map<string, number>();
      const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
      let lastId = 0;

      for (let command = 0; command < COMMANDS; command++) {
        const book = below(BOOKS);
        const model = naive[book]!;
        const live = model.orders;
        const postOnly = below(8) === 0;
        const selfTrade = below(3) as SelfTradeCode;
        const ticks = ticksOf(below);
        const qty = 1 + below(9);
        // Now and then an order that is open no longer, or of another book.
        const id = below(30) === 0 ? 1 + below(lastId + 1) : (live[below(live.length)]?.id ?? 1);
        const kind = below(100);
        if (kind < 2) {
          const low = kind === 0 ? 1 : CENTRE - 6 + below(4);
          const high = kind === 0 ? 1_000_000_000 : CENTRE + 2 + below(5);
          engine.setBand(book, low, high);
          model.low = low;
          model.high = high;
        } else if (kind < (live.length > TARGET_ORDERS ? 30 : 10)) {
          expect(engine.cancel(book, id)).toBe(model.cancel(id));
        } else if (kind < 50) {
          const expected = model.replace(id, ticks, qty, postOnly, selfTrade);
          const actual = engine.replace(book, id, ticks, qty, postOnly, selfTrade);
          expect(actual && { ...actual }).toEqual(expected);
          if (expected) count(`replace ${expected.stop}`);
          if (expected) expectSameTrades(engine, model);
        } else {
          const account = below(ACCOUNTS);
          const side = below(2) as SideCode;
          const remainder = [0, 0, 0, 1, 2][below(5)] as RemainderCode;
          const order = { id: ++lastId, account, side, ticks, qty };
          const expected = model.submit(order, remainder, postOnly, selfTrade);
          const actual = engine.submit(
            book,
            lastId,
            account,
            side,
            ticks,
            qty,
            remainder,
            postOnly,
            selfTrade,
          );
          expect({ ...actual }).toEqual(expected);
          count(`submit ${expected.stop}`);
          expectSameTrades(engine, model);
        }
        if (command % COMPARE_EVERY !== 0) continue;
        for (const side of [BUY, SELL] as const) {
          expect(ordersOf(engine, book, side)).toEqual(model.inPriority(side));
        }
        expect(engine.bestBidTicks(book)).toBe(model.inPriority(BUY)[0]?.ticks ?? 0);
        expect(engine.bestAskTicks(book)).toBe(model.inPriority(SELL)[0]?.ticks ?? 0);
      }

      // Every way of stopping was met, many times: else the comparison would prove little.
      const stops = [0, 1, 2, 3, 4, 5, 6].map((stop) => seen.get(`submit ${stop}`) ?? 0);
      expect(Math.min(...stops)).toBeGreaterThan(200);
      const replaced = [0, 3, 4, 5, 6].map((stop) => seen.get(`replace ${stop}`) ?? 0);
      expect(Math.min(...replaced)).toBeGreaterThan(200);
    });
  }

  test('tells every change of the book in its events', () => {
    const below = seeded(7);
    const engine = createMatchingEngine();
    const book = engine.openBook(CENTRE);
    /** The book as somebody would rebuild it who hears only the events. */
    const heard = new Map<number, { side: number; ticks: number; qty: number }>();
    for (let id = 1; id <= 20_000; id++) {
      const selfTrade = below(3) as SelfTradeCode;
      const ticks = ticksOf(below);
      const known = [...heard.keys()];
      const some = known[below(known.length)] ?? 1;
      const kind = below(10);
      if (kind < 5) {
        const side = below(2) as SideCode;
        engine.submit(book, id, below(4), side, ticks, 1 + below(9), 0, false, selfTrade);
      } else if (kind < 8) engine.replace(book, some, ticks, 1 + below(9), false, selfTrade);
      else engine.cancel(book, some);
      const { events } = engine;
      for (let index = 0; index < events.count; index++) {
        const orderId = events.orderId[index]!;
        const leavesQty = events.leavesQty[index]!;
        const before = heard.get(orderId);
        const isNew = events.kind[index] === EVENT_ADD;
        expect(before === undefined).toBe(isNew);
        const gone =
          events.kind[index] === EVENT_DELETE ||
          (events.kind[index] === EVENT_EXECUTE && leavesQty === 0);
        if (gone) heard.delete(orderId);
        else {
          const [side, price] = [events.side[index]!, events.priceTicks[index]!];
          heard.set(orderId, { side, ticks: price, qty: leavesQty });
        }
      }
      if (id % 100 !== 0) continue;
      const resting = [BUY, SELL].flatMap((side) => ordersOf(engine, book, side as SideCode));
      const told = new Map(resting.map((order) => [order.id, order]));
      expect(told.size).toBe(heard.size);
      for (const [orderId, order] of heard) expect(told.get(orderId)).toMatchObject(order);
    }
  });
});

function expectSameTrades(engine: MatchingEngine, model: NaiveBook): void {
  const { events } = engine;
  const trades: number[][] = [];
  for (let index = 0; index < events.count; index++) {
    if (events.kind[index] !== EVENT_EXECUTE) continue;
    trades.push([events.orderId[index]!, events.priceTicks[index]!, events.qty[index]!]);
  }
  expect(trades).toEqual(model.trades);
}
