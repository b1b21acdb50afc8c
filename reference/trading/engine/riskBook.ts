/**
 * Pre-trade risk in one array of doubles: a row an account, with a cell for each symbol behind the account's own fields. A check reads
 * two or three neighbouring cache lines, allocates nothing, and reserves in the same call, so there is no moment between
 * asking and taking. Rows are dense: 10 000 accounts with 100 symbols take 48 MB.
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
/** Rows hold cells for so many symbols, and are laid out anew for twice as many when there are more. */
const FIRST_SYMBOLS = 1;

/** Fields of an account's row: first what only a new order asks for, then what every check reads, next to the first cell. */
const MAX_OPEN_ORDERS = 0;
const MAX_ORDERS_PER_SEC = 1;
const WINDOW_START_MS = 2;
const WINDOW_COUNT = 3;
const OPEN_ORDERS = 4;
const ENABLED = 5;
const MAX_POSITION = 6;
const MAX_ORDER_QTY = 7;
const MAX_NOTIONAL = 8;
const CREDIT_LIMIT = 9;
/** Two doubles (exactSum.ts): notional of open BUY orders + notional bought - notional sold, over all symbols. */
const SPENT = 10;
const ACCOUNT_FIELDS = 12;

/** Fields of the cell of an account and symbol, in the account's row. */
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
  private symbolCapacity = FIRST_SYMBOLS;
  /** Length of a row. */
  private stride = strideFor(FIRST_SYMBOLS);
  private rows: Float64Array = new Float64Array(FIRST_ACCOUNTS * strideFor(FIRST_SYMBOLS));
  private accountCount = 0;
  /** By symbol: the reference price, and the lowest and highest price inside its collar. */
  private readonly referencePricesE4: number[] = [];
  private readonly lowestE4: number[] = [];
  private readonly highestE4: number[] = [];

  openAccount(): number {
    const account = this.accountCount++;
    if (this.accountCount * this.stride > this.rows.length) {
      const larger = new Float64Array(this.rows.length * 2);
      larger.set(this.rows);
      this.rows = larger;
    }
    this.rows[account * this.stride + WINDOW_START_MS] = Number.NEGATIVE_INFINITY;
    return account;
  }

  openSymbol(referencePriceE4: number, collarBps: number): number {
    const symbol = this.referencePricesE4.length;
    this.setCollar(symbol, referencePriceE4, collarBps);
    if (symbol === this.symbolCapacity) this.widenRows();
    return symbol;
  }

  setCollar(symbol: number, referencePriceE4: number, collarBps: number): void {
    // Rounded towards the reference price: a whole price is outside exactly when it is beyond these.
    const width = Math.floor((collarBps * referencePriceE4) / BPS);
    this.referencePricesE4[symbol] = referencePriceE4;
    this.lowestE4[symbol] = referencePriceE4 - width;
    this.highestE4[symbol] = referencePriceE4 + width;
  }

  setLimits(account: number, limits: RiskLimits): void {
    const { rows } = this;
    const row = account * this.stride;
    rows[row + ENABLED] = 1;
    rows[row + MAX_POSITION] = limits.maxPosition;
    rows[row + MAX_ORDER_QTY] = limits.maxOrderQty;
    rows[row + MAX_NOTIONAL] = limits.maxNotionalE4;
    rows[row + MAX_OPEN_ORDERS] = limits.maxOpenOrders;
    rows[row + MAX_ORDERS_PER_SEC] = limits.maxOrdersPerSec;
    rows[row + CREDIT_LIMIT] = limits.creditLimitE4;
  }

  disable(account: number): void {
    this.rows[account * this.stride + ENABLED] = 0;
  }

  setRestricted(account: number, symbols: readonly number[]): void {
    for (let symbol = 0; symbol < this.referencePricesE4.length; symbol++) {
      this.rows[this.cellOf(account, symbol) + RESTRICTED] = 0;
    }
    for (const symbol of symbols) this.rows[this.cellOf(account, symbol) + RESTRICTED] = 1;
  }

  collarPriceE4(symbol: number, side: SideCode): number {
    return side === BUY ? this.highestE4[symbol]! : this.lowestE4[symbol]!;
  }

  admit(
    account: number,
    symbol: number,
    side: SideCode,
    qty: number,
    priceE4: number,
    nowMs: number,
  ): RiskCode {
    const { rows } = this;
    const row = account * this.stride;
    const code = this.check(account, symbol, side, 0, 0, qty, qty, priceE4);
    if (code !== RISK_OK) return code;
    const openOrders = rows[row + OPEN_ORDERS]! + 1;
    const maxOpenOrders = rows[row + MAX_OPEN_ORDERS]!;
    if (openOrders > maxOpenOrders) {
      return this.refuse(RISK_OPEN_ORDERS, openOrders - 1, openOrders, maxOpenOrders);
    }
    // A window of a second begins with the first order after the last one ended.
    const isNewWindow = nowMs - rows[row + WINDOW_START_MS]! >= RATE_WINDOW_MS;
    const inWindow = isNewWindow ? 1 : rows[row + WINDOW_COUNT]! + 1;
    const maxOrdersPerSec = rows[row + MAX_ORDERS_PER_SEC]!;
    if (inWindow > maxOrdersPerSec) {
      return this.refuse(RISK_RATE, inWindow - 1, inWindow, maxOrdersPerSec);
    }
    if (isNewWindow) rows[row + WINDOW_START_MS] = nowMs;
    rows[row + WINDOW_COUNT] = inWindow;
    rows[row + OPEN_ORDERS] = openOrders;
    this.reserve(account, symbol, side, qty, qty * priceE4);
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
    const oldNotionalE4 = oldLeavesQty * oldPriceE4;
    const code = this.check(
      account,
      symbol,
      side,
      oldLeavesQty,
      oldNotionalE4,
      totalQty,
      leavesQty,
      priceE4,
    );
    if (code !== RISK_OK) return code;
    const addedE4 = leavesQty * priceE4 - oldNotionalE4;
    this.reserve(account, symbol, side, leavesQty - oldLeavesQty, addedE4);
    return RISK_OK;
  }

  release(account: number, symbol: number, side: SideCode, qty: number, priceE4: number): void {
    this.reserve(account, symbol, side, -qty, -qty * priceE4);
  }

  fill(
    account: number,
    symbol: number,
    side: SideCode,
    qty: number,
    reservedPriceE4: number,
    tradePriceE4: number,
  ): void {
    const { rows } = this;
    const row = account * this.stride;
    const cell = this.cellOf(account, symbol);
    const notionalE4 = qty * tradePriceE4;
    if (side === BUY) {
      rows[cell + OPEN_BUY_QTY]! -= qty;
      rows[cell + NET_QTY]! += qty;
      addExactly(rows, cell + REALIZED, -notionalE4);
      // What was reserved becomes what was paid.
      addExactly(rows, row + SPENT, notionalE4 - qty * reservedPriceE4);
    } else {
      rows[cell + OPEN_SELL_QTY]! -= qty;
      rows[cell + NET_QTY]! -= qty;
      addExactly(rows, cell + REALIZED, notionalE4);
      addExactly(rows, row + SPENT, -notionalE4);
    }
  }

  close(account: number, symbol: number, side: SideCode, leavesQty: number, priceE4: number): void {
    this.rows[account * this.stride + OPEN_ORDERS]! -= 1;
    if (leavesQty !== 0) this.release(account, symbol, side, leavesQty, priceE4);
  }

  position(account: number, symbol: number): SymbolPosition {
    const { rows } = this;
    const cell = this.cellOf(account, symbol);
    return {
      netQty: rows[cell + NET_QTY]!,
      openBuyQty: rows[cell + OPEN_BUY_QTY]!,
      openSellQty: rows[cell + OPEN_SELL_QTY]!,
      realizedNotionalE4: valueOf(rows, cell + REALIZED),
    };
  }

  openOrders(account: number): number {
    return this.rows[account * this.stride + OPEN_ORDERS]!;
  }

  /**
   * Everything that a new order and a replace have in common. `oldLeavesQty` and `oldNotionalE4`: the reservation that would be
   * taken off. Changes nothing but `breach`.
   */
  private check(
    account: number,
    symbol: number,
    side: SideCode,
    oldLeavesQty: number,
    oldNotionalE4: number,
    totalQty: number,
    leavesQty: number,
    priceE4: number,
  ): RiskCode {
    const { rows } = this;
    const row = account * this.stride;
    const cell = this.cellOf(account, symbol);
    if (rows[row + ENABLED] === 0) return this.refuse(RISK_DISABLED, 0, totalQty, 0);
    if (rows[cell + RESTRICTED] !== 0) return this.refuse(RISK_RESTRICTED, 0, totalQty, 0);
    if (priceE4 > this.highestE4[symbol]! || priceE4 < this.lowestE4[symbol]!) {
      const edgeE4 = this.collarPriceE4(symbol, priceE4 > this.highestE4[symbol]! ? BUY : SELL);
      return this.refuse(RISK_COLLAR, this.referencePricesE4[symbol]!, priceE4, edgeE4);
    }
    const maxOrderQty = rows[row + MAX_ORDER_QTY]!;
    if (totalQty > maxOrderQty) return this.refuse(RISK_MAX_ORDER_QTY, 0, totalQty, maxOrderQty);
    // At most 10^6 x 2 x 10^9: exact in a double.
    const totalNotionalE4 = totalQty * priceE4;
    const maxNotionalE4 = rows[row + MAX_NOTIONAL]!;
    if (totalNotionalE4 > maxNotionalE4) {
      return this.refuse(RISK_MAX_NOTIONAL, 0, totalNotionalE4, maxNotionalE4);
    }
    // What the position becomes when every other open order of this side trades, counted in the side's direction.
    const worstCaseQty =
      side === BUY
        ? rows[cell + NET_QTY]! + rows[cell + OPEN_BUY_QTY]! - oldLeavesQty
        : rows[cell + OPEN_SELL_QTY]! - rows[cell + NET_QTY]! - oldLeavesQty;
    const maxPosition = rows[row + MAX_POSITION]!;
    if (worstCaseQty + leavesQty > maxPosition) {
      return this.refuse(RISK_POSITION, worstCaseQty, worstCaseQty + leavesQty, maxPosition);
    }
    if (side === BUY) {
      const notionalE4 = leavesQty * priceE4;
      const creditLimitE4 = rows[row + CREDIT_LIMIT]!;
      if (exceeds(rows, row + SPENT, notionalE4 - oldNotionalE4, creditLimitE4)) {
        const spentE4 = valueOf(rows, row + SPENT) - oldNotionalE4;
        return this.refuse(RISK_CREDIT, spentE4, spentE4 + notionalE4, creditLimitE4);
      }
    }
    return RISK_OK;
  }

  private reserve(
    account: number,
    symbol: number,
    side: SideCode,
    qty: number,
    notionalE4: number,
  ): void {
    const { rows } = this;
    const cell = this.cellOf(account, symbol);
    if (side === BUY) {
      rows[cell + OPEN_BUY_QTY]! += qty;
      addExactly(rows, account * this.stride + SPENT, notionalE4);
    } else rows[cell + OPEN_SELL_QTY]! += qty;
  }

  private refuse(code: RiskCode, current: number, attempted: number, limit: number): RiskCode {
    const { breach } = this;
    breach.current = current;
    breach.attempted = attempted;
    breach.limit = limit;
    return code;
  }

  private cellOf(account: number, symbol: number): number {
    return account * this.stride + ACCOUNT_FIELDS + symbol * CELL_FIELDS;
  }

  private widenRows(): void {
    const { rows, stride } = this;
    const accounts = rows.length / stride;
    this.symbolCapacity *= 2;
    this.stride = strideFor(this.symbolCapacity);
    this.rows = new Float64Array(accounts * this.stride);
    for (let account = 0; account < this.accountCount; account++) {
      const from = account * stride;
      this.rows.set(rows.subarray(from, from + stride), account * this.stride);
    }
  }
}

function strideFor(symbols: number): number {
  return ACCOUNT_FIELDS + symbols * CELL_FIELDS;
}
