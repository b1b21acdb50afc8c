/**
 * The naive exchange: what an incoming order must do to a book, written as the contract says it, with arrays, filter and sort.
 * It is the oracle of the checks, so it is obvious rather than fast, and answers with every result that the contract allows.
 */
import type {
  OrdStatus,
  Reason,
  SelfTradePrevention,
  Side,
  TimeInForce,
} from '../../../spec/trading/messages.d.ts';

/** An order that stands in the book. Books are arrays of these, in the order in which each got its place. */
export interface Resting {
  readonly id: string;
  readonly account: string;
  readonly side: Side;
  readonly priceE4: number;
  readonly leavesQty: number;
}

export type Book = readonly Resting[];

export interface Incoming {
  readonly account: string;
  readonly side: Side;
  /** LIMIT: its limit. MARKET: the collar price, up to which it trades. */
  readonly priceE4: number;
  readonly type: 'LIMIT' | 'MARKET';
  readonly qty: number;
  readonly tif?: TimeInForce;
  readonly postOnly?: boolean;
  readonly stp?: SelfTradePrevention;
}

/** Inclusive prices between which trades may print. */
export interface Band {
  readonly lowE4: number;
  readonly highE4: number;
}

export interface Trade {
  readonly makerId: string;
  readonly qty: number;
  readonly priceE4: number;
}

export interface Prediction {
  readonly trades: readonly Trade[];
  /** Own resting orders that self-trade prevention cancels. */
  readonly canceledIds: readonly string[];
  readonly cumQty: number;
  /** What rests. */
  readonly leavesQty: number;
  /** Any of these is right. */
  readonly ordStatus: readonly OrdStatus[];
  readonly reason: readonly (Reason | null)[];
  /** A trade outside the band was prevented. */
  readonly enteredLimitState: boolean;
}

const ENDED: readonly OrdStatus[] = ['CANCELED', 'EXPIRED'];
const ENDED_UNTRADED: readonly OrdStatus[] = ['CANCELED', 'EXPIRED', 'REJECTED'];

export function predict(book: Book, incoming: Incoming, band?: Band): Prediction {
  const queue = reachable(book, incoming);
  if (incoming.postOnly && queue.length > 0) {
    return { ...nothing, ordStatus: ['REJECTED'], reason: ['POST_ONLY_WOULD_CROSS'] };
  }
  if (incoming.tif === 'FOK' && fillable(queue, incoming, band) < incoming.qty) {
    const reason: Reason[] = ['FOK_UNFILLABLE', 'SELF_TRADE', 'LIMIT_BAND'];
    if (incoming.type === 'MARKET') reason.push('NO_LIQUIDITY');
    return { ...nothing, ordStatus: ENDED_UNTRADED, reason };
  }

  const trades: Trade[] = [];
  const canceledIds: string[] = [];
  let leavesQty = incoming.qty;
  let stop: Reason | null = null;
  for (const maker of queue) {
    if (leavesQty === 0) break;
    if (maker.account === incoming.account) {
      const { stp = 'CANCEL_TAKER' } = incoming;
      if (stp !== 'CANCEL_TAKER') canceledIds.push(maker.id);
      if (stp === 'CANCEL_MAKER') continue;
      stop = 'SELF_TRADE';
      break;
    }
    if (isOutside(maker.priceE4, band)) {
      stop = 'LIMIT_BAND';
      break;
    }
    const qty = Math.min(leavesQty, maker.leavesQty);
    trades.push({ makerId: maker.id, qty, priceE4: maker.priceE4 });
    leavesQty -= qty;
  }

  const cumQty = incoming.qty - leavesQty;
  const enteredLimitState = stop === 'LIMIT_BAND';
  const done = { trades, canceledIds, cumQty, enteredLimitState };
  if (leavesQty === 0) return { ...done, leavesQty, ordStatus: ['FILLED'], reason: [null] };
  const ended = endOfRemainder(incoming, stop, band);
  if (ended === null) {
    const ordStatus: OrdStatus = cumQty > 0 ? 'PARTIALLY_FILLED' : 'NEW';
    return { ...done, leavesQty, ordStatus: [ordStatus], reason: [null] };
  }
  const mayBeRejected = cumQty === 0 && ended !== 'IOC';
  const ordStatus = mayBeRejected ? ENDED_UNTRADED : ENDED;
  return { ...done, leavesQty: 0, ordStatus, reason: [ended] };
}

/** The book after an incoming order with this id did what was predicted. */
export function after(
  book: Book,
  id: string,
  { account, side, priceE4 }: Incoming,
  { trades, canceledIds, leavesQty }: Prediction,
): Book {
  const kept = book
    .filter((order) => !canceledIds.includes(order.id))
    .map((order) => {
      const traded = sum(trades.filter(({ makerId }) => makerId === order.id).map((t) => t.qty));
      return { ...order, leavesQty: order.leavesQty - traded };
    })
    .filter((order) => order.leavesQty > 0);
  return leavesQty === 0 ? kept : [...kept, { id, account, side, priceE4, leavesQty }];
}

export function without(book: Book, id: string): Book {
  return book.filter((order) => order.id !== id);
}

/** Whether a replace lets the order keep its place: the same price, and nothing gained. */
export function keepsPlace(order: Resting, priceE4: number, leavesQty: number): boolean {
  return priceE4 === order.priceE4 && leavesQty <= order.leavesQty;
}

/** A side as the contract orders it: best price first, at one price the longest standing first. */
export function inPriority(book: Book, side: Side): Resting[] {
  const sign = side === 'BUY' ? -1 : 1;
  // sort is stable, so orders of one price stay in the order of their places.
  return book.filter((order) => order.side === side).sort((a, b) => sign * (a.priceE4 - b.priceE4));
}

export function oppositeOf(side: Side): Side {
  return side === 'BUY' ? 'SELL' : 'BUY';
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

const nothing = {
  trades: [],
  canceledIds: [],
  cumQty: 0,
  leavesQty: 0,
  enteredLimitState: false,
};

function reachable(book: Book, { side, priceE4 }: Incoming): Resting[] {
  return inPriority(book, oppositeOf(side)).filter((maker) =>
    side === 'BUY' ? maker.priceE4 <= priceE4 : maker.priceE4 >= priceE4,
  );
}

/** What a FOK may count: other accounts' orders inside the band, before the first own one. */
function fillable(queue: readonly Resting[], { account }: Incoming, band?: Band): number {
  const end = queue.findIndex(
    (maker) => maker.account === account || isOutside(maker.priceE4, band),
  );
  return sum((end < 0 ? queue : queue.slice(0, end)).map(({ leavesQty }) => leavesQty));
}

function isOutside(priceE4: number, band: Band | undefined): boolean {
  return band !== undefined && (priceE4 < band.lowE4 || priceE4 > band.highE4);
}

/** Why the remainder does not rest; null: it rests. */
function endOfRemainder(incoming: Incoming, stop: Reason | null, band?: Band): Reason | null {
  if (stop !== null) return stop;
  if (incoming.type === 'MARKET') return 'NO_LIQUIDITY';
  if (incoming.tif === 'IOC') return 'IOC';
  const { side, priceE4 } = incoming;
  if (band && side === 'BUY' && priceE4 > band.highE4) return 'LIMIT_BAND';
  if (band && side === 'SELL' && priceE4 < band.lowE4) return 'LIMIT_BAND';
  return null;
}
