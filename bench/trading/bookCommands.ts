/**
 * The workload of the book benchmark, made beforehand and the same for every engine. After the published mix of exchange-core's
 * own throughput test (github.com/exchange-core/exchange-core, README and TestOrdersGenerator): about 1 000 resting orders over some
 * 750 price levels; 9 % new GTC, 3 % IOC, 6 % cancels, 82 % moves, of which some 6 % of all trade.
 *
 * Two things are chosen so that engines with different rules must end with the same book. Every move changes the price, because an
 * engine may or may not keep the place of an order that only shrinks. Accounts that buy never sell, because an engine may or may
 * not prevent self-trades.
 */
import { createMatchingEngine } from '../../reference/trading/engine/matchingEngine.ts';
import {
  BUY,
  CANCEL_TAKER,
  EVENT_EXECUTE,
  IOC,
  REST,
  SELL,
} from '../../reference/trading/engine/matchingEngine.types.ts';
import type { SideCode } from '../../reference/trading/engine/matchingEngine.types.ts';
import { LiveOrders } from './liveOrders.ts';
import { randomIntegers } from './randomIntegers.ts';
import type { RandomIntegers } from './randomIntegers.ts';

export const PLACE_GTC = 0;
export const PLACE_IOC = 1;
export const CANCEL = 2;
export const MOVE = 3;
export const COMMAND_NAMES = ['new GTC', 'IOC', 'cancel', 'move'] as const;

/** Commands in columns. The first `fillCount` fill the book and are not measured. */
export interface BookCommands {
  readonly seed: number;
  readonly count: number;
  readonly fillCount: number;
  readonly kind: Uint8Array;
  /** Dense from 1. */
  readonly orderId: Int32Array;
  readonly account: Int32Array;
  readonly side: Uint8Array;
  readonly priceTicks: Int32Array;
  /** Of a move: what is open of the order, so that it stays as it is. */
  readonly qty: Int32Array;
}

/** As in exchange-core's test. */
export const RESTING_ORDERS = 1_000;
export const ACCOUNTS = 1_000;
export const CENTRE_TICKS = 100_000;
/** How far from the last trade new orders stand at most; with it the orders lie over some 750 levels. */
const DEVIATION_TICKS = 4_000;
/** An IOC takes any price that the book can have. */
export const SWEEP_TICKS = 4 * DEVIATION_TICKS;

/** Of a hundred commands; placing is GTC while its side has too few orders, else IOC, which settles at 9 to 3. */
const PLACE_SHARE = 12;
const CANCEL_SHARE = 6;

/** How much nearer to the last trade a move brings an order, in hundredths of its distance: at least one tick. */
const DRIFT_PERCENT = 1;

export function bookCommands({ seed, commands }: { seed: number; commands: number }): BookCommands {
  const made = new Int32Array(6 * (commands + RESTING_ORDERS * 2));
  const random = randomIntegers(seed);
  const engine = createMatchingEngine();
  const book = engine.openBook(CENTRE_TICKS);
  const live = new LiveOrders(commands + RESTING_ORDERS * 2);
  const perSide = [0, 0];
  let lastTradeTicks = CENTRE_TICKS;
  let lastOrderId = 0;
  let count = 0;

  const put = (
    kind: number,
    orderId: number,
    account: number,
    side: number,
    priceTicks: number,
    qty: number,
  ): void => {
    made.set([kind, orderId, account, side, priceTicks, qty], count++ * 6);
  };

  const place = (side: SideCode): void => {
    const isFew = perSide[side]! < RESTING_ORDERS / 2;
    const kind = isFew ? PLACE_GTC : PLACE_IOC;
    const orderId = ++lastOrderId;
    const account = random.below(ACCOUNTS / 2) + (side === BUY ? 0 : ACCOUNTS / 2);
    const away = isFew ? -distance(random) : SWEEP_TICKS;
    const priceTicks = side === BUY ? lastTradeTicks + away : lastTradeTicks - away;
    const qty = size(random);
    put(kind, orderId, account, side, priceTicks, qty);
    const remainder = isFew ? REST : IOC;
    engine.submit(book, orderId, account, side, priceTicks, qty, remainder, false, CANCEL_TAKER);
    forgetFilled();
    if (engine.outcome.leavesQty > 0) {
      live.add(orderId);
      perSide[side]!++;
    }
  };

  const cancel = (orderId: number): void => {
    const { account, side, priceTicks, leavesQty } = engine.restingOrder(book, orderId)!;
    put(CANCEL, orderId, account, side, priceTicks, leavesQty);
    engine.cancel(book, orderId);
    live.remove(orderId);
    perSide[side]!--;
  };

  const move = (orderId: number): void => {
    const { account, side, priceTicks, leavesQty } = engine.restingOrder(book, orderId)!;
    const away = lastTradeTicks - priceTicks;
    const towards = away === 0 ? random.below(2) * 2 - 1 : Math.sign(away);
    const ticks = Math.max(1, Math.floor((Math.abs(away) * DRIFT_PERCENT) / 100));
    const newTicks = priceTicks + towards * ticks;
    put(MOVE, orderId, account, side, newTicks, leavesQty);
    engine.replace(book, orderId, newTicks, leavesQty, false, CANCEL_TAKER);
    forgetFilled();
    if (engine.outcome.leavesQty === 0) {
      live.remove(orderId);
      perSide[side]!--;
    }
  };

  const forgetFilled = (): void => {
    const { events } = engine;
    for (let index = 0; index < events.count; index++) {
      if (events.kind[index] !== EVENT_EXECUTE) continue;
      lastTradeTicks = events.priceTicks[index]!;
      if (events.leavesQty[index] !== 0) continue;
      live.remove(events.orderId[index]!);
      perSide[events.side[index]!]!--;
    }
  };

  while (live.count < RESTING_ORDERS && count < RESTING_ORDERS * 2) {
    place(perSide[BUY]! <= perSide[SELL]! ? BUY : SELL);
  }
  const fillCount = count;
  while (count < fillCount + commands) {
    const roll = random.below(100);
    if (roll < PLACE_SHARE || live.count === 0) place(random.below(2) === 0 ? BUY : SELL);
    else if (roll < PLACE_SHARE + CANCEL_SHARE) cancel(live.pick(random.below(live.count)));
    else move(live.pick(random.below(live.count)));
  }
  const column = (field: number): number[] =>
    Array.from({ length: count }, (_, index) => made[index * 6 + field]!);
  return {
    seed,
    count,
    fillCount,
    kind: Uint8Array.from(column(0)),
    orderId: Int32Array.from(column(1)),
    account: Int32Array.from(column(2)),
    side: Uint8Array.from(column(3)),
    priceTicks: Int32Array.from(column(4)),
    qty: Int32Array.from(column(5)),
  };
}

/** Small orders are common: 1 to 126, the product of three dice from 0 to 5, and one. */
function size(random: RandomIntegers): number {
  return 1 + random.below(6) * random.below(6) * random.below(6);
}

/** Most orders stand near the last trade, and none crosses it. */
function distance(random: RandomIntegers): number {
  const share = random.below(1_000) / 1_000;
  const widest = 1 + Math.floor(share * share * DEVIATION_TICKS);
  let sum = 0;
  for (let die = 0; die < 4; die++) sum += random.below(widest);
  return Math.abs(Math.trunc(sum / 4) * 2 - widest);
}
