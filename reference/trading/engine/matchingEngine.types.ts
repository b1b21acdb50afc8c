/**
 * What the venue sees of a matching engine (one shard): many books over one pool of order slots. It knows integers only - book
 * and account indexes, prices in ticks, order ids - and neither time, names, limits nor sequence numbers.
 */

export const BUY = 0;
export const SELL = 1;
export type SideCode = typeof BUY | typeof SELL;

/** What happens to the remainder of an incoming order. */
export const REST = 0;
export const IOC = 1;
export const FOK = 2;
export type RemainderCode = typeof REST | typeof IOC | typeof FOK;

export const CANCEL_TAKER = 0;
export const CANCEL_MAKER = 1;
export const CANCEL_BOTH = 2;
export type SelfTradeCode = typeof CANCEL_TAKER | typeof CANCEL_MAKER | typeof CANCEL_BOTH;

/** Why an incoming order's remainder did not rest (`outcome.stop`). */
export const STOP_NONE = 0;
/** IOC: nothing more within the limit. */
export const STOP_IOC = 1;
/** FOK: too little; nothing was changed. */
export const STOP_FOK = 2;
/** Post-only: it would have traded; nothing was changed. */
export const STOP_POST_ONLY = 3;
/** The next order was the same account's and the mode cancels the incoming remainder. */
export const STOP_SELF_TRADE = 4;
/** The next trade would have printed outside the band. */
export const STOP_BAND = 5;
/** No trade was prevented, but the remainder is priced outside the band (BUY above, SELL below). */
export const STOP_BAND_PRICE = 6;

/** Kinds of public book events, as the market data calls them. */
export const EVENT_ADD = 0;
export const EVENT_EXECUTE = 1;
export const EVENT_REDUCE = 2;
export const EVENT_REPLACE = 3;
export const EVENT_DELETE = 4;

/**
 * The public events of the last command, in order, in preallocated columns that the next command overwrites.
 * `priceTicks` is that of the resting order; `qty` what traded (EXECUTE) or was taken away (DELETE, REDUCE); `leavesQty` what is
 * left of the resting order; `account` its account; `side` its side.
 */
export interface BookEvents {
  count: number;
  readonly kind: Uint8Array;
  readonly orderId: Int32Array;
  readonly account: Int32Array;
  readonly side: Uint8Array;
  readonly priceTicks: Int32Array;
  readonly qty: Int32Array;
  readonly leavesQty: Int32Array;
}

/** Of the last submit or replace. Reused: read it before the next command. */
export interface Outcome {
  filledQty: number;
  /** What now rests. */
  leavesQty: number;
  stop: number;
}

export interface RestingOrder {
  orderId: number;
  account: number;
  side: SideCode;
  priceTicks: number;
  leavesQty: number;
}

export interface MatchingEngine {
  readonly events: BookEvents;
  readonly outcome: Outcome;
  /** Opens an empty book and answers its index. centreTicks: the price around which the fast ladder lies; others are slower, not wrong. */
  openBook(centreTicks: number): number;
  /** Inclusive ticks inside which trades may print. Default: all. */
  setBand(book: number, lowTicks: number, highTicks: number): void;
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
  ): Outcome;
  /** What was open of it; 0 when the book has no such order. */
  cancel(book: number, orderId: number): number;
  /**
   * Gives a resting order a new price and a new open quantity (leavesQty > 0). Same price and not more quantity: keeps its
   * place. Otherwise it is taken out and matched as an incoming order (rests, or is stopped by postOnly - then nothing is
   * changed - self-trade or band). Undefined when the book has no such order.
   */
  replace(
    book: number,
    orderId: number,
    priceTicks: number,
    leavesQty: number,
    postOnly: boolean,
    selfTrade: SelfTradeCode,
  ): Outcome | undefined;
  /** An order as it rests; undefined when the book has none of that id. Reused: read it before the next call. */
  restingOrder(book: number, orderId: number): Readonly<RestingOrder> | undefined;
  /** 0 when there is none. */
  bestBidTicks(book: number): number;
  bestAskTicks(book: number): number;
  /** Calls back for each resting order of a side, best price first, in priority order. */
  forEachOrder(
    book: number,
    side: SideCode,
    visit: (orderId: number, account: number, priceTicks: number, leavesQty: number) => void,
  ): void;
}
