import { beforeEach, describe, expect, test } from 'vitest';
import { createMatchingEngine } from './matchingEngine.ts';
import {
  BUY,
  CANCEL_BOTH,
  CANCEL_MAKER,
  CANCEL_TAKER,
  EVENT_ADD,
  EVENT_DELETE,
  EVENT_EXECUTE,
  EVENT_REDUCE,
  EVENT_REPLACE,
  FOK,
  IOC,
  REST,
  SELL,
  STOP_BAND,
  STOP_BAND_PRICE,
  STOP_FOK,
  STOP_IOC,
  STOP_NONE,
  STOP_POST_ONLY,
  STOP_SELF_TRADE,
} from './matchingEngine.types.ts';
import type {
  MatchingEngine,
  RemainderCode,
  SelfTradeCode,
  SideCode,
} from './matchingEngine.types.ts';

const ANN = 1;
const BOB = 2;
const CAT = 3;

describe('the matching engine', () => {
  let engine: MatchingEngine;
  let book: number;
  let lastId: number;

  interface Flags {
    remainder?: RemainderCode;
    isPostOnly?: true;
    selfTrade?: SelfTradeCode;
  }

  function submit(
    account: number,
    side: SideCode,
    qty: number,
    ticks: number,
    { remainder = REST, isPostOnly, selfTrade = CANCEL_TAKER }: Flags = {},
  ): [filledQty: number, leavesQty: number, stop: number] {
    const { filledQty, leavesQty, stop } = engine.submit(
      book,
      ++lastId,
      account,
      side,
      ticks,
      qty,
      remainder,
      isPostOnly === true,
      selfTrade,
    );
    return [filledQty, leavesQty, stop];
  }

  /** [kind, orderId, priceTicks, qty, leavesQty] of each public event of the last command. */
  function events(): number[][] {
    const { count, kind, orderId, priceTicks, qty, leavesQty } = engine.events;
    return Array.from({ length: count }, (_, index) => [
      kind[index]!,
      orderId[index]!,
      priceTicks[index]!,
      qty[index]!,
      leavesQty[index]!,
    ]);
  }

  /** [orderId, leavesQty] in priority order. */
  function orders(side: SideCode): number[][] {
    const found: number[][] = [];
    engine.forEachOrder(book, side, (orderId, _account, _ticks, leavesQty) => {
      found.push([orderId, leavesQty]);
    });
    return found;
  }

  beforeEach(() => {
    engine = createMatchingEngine();
    book = engine.openBook(1_000);
    lastId = 0;
  });

  test('trades with the best price first, and at one price with who came first, at the price of the resting order', () => {
    submit(ANN, SELL, 5, 102);
    submit(ANN, SELL, 5, 101);
    submit(BOB, SELL, 5, 101);
    expect(submit(CAT, BUY, 12, 103)).toEqual([12, 0, STOP_NONE]);
    expect(events()).toEqual([
      [EVENT_EXECUTE, 2, 101, 5, 0],
      [EVENT_EXECUTE, 3, 101, 5, 0],
      [EVENT_EXECUTE, 1, 102, 2, 3],
    ]);
    expect([engine.bestBidTicks(book), engine.bestAskTicks(book)]).toEqual([0, 102]);
  });

  test('lets the remainder of a limit order rest at its own price', () => {
    submit(ANN, BUY, 5, 99);
    expect(submit(BOB, SELL, 8, 98)).toEqual([5, 3, STOP_NONE]);
    expect(events()).toEqual([
      [EVENT_EXECUTE, 1, 99, 5, 0],
      [EVENT_ADD, 2, 98, 3, 3],
    ]);
    expect(engine.restingOrder(book, 2)).toEqual({
      orderId: 2,
      account: BOB,
      side: SELL,
      priceTicks: 98,
      leavesQty: 3,
    });
    expect(engine.restingOrder(book, 1)).toBeUndefined();
  });

  test('never lets an IOC rest', () => {
    submit(ANN, SELL, 5, 101);
    submit(ANN, SELL, 5, 103);
    expect(submit(BOB, BUY, 8, 102, { remainder: IOC })).toEqual([5, 0, STOP_IOC]);
    expect(submit(BOB, BUY, 8, 102, { remainder: IOC })).toEqual([0, 0, STOP_IOC]);
    expect(orders(BUY)).toEqual([]);
  });

  test('fills a FOK wholly or leaves everything as it was', () => {
    submit(ANN, SELL, 5, 101);
    submit(ANN, SELL, 5, 102);
    expect(submit(BOB, BUY, 11, 102, { remainder: FOK })).toEqual([0, 0, STOP_FOK]);
    expect(submit(BOB, BUY, 6, 101, { remainder: FOK })).toEqual([0, 0, STOP_FOK]);
    expect(submit(BOB, BUY, 1, 100, { remainder: FOK })).toEqual([0, 0, STOP_FOK]);
    expect(events()).toEqual([]);
    expect(submit(BOB, BUY, 10, 102, { remainder: FOK })).toEqual([10, 0, STOP_NONE]);
  });

  test('counts for a FOK only other accounts before the first own order, and cancels nothing when it falls short', () => {
    submit(ANN, SELL, 5, 101);
    submit(BOB, SELL, 5, 101);
    submit(ANN, SELL, 5, 102);
    for (const selfTrade of [CANCEL_TAKER, CANCEL_MAKER, CANCEL_BOTH] as const) {
      expect(submit(BOB, BUY, 6, 105, { remainder: FOK, selfTrade })).toEqual([0, 0, STOP_FOK]);
    }
    expect(orders(SELL)).toEqual([
      [1, 5],
      [2, 5],
      [3, 5],
    ]);
    expect(submit(BOB, BUY, 5, 105, { remainder: FOK })).toEqual([5, 0, STOP_NONE]);
  });

  test('counts for a FOK only prices inside the band', () => {
    engine.setBand(book, 90, 101);
    submit(ANN, SELL, 5, 101);
    submit(ANN, SELL, 5, 102);
    expect(submit(BOB, BUY, 6, 105, { remainder: FOK })).toEqual([0, 0, STOP_FOK]);
    expect(submit(BOB, BUY, 5, 105, { remainder: FOK })).toEqual([5, 0, STOP_NONE]);
  });

  test('turns down a post-only order that would trade, with whomever', () => {
    submit(ANN, SELL, 5, 101);
    for (const account of [ANN, BOB]) {
      expect(submit(account, BUY, 1, 101, { isPostOnly: true })).toEqual([0, 0, STOP_POST_ONLY]);
    }
    expect(submit(BOB, BUY, 1, 100, { isPostOnly: true })).toEqual([0, 1, STOP_NONE]);
  });

  test('cancels the incoming remainder when it meets its own account: CANCEL_TAKER', () => {
    submit(ANN, SELL, 5, 101);
    submit(BOB, SELL, 5, 102);
    expect(submit(BOB, BUY, 20, 103)).toEqual([5, 0, STOP_SELF_TRADE]);
    expect(orders(SELL)).toEqual([[2, 5]]);
  });

  test('cancels the resting order and goes on: CANCEL_MAKER', () => {
    submit(BOB, SELL, 5, 101);
    submit(ANN, SELL, 5, 102);
    expect(submit(BOB, BUY, 7, 103, { selfTrade: CANCEL_MAKER })).toEqual([5, 2, STOP_NONE]);
    expect(events()).toEqual([
      [EVENT_DELETE, 1, 101, 5, 0],
      [EVENT_EXECUTE, 2, 102, 5, 0],
      [EVENT_ADD, 3, 103, 2, 2],
    ]);
  });

  test('cancels both in full: CANCEL_BOTH', () => {
    submit(BOB, SELL, 5, 101);
    submit(ANN, SELL, 5, 102);
    const outcome = submit(BOB, BUY, 7, 103, { selfTrade: CANCEL_BOTH });
    expect(outcome).toEqual([0, 0, STOP_SELF_TRADE]);
    expect(orders(SELL)).toEqual([[2, 5]]);
    expect(orders(BUY)).toEqual([]);
  });

  test('stops before a trade outside the band, and asks the band before self-trade prevention', () => {
    engine.setBand(book, 90, 101);
    submit(ANN, SELL, 5, 101);
    submit(BOB, SELL, 5, 102);
    const outcome = submit(BOB, BUY, 20, 103, { selfTrade: CANCEL_BOTH });
    expect(outcome).toEqual([5, 0, STOP_BAND]);
    expect(orders(SELL)).toEqual([[2, 5]]);
  });

  test('does not let a remainder rest where nobody may trade: a BUY above the band, a SELL below it', () => {
    engine.setBand(book, 90, 101);
    expect(submit(ANN, BUY, 5, 102)).toEqual([0, 0, STOP_BAND_PRICE]);
    expect(submit(ANN, SELL, 5, 89)).toEqual([0, 0, STOP_BAND_PRICE]);
    expect(submit(ANN, BUY, 5, 101)).toEqual([0, 5, STOP_NONE]);
    expect(submit(ANN, SELL, 5, 200)).toEqual([0, 5, STOP_NONE]);
  });

  test('keeps the place of an order that shrinks, and of no other that is replaced', () => {
    for (let order = 0; order < 3; order++) submit(ANN, BUY, 5, 99);
    engine.replace(book, 1, 99, 4, false, CANCEL_TAKER);
    expect(events()).toEqual([[EVENT_REDUCE, 1, 99, 1, 4]]);
    engine.replace(book, 2, 99, 6, false, CANCEL_TAKER);
    expect(events()).toEqual([[EVENT_REPLACE, 2, 99, 6, 6]]);
    expect(orders(BUY)).toEqual([
      [1, 4],
      [3, 5],
      [2, 6],
    ]);
    engine.replace(book, 1, 98, 4, false, CANCEL_TAKER);
    engine.replace(book, 1, 99, 4, false, CANCEL_TAKER);
    expect(orders(BUY).map(([id]) => id)).toEqual([3, 2, 1]);
  });

  test('matches a replaced order that is now marketable, and rests what is left under the same id', () => {
    submit(ANN, SELL, 5, 101);
    submit(BOB, BUY, 8, 99);
    const outcome = engine.replace(book, 2, 101, 8, false, CANCEL_TAKER);
    expect(outcome).toEqual({ filledQty: 5, leavesQty: 3, stop: STOP_NONE });
    expect(events()).toEqual([
      [EVENT_DELETE, 2, 99, 8, 0],
      [EVENT_EXECUTE, 1, 101, 5, 0],
      [EVENT_ADD, 2, 101, 3, 3],
    ]);
  });

  test('changes nothing when a post-only order is replaced into the other side', () => {
    submit(ANN, SELL, 5, 101);
    submit(BOB, BUY, 8, 99);
    const outcome = engine.replace(book, 2, 101, 4, true, CANCEL_TAKER);
    expect(outcome).toEqual({ filledQty: 0, leavesQty: 8, stop: STOP_POST_ONLY });
    expect(events()).toEqual([]);
    expect(orders(BUY)).toEqual([[2, 8]]);
  });

  test('takes a replaced order out when its account or the band stops it', () => {
    engine.setBand(book, 90, 101);
    submit(ANN, SELL, 5, 101);
    submit(ANN, BUY, 5, 99);
    expect(engine.replace(book, 2, 101, 5, false, CANCEL_TAKER)?.stop).toBe(STOP_SELF_TRADE);
    submit(BOB, BUY, 5, 99);
    engine.cancel(book, 1);
    expect(engine.replace(book, 3, 102, 5, false, CANCEL_TAKER)?.stop).toBe(STOP_BAND_PRICE);
    expect(orders(BUY)).toEqual([]);
  });

  test('cancels what is open and knows orders of its own book only', () => {
    const other = engine.openBook(1_000);
    submit(ANN, BUY, 5, 99);
    expect(engine.cancel(other, 1)).toBe(0);
    expect(engine.replace(other, 1, 98, 5, false, CANCEL_TAKER)).toBeUndefined();
    expect(engine.restingOrder(other, 1)).toBeUndefined();
    expect(engine.cancel(book, 1)).toBe(5);
    expect(events()).toEqual([[EVENT_DELETE, 1, 99, 5, 0]]);
    expect(engine.cancel(book, 1)).toBe(0);
    expect(events()).toEqual([]);
  });

  test('takes any price from 1 to 10^9, near the centre or not', () => {
    submit(ANN, SELL, 1, 1_000_000_000);
    submit(ANN, SELL, 1, 1_001);
    submit(ANN, BUY, 1, 1);
    submit(ANN, BUY, 1, 999);
    expect(engine.bestAskTicks(book)).toBe(1_001);
    expect(submit(BOB, BUY, 2, 1_000_000_000)).toEqual([2, 0, STOP_NONE]);
    expect(submit(BOB, SELL, 2, 1)).toEqual([2, 0, STOP_NONE]);
    expect([engine.bestBidTicks(book), engine.bestAskTicks(book)]).toEqual([0, 0]);
  });
});
