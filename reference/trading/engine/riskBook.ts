/**
 * Pre-trade risk in columns of doubles, one row an account and one cell an account and symbol: a check reads two or three cache
 * lines, allocates nothing, and reserves in the same call, so there is no moment between asking and taking.
 */
import { addExactly, exceeds, valueOf } from './exactSum.ts';
import { BUY, SELL } from './matchingEngine.types.ts';
import type { SideCode } from './matchingEngine.types.ts';
import {
  RISK_COLLAR,
  RISK_CREDIT,
  RISK_DISABLED,
  RISK_MAX_NOTIONAL,
  RISK_MAX_ORDER_QTY,
  RISK_OK,
  RISK_OPEN_ORDERS,
  RISK_POSITION,
  RISK_RATE,
  RISK_RESTRICTED,
} from './riskBook.types.ts';
import type { Breach, RiskBook, RiskCode, RiskLimits, SymbolPosition } from './riskBook.types.ts';

const BPS = 10_000;
const RATE_WINDOW_MS = 1_000;
const FIRST_ACCOUNTS = 64;
const FIRST_SYMBOLS = 8;

/** Fields of an account's row. */
const ENABLED = 0;
const MAX_POSITION = 1;
const MAX_ORDER_QTY = 2;
const MAX_NOTIONAL = 3;
const MAX_OPEN_ORDERS = 4;
const MAX_ORDERS_PER_SEC = 5;
const CREDIT_LIMIT = 6;
const OPEN_ORDERS = 7;
/** Two doubles (exactSum.ts): notional of open BUY orders + notional bought - notional sold, over all symbols. */
const SPENT = 8;
const WINDOW_START_MS = 10;
const WINDOW_COUNT = 11;
const ACCOUNT_FIELDS = 12;

/** Fields of the cell of an account and symbol. */
const NET_QTY = 0;
const OPEN_BUY_QTY = 1;
const OPEN_SELL_QTY = 2;
const RESTRICTED = 3;
/** Two doubles (exactSum.ts): notional sold minus notional bought. */
const REALIZED = 4;
const CELL_FIELDS = 6;

export function createRiskBook(): RiskBook {
  return new Risk();
}

class Risk implements RiskBook {
  readonly breach: Breach = { current: 0, attempted: 0, limit: 0 };
  private accounts: Float64Array = new Float64Array(FIRST_ACCOUNTS * ACCOUNT_FIELDS);
  private accountCount = 0;
  /** By account: cells by symbol, as many as were needed so far. */
  private readonly cells: Float64Array[] = [];
  private readonly referencePricesE4: number[] = [];
  private readonly collarsBps: number[] = [];

  openAccount(): number {
    const account = this.accountCount++;
    const end = this.accountCount * ACCOUNT_FIELDS;
    if (end > this.accounts.length) this.accounts = enlarged(this.accounts, end * 2);
    this.accounts[account * ACCOUNT_FIELDS + WINDOW_START_MS] = Number.NEGATIVE_INFINITY;
    this.cells.push(new Float64Array(FIRST_SYMBOLS * CELL_FIELDS));
    return account;
  }

  openSymbol(referencePriceE4: number, collarBps: number): number {
    this.referencePricesE4.push(referencePriceE4);
    this.collarsBps.push(collarBps);
    return this.collarsBps.length - 1;
  }

  setCollar(symbol: number, referencePriceE4: number, collarBps: number): void {
    this.referencePricesE4[symbol] = referencePriceE4;
    this.collarsBps[symbol] = collarBps;
  }

  setLimits(account: number, limits: RiskLimits): void {
    const row = account * ACCOUNT_FIELDS;
    const { accounts } = this;
    accounts[row + ENABLED] = 1;
    accounts[row + MAX_POSITION] = limits.maxPosition;
    accounts[row + MAX_ORDER_QTY] = limits.maxOrderQty;
    accounts[row + MAX_NOTIONAL] = limits.maxNotionalE4;
    accounts[row + MAX_OPEN_ORDERS] = limits.maxOpenOrders;
    accounts[row + MAX_ORDERS_PER_SEC] = limits.maxOrdersPerSec;
    accounts[row + CREDIT_LIMIT] = limits.creditLimitE4;
  }

  disable(account: number): void {
    this.accounts[account * ACCOUNT_FIELDS + ENABLED] = 0;
  }

  setRestricted(account: number, symbols: readonly number[]): void {
    const known = this.cells[account]!;
    for (let cell = 0; cell < known.length; cell += CELL_FIELDS) known[cell + RESTRICTED] = 0;
    for (const symbol of symbols) {
      this.cellsOf(account, symbol)[symbol * CELL_FIELDS + RESTRICTED] = 1;
    }
  }

  collarPriceE4(symbol: number, side: SideCode): number {
    const reference = this.referencePricesE4[symbol]!;
    const width = Math.floor((this.collarsBps[symbol]! * reference) / BPS);
    return side === BUY ? reference + width : reference - width;
  }

  admit(
    account: number,
    symbol: number,
    side: SideCode,
    qty: number,
    priceE4: number,
    nowMs: number,
  ): RiskCode {
    const row = account * ACCOUNT_FIELDS;
    const cells = this.cellsOf(account, symbol);
    const code = this.check(row, cells, symbol, side, qty, qty, priceE4);
    if (code !== RISK_OK) return code;
    const { accounts } = this;
    const openOrders = accounts[row + OPEN_ORDERS]! + 1;
    const maxOpenOrders = accounts[row + MAX_OPEN_ORDERS]!;
    if (openOrders > maxOpenOrders) {
      return this.refuse(RISK_OPEN_ORDERS, openOrders - 1, openOrders, maxOpenOrders);
    }
    // A window of a second begins with the first order after the last one ended.
    const isNewWindow = nowMs - accounts[row + WINDOW_START_MS]! >= RATE_WINDOW_MS;
    const inWindow = isNewWindow ? 1 : accounts[row + WINDOW_COUNT]! + 1;
    const maxOrdersPerSec = accounts[row + MAX_ORDERS_PER_SEC]!;
    if (inWindow > maxOrdersPerSec) {
      return this.refuse(RISK_RATE, inWindow - 1, inWindow, maxOrdersPerSec);
    }
    if (isNewWindow) accounts[row + WINDOW_START_MS] = nowMs;
    accounts[row + WINDOW_COUNT] = inWindow;
    accounts[row + OPEN_ORDERS] = openOrders;
    this.reserve(row, cells, symbol, side, qty, priceE4);
    return RISK_OK;
  }

  readmit(
    account: number,
    symbol: number,
    side: SideCode,
    oldLeavesQty: number,
    oldPriceE4: number,
    totalQty: number,
    leavesQty: number,
    priceE4: number,
  ): RiskCode {
    const row = account * ACCOUNT_FIELDS;
    const cells = this.cellsOf(account, symbol);
    this.reserve(row, cells, symbol, side, -oldLeavesQty, oldPriceE4);
    const code = this.check(row, cells, symbol, side, totalQty, leavesQty, priceE4);
    if (code === RISK_OK) this.reserve(row, cells, symbol, side, leavesQty, priceE4);
    else this.reserve(row, cells, symbol, side, oldLeavesQty, oldPriceE4);
    return code;
  }

  release(account: number, symbol: number, side: SideCode, qty: number, priceE4: number): void {
    this.reserve(account * ACCOUNT_FIELDS, this.cells[account]!, symbol, side, -qty, priceE4);
  }

  fill(
    account: number,
    symbol: number,
    side: SideCode,
    qty: number,
    reservedPriceE4: number,
    tradePriceE4: number,
  ): void {
    const cells = this.cells[account]!;
    const cell = symbol * CELL_FIELDS;
    const spent = account * ACCOUNT_FIELDS + SPENT;
    const notionalE4 = qty * tradePriceE4;
    if (side === BUY) {
      cells[cell + OPEN_BUY_QTY]! -= qty;
      cells[cell + NET_QTY]! += qty;
      addExactly(cells, cell + REALIZED, -notionalE4);
      // What was reserved becomes what was paid.
      addExactly(this.accounts, spent, notionalE4 - qty * reservedPriceE4);
    } else {
      cells[cell + OPEN_SELL_QTY]! -= qty;
      cells[cell + NET_QTY]! -= qty;
      addExactly(cells, cell + REALIZED, notionalE4);
      addExactly(this.accounts, spent, -notionalE4);
    }
  }

  close(account: number, symbol: number, side: SideCode, leavesQty: number, priceE4: number): void {
    const row = account * ACCOUNT_FIELDS;
    this.accounts[row + OPEN_ORDERS]! -= 1;
    if (leavesQty !== 0) {
      this.reserve(row, this.cells[account]!, symbol, side, -leavesQty, priceE4);
    }
  }

  position(account: number, symbol: number): SymbolPosition {
    const cells = this.cellsOf(account, symbol);
    const cell = symbol * CELL_FIELDS;
    return {
      netQty: cells[cell + NET_QTY]!,
      openBuyQty: cells[cell + OPEN_BUY_QTY]!,
      openSellQty: cells[cell + OPEN_SELL_QTY]!,
      realizedNotionalE4: valueOf(cells, cell + REALIZED),
    };
  }

  openOrders(account: number): number {
    return this.accounts[account * ACCOUNT_FIELDS + OPEN_ORDERS]!;
  }

  /** Everything that a new order and a replace have in common. Changes nothing but `breach`. */
  private check(
    row: number,
    cells: Float64Array,
    symbol: number,
    side: SideCode,
    totalQty: number,
    leavesQty: number,
    priceE4: number,
  ): RiskCode {
    const { accounts } = this;
    const cell = symbol * CELL_FIELDS;
    if (accounts[row + ENABLED] === 0) return this.refuse(RISK_DISABLED, 0, totalQty, 0);
    if (cells[cell + RESTRICTED] !== 0) return this.refuse(RISK_RESTRICTED, 0, totalQty, 0);
    const reference = this.referencePricesE4[symbol]!;
    if (Math.abs(priceE4 - reference) * BPS > this.collarsBps[symbol]! * reference) {
      const edgeE4 = this.collarPriceE4(symbol, priceE4 > reference ? BUY : SELL);
      return this.refuse(RISK_COLLAR, reference, priceE4, edgeE4);
    }
    const maxOrderQty = accounts[row + MAX_ORDER_QTY]!;
    if (totalQty > maxOrderQty) return this.refuse(RISK_MAX_ORDER_QTY, 0, totalQty, maxOrderQty);
    // At most 10^6 x 2 x 10^9: exact in a double.
    const notionalE4 = totalQty * priceE4;
    const maxNotionalE4 = accounts[row + MAX_NOTIONAL]!;
    if (notionalE4 > maxNotionalE4) {
      return this.refuse(RISK_MAX_NOTIONAL, 0, notionalE4, maxNotionalE4);
    }
    // What the position becomes when every open order of this side trades, counted in the side's direction.
    const worstCaseQty =
      side === BUY
        ? cells[cell + NET_QTY]! + cells[cell + OPEN_BUY_QTY]!
        : cells[cell + OPEN_SELL_QTY]! - cells[cell + NET_QTY]!;
    const maxPosition = accounts[row + MAX_POSITION]!;
    if (worstCaseQty + leavesQty > maxPosition) {
      return this.refuse(RISK_POSITION, worstCaseQty, worstCaseQty + leavesQty, maxPosition);
    }
    if (side === BUY) {
      const addedE4 = leavesQty * priceE4;
      const creditLimitE4 = accounts[row + CREDIT_LIMIT]!;
      if (exceeds(accounts, row + SPENT, addedE4, creditLimitE4)) {
        const spentE4 = valueOf(accounts, row + SPENT);
        return this.refuse(RISK_CREDIT, spentE4, spentE4 + addedE4, creditLimitE4);
      }
    }
    return RISK_OK;
  }

  private reserve(
    row: number,
    cells: Float64Array,
    symbol: number,
    side: SideCode,
    qty: number,
    priceE4: number,
  ): void {
    if (side === BUY) {
      cells[symbol * CELL_FIELDS + OPEN_BUY_QTY]! += qty;
      addExactly(this.accounts, row + SPENT, qty * priceE4);
    } else cells[symbol * CELL_FIELDS + OPEN_SELL_QTY]! += qty;
  }

  private refuse(code: RiskCode, current: number, attempted: number, limit: number): RiskCode {
    const { breach } = this;
    breach.current = current;
    breach.attempted = attempted;
    breach.limit = limit;
    return code;
  }

  private cellsOf(account: number, symbol: number): Float64Array {
    const cells = this.cells[account]!;
    return symbol * CELL_FIELDS < cells.length ? cells : this.widen(account, symbol);
  }

  private widen(account: number, symbol: number): Float64Array {
    return (this.cells[account] = enlarged(this.cells[account]!, (symbol + 1) * CELL_FIELDS * 2));
  }
}

function enlarged(column: Float64Array, length: number): Float64Array {
  const larger = new Float64Array(length);
  larger.set(column);
  return larger;
}
