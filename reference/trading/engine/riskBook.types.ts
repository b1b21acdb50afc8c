/**
 * Account risk as the hot path sees it: accounts and symbols are indexes, money is priceE4 x units, time is what the caller says. The
 * checks and their formulas are those of spec/trading/README.md, "Risk".
 */
import type { SideCode } from './matchingEngine.types.ts';

/** What a check answers: RISK_OK, or the limit that the order would break. */
export const RISK_OK = 0;
export const RISK_DISABLED = 1;
export const RISK_RESTRICTED = 2;
export const RISK_COLLAR = 3;
export const RISK_MAX_ORDER_QTY = 4;
export const RISK_MAX_NOTIONAL = 5;
export const RISK_POSITION = 6;
export const RISK_CREDIT = 7;
export const RISK_OPEN_ORDERS = 8;
export const RISK_RATE = 9;
export type RiskCode =
  | typeof RISK_OK
  | typeof RISK_DISABLED
  | typeof RISK_RESTRICTED
  | typeof RISK_COLLAR
  | typeof RISK_MAX_ORDER_QTY
  | typeof RISK_MAX_NOTIONAL
  | typeof RISK_POSITION
  | typeof RISK_CREDIT
  | typeof RISK_OPEN_ORDERS
  | typeof RISK_RATE;

/** Integers from 0 to 2^53 - 1. */
export interface RiskLimits {
  /** Per symbol, of the worst case: what the account has and what its open orders could add. */
  maxPosition: number;
  maxOrderQty: number;
  maxNotionalE4: number;
  maxOpenOrders: number;
  maxOrdersPerSec: number;
  creditLimitE4: number;
}

/** Figures of the last refusal, for an alert. Reused: read them before the next check. */
export interface Breach {
  /** What stood there before. */
  current: number;
  /** The value that would break the limit. */
  attempted: number;
  /** 0 where it is not a number. */
  limit: number;
}

export interface SymbolPosition {
  netQty: number;
  openBuyQty: number;
  openSellQty: number;
  /** Notional sold minus notional bought. */
  realizedNotionalE4: number;
}

/**
 * The life of an order: `admit` reserves its whole quantity; each `fill` moves quantity from the reservation to the position;
 * `close` when it is open no longer, with what was left of it. A refusal changes nothing.
 */
export interface RiskBook {
  readonly breach: Breach;
  /** An account without limits: everything is refused RISK_DISABLED until `setLimits`. */
  openAccount(): number;
  /** Prices outside the collar are refused: further than collarBps (1/10 000) of the reference price from it. */
  openSymbol(referencePriceE4: number, collarBps: number): number;
  setCollar(symbol: number, referencePriceE4: number, collarBps: number): void;
  /** Replaces all limits and enables the account. */
  setLimits(account: number, limits: RiskLimits): void;
  disable(account: number): void;
  /** Replaces the list of symbols that the account may not trade. */
  setRestricted(account: number, symbols: readonly number[]): void;
  /** What a MARKET order counts with: BUY the highest price inside the collar, SELL the lowest. Not rounded to a tick. */
  collarPriceE4(symbol: number, side: SideCode): number;
  /** Checks a new order and reserves it in one step. nowMs: never less than before; read for the rate only. */
  admit(
    account: number,
    symbol: number,
    side: SideCode,
    qty: number,
    priceE4: number,
    nowMs: number,
  ): RiskCode;
  /**
   * Checks an open order's new price and quantity with its own reservation taken off, and reserves it anew in one step.
   * totalQty: with what was filled; leavesQty: what would be open. Counts neither as an order more nor against the rate.
   */
  readmit(
    account: number,
    symbol: number,
    side: SideCode,
    oldLeavesQty: number,
    oldPriceE4: number,
    totalQty: number,
    leavesQty: number,
    priceE4: number,
  ): RiskCode;
  /** Undoes a reservation of an order that stays open: quantity taken away. */
  release(account: number, symbol: number, side: SideCode, qty: number, priceE4: number): void;
  /** `qty` of an order that is reserved at `reservedPriceE4` traded at `tradePriceE4`. */
  fill(
    account: number,
    symbol: number,
    side: SideCode,
    qty: number,
    reservedPriceE4: number,
    tradePriceE4: number,
  ): void;
  /** An order is open no longer; `leavesQty` of it was still reserved (0: it filled). */
  close(account: number, symbol: number, side: SideCode, leavesQty: number, priceE4: number): void;
  position(account: number, symbol: number): SymbolPosition;
  openOrders(account: number): number;
}
