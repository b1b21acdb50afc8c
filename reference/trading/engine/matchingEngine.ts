/**
 * Price-time priority matching over integers: many books over one pool of order slots. Made for speed: no allocation and no
 * branch on strings on the way of an order; the best price is always at hand; a cancel costs the same wherever the order stands.
 */
import { BookSide } from './bookSide.ts';
import { EventColumns } from './eventColumns.ts';
import {
  BUY,
  CANCEL_MAKER,
  CANCEL_TAKER,
  EVENT_ADD,
  EVENT_DELETE,
  EVENT_EXECUTE,
  EVENT_REDUCE,
  EVENT_REPLACE,
  FOK,
  IOC,
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
  Outcome,
  RemainderCode,
  RestingOrder,
  SelfTradeCode,
  SideCode,
} from './matchingEngine.types.ts';
import { OrderIdMap } from './orderIdMap.ts';
import { SlotPool } from './slotPool.ts';

/** Above every price. */
const MAX_TICKS = 0x7fffffff;

interface Book {
  readonly bids: BookSide;
  readonly asks: BookSide;
  lowTicks: number;
  highTicks: number;
}

export function createMatchingEngine(): MatchingEngine {
  return new Engine();
}

class Engine implements MatchingEngine {
  readonly events = new EventColumns();
  readonly outcome: Outcome = { filledQty: 0, leavesQty: 0, stop: STOP_NONE };
  private readonly pool = new SlotPool();
  private readonly slots = new OrderIdMap();
  private readonly books: Book[] = [];
  private readonly found: RestingOrder = {
    orderId: 0,
    account: 0,
    side: BUY,
    priceTicks: 0,
    leavesQty: 0,
  };

  openBook(centreTicks: number): number {
    this.books.push({
      bids: new BookSide(this.pool, BUY, centreTicks),
      asks: new BookSide(this.pool, SELL, centreTicks),
      lowTicks: 0,
      highTicks: MAX_TICKS,
    });
    return this.books.length - 1;
  }

  setBand(book: number, lowTicks: number, highTicks: number): void {
    this.books[book]!.lowTicks = lowTicks;
    this.books[book]!.highTicks = highTicks;
  }

  restingOrder(book: number, orderId: number): Readonly<RestingOrder> | undefined {
    const slot = this.find(book, orderId);
    if (slot === 0) return undefined;
    const { pool, found } = this;
    found.orderId = orderId;
    found.account = pool.account[slot]!;
    found.side = (pool.bookSide[slot]! & 1) as SideCode;
    found.priceTicks = pool.ticks[slot]!;
    found.leavesQty = pool.leavesQty[slot]!;
    return found;
  }

  bestBidTicks(book: number): number {
    return this.books[book]!.bids.bestTicks;
  }

  bestAskTicks(book: number): number {
    return this.books[book]!.asks.bestTicks;
  }

  submit(
    book: number,
    orderId: number,
    account: number,
    side: SideCode,
    priceTicks: number,
    qty: number,
    remainder: RemainderCode,
    postOnly: boolean,
    selfTrade: SelfTradeCode,
  ): Outcome {
    this.events.count = 0;
    const target = this.books[book]!;
    const opposite = side === BUY ? target.asks : target.bids;
    let leavesQty = qty;
    let stop: number = STOP_NONE;
    if (crosses(side, priceTicks, opposite.bestTicks)) {
      if (postOnly) return this.finish(0, 0, STOP_POST_ONLY);
      if (remainder === FOK && this.fillable(target, account, side, priceTicks, qty) < qty) {
        return this.finish(0, 0, STOP_FOK);
      }
      leavesQty = this.match(target, account, side, priceTicks, qty, selfTrade);
      stop = this.outcome.stop;
    } else if (remainder === FOK) return this.finish(0, 0, STOP_FOK);
    if (leavesQty === 0 || stop !== STOP_NONE) return this.finish(qty - leavesQty, 0, stop);
    if (remainder === IOC) return this.finish(qty - leavesQty, 0, STOP_IOC);
    if (isOutside(target, side, priceTicks))
      return this.finish(qty - leavesQty, 0, STOP_BAND_PRICE);
    this.rest(book, target, orderId, account, side, priceTicks, leavesQty);
    return this.finish(qty - leavesQty, leavesQty, STOP_NONE);
  }

  cancel(book: number, orderId: number): number {
    this.events.count = 0;
    const slot = this.find(book, orderId);
    if (slot === 0) return 0;
    const leavesQty = this.pool.leavesQty[slot]!;
    this.sideOf(this.books[book]!, slot).remove(slot);
    this.drop(slot, leavesQty);
    return leavesQty;
  }

  replace(
    book: number,
    orderId: number,
    priceTicks: number,
    leavesQty: number,
    postOnly: boolean,
    selfTrade: SelfTradeCode,
  ): Outcome | undefined {
    this.events.count = 0;
    const slot = this.find(book, orderId);
    if (slot === 0) return undefined;
    const { pool, events } = this;
    const account = pool.account[slot]!;
    const side = (pool.bookSide[slot]! & 1) as SideCode;
    const oldQty = pool.leavesQty[slot]!;
    if (priceTicks === pool.ticks[slot]! && leavesQty <= oldQty) {
      pool.leavesQty[slot] = leavesQty;
      events.add(EVENT_REDUCE, orderId, account, side, priceTicks, oldQty - leavesQty, leavesQty);
      return this.finish(0, leavesQty, STOP_NONE);
    }
    const target = this.books[book]!;
    const own = side === BUY ? target.bids : target.asks;
    const opposite = side === BUY ? target.asks : target.bids;
    const isMarketable = crosses(side, priceTicks, opposite.bestTicks);
    if (isMarketable && postOnly) return this.finish(0, oldQty, STOP_POST_ONLY);
    own.remove(slot);
    if (!isMarketable && !isOutside(target, side, priceTicks)) {
      // Four of five commands end here: the same slot, the id map untouched.
      pool.ticks[slot] = priceTicks;
      pool.leavesQty[slot] = leavesQty;
      own.append(slot);
      events.add(EVENT_REPLACE, orderId, account, side, priceTicks, leavesQty, leavesQty);
      return this.finish(0, leavesQty, STOP_NONE);
    }
    this.drop(slot, oldQty);
    const openQty = this.match(target, account, side, priceTicks, leavesQty, selfTrade);
    const filledQty = leavesQty - openQty;
    if (openQty === 0 || this.outcome.stop !== STOP_NONE) {
      return this.finish(filledQty, 0, this.outcome.stop);
    }
    if (isOutside(target, side, priceTicks)) return this.finish(filledQty, 0, STOP_BAND_PRICE);
    this.rest(book, target, orderId, account, side, priceTicks, openQty);
    return this.finish(filledQty, openQty, STOP_NONE);
  }

  forEachOrder(
    book: number,
    side: SideCode,
    visit: (orderId: number, account: number, priceTicks: number, leavesQty: number) => void,
  ): void {
    const { pool } = this;
    const { bids, asks } = this.books[book]!;
    (side === BUY ? bids : asks).visit((slot) => {
      visit(pool.orderId[slot]!, pool.account[slot]!, pool.ticks[slot]!, pool.leavesQty[slot]!);
      return true;
    });
  }

  /** Trades against the other side; answers what is left, and why it stopped in `outcome.stop`. */
  private match(
    target: Book,
    account: number,
    side: SideCode,
    priceTicks: number,
    qty: number,
    selfTrade: SelfTradeCode,
  ): number {
    const { pool, events } = this;
    const opposite = side === BUY ? target.asks : target.bids;
    const makerSide: SideCode = side === BUY ? SELL : BUY;
    let leavesQty = qty;
    this.outcome.stop = STOP_NONE;
    while (leavesQty > 0 && crosses(side, priceTicks, opposite.bestTicks)) {
      const tradeTicks = opposite.bestTicks;
      if (tradeTicks < target.lowTicks || tradeTicks > target.highTicks) {
        this.outcome.stop = STOP_BAND;
        break;
      }
      const maker = opposite.bestSlot;
      const makerAccount = pool.account[maker]!;
      const makerQty = pool.leavesQty[maker]!;
      if (makerAccount === account) {
        if (selfTrade !== CANCEL_TAKER) {
          opposite.remove(maker);
          this.drop(maker, makerQty);
        }
        if (selfTrade === CANCEL_MAKER) continue;
        this.outcome.stop = STOP_SELF_TRADE;
        break;
      }
      const tradeQty = Math.min(leavesQty, makerQty);
      const makerLeavesQty = makerQty - tradeQty;
      leavesQty -= tradeQty;
      pool.leavesQty[maker] = makerLeavesQty;
      const makerId = pool.orderId[maker]!;
      events.add(
        EVENT_EXECUTE,
        makerId,
        makerAccount,
        makerSide,
        tradeTicks,
        tradeQty,
        makerLeavesQty,
      );
      if (makerLeavesQty === 0) {
        opposite.remove(maker);
        this.slots.delete(makerId);
        pool.give(maker);
      }
    }
    return leavesQty;
  }

  /** What a FOK could trade: other accounts' orders inside limit and band, before the first of its own account. At most qty. */
  private fillable(
    target: Book,
    account: number,
    side: SideCode,
    priceTicks: number,
    qty: number,
  ): number {
    const { pool } = this;
    let available = 0;
    (side === BUY ? target.asks : target.bids).visit((slot) => {
      const ticks = pool.ticks[slot]!;
      if (!crosses(side, priceTicks, ticks)) return false;
      if (ticks < target.lowTicks || ticks > target.highTicks) return false;
      if (pool.account[slot] === account) return false;
      available += pool.leavesQty[slot]!;
      return available < qty;
    });
    return available;
  }

  private rest(
    book: number,
    target: Book,
    orderId: number,
    account: number,
    side: SideCode,
    priceTicks: number,
    leavesQty: number,
  ): void {
    const { pool } = this;
    const slot = pool.take();
    pool.orderId[slot] = orderId;
    pool.bookSide[slot] = book * 2 + side;
    pool.account[slot] = account;
    pool.ticks[slot] = priceTicks;
    pool.leavesQty[slot] = leavesQty;
    this.slots.set(orderId, slot);
    (side === BUY ? target.bids : target.asks).append(slot);
    this.events.add(EVENT_ADD, orderId, account, side, priceTicks, leavesQty, leavesQty);
  }

  /** Forgets an order that was taken out of its queue, and tells so. */
  private drop(slot: number, leavesQty: number): void {
    const { pool } = this;
    const orderId = pool.orderId[slot]!;
    const side = (pool.bookSide[slot]! & 1) as SideCode;
    const ticks = pool.ticks[slot]!;
    this.events.add(EVENT_DELETE, orderId, pool.account[slot]!, side, ticks, leavesQty, 0);
    this.slots.delete(orderId);
    pool.give(slot);
  }

  private find(book: number, orderId: number): number {
    const slot = this.slots.get(orderId);
    return slot !== 0 && this.pool.bookSide[slot]! >> 1 === book ? slot : 0;
  }

  private sideOf(target: Book, slot: number): BookSide {
    return (this.pool.bookSide[slot]! & 1) === BUY ? target.bids : target.asks;
  }

  private finish(filledQty: number, leavesQty: number, stop: number): Outcome {
    const { outcome } = this;
    outcome.filledQty = filledQty;
    outcome.leavesQty = leavesQty;
    outcome.stop = stop;
    return outcome;
  }
}

/** Whether an order of `side` at `priceTicks` would trade with a best price on the other side; 0: there is none. */
function crosses(side: SideCode, priceTicks: number, oppositeTicks: number): boolean {
  if (oppositeTicks === 0) return false;
  return side === BUY ? priceTicks >= oppositeTicks : priceTicks <= oppositeTicks;
}

/** A price at which nobody may trade: an order that stood there would invite trades outside the band. */
function isOutside(target: Book, side: SideCode, priceTicks: number): boolean {
  return side === BUY ? priceTicks > target.highTicks : priceTicks < target.lowTicks;
}
