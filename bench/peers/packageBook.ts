/**
 * What nodejs-order-book 10 and hft-limit-order-book 7 have in common: the same author's order book, two generations of one
 * API. Written from their documentation; both packages point `types` at a file that is not there.
 */

export type PackageSide = 'buy' | 'sell';

/** Only nodejs-order-book knows these; hft-limit-order-book takes no notice of them. */
export interface SelfTradeOptions {
  accountId?: string;
  stpMode?: 'EXPIRE_TAKER' | 'EXPIRE_MAKER' | 'EXPIRE_BOTH';
}

export interface LimitOptions extends SelfTradeOptions {
  id: string;
  side: PackageSide;
  size: number;
  price: number;
  timeInForce?: 'GTC' | 'IOC' | 'FOK';
  postOnly?: boolean;
}

export interface MarketOptions extends SelfTradeOptions {
  side: PackageSide;
  size: number;
}

/** An order as the package tells it. `size` is what was open of it at that moment. */
export interface PackageOrder {
  readonly id: string;
  readonly size: number;
  readonly price: number;
}

export interface ProcessedOrder {
  /** Orders that this command filled; the incoming order too, last, when it filled wholly. */
  readonly done: readonly PackageOrder[];
  /** The order that is left filled in part: a resting one, or the incoming one. */
  readonly partial: PackageOrder | null;
  readonly partialQuantityProcessed: number;
  readonly err: { readonly code: number; readonly message: string } | null;
  /** Resting orders that self-trade prevention took out. */
  readonly stpExpired?: readonly PackageOrder[];
}

export interface PackageLevel {
  readonly price: number;
  readonly orders: readonly PackageOrder[];
}

export interface PackageBook {
  limit(options: LimitOptions): ProcessedOrder;
  market(options: MarketOptions): ProcessedOrder;
  /** `size` is the new open quantity, not the new total. */
  modify(id: string, update: { price?: number; size?: number }): ProcessedOrder;
  cancel(id: string): { readonly order: PackageOrder } | undefined;
  /** Undefined unless the order rests. */
  order(id: string): PackageOrder | undefined;
  /** Each side best first. */
  snapshot(): { readonly bids: readonly PackageLevel[]; readonly asks: readonly PackageLevel[] };
}

export type PackageBookClass = new () => PackageBook;

/** From the packages' error tables (`ErrorCodes`), the same numbers in both. */
export const PACKAGE_ERROR = {
  fokNotFillable: 1106,
  postOnly: 1107,
  orderExists: 1109,
  orderNotFound: 1110,
  selfTrade: 1202,
} as const;
