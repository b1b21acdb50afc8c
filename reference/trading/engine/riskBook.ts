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
/** Of BUY orders; that of SELL orders is the next (`OPEN_QTY + side`). */
const OPEN_QTY = 1;
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
    const cell = row + ACCOUNT_FIELDS + symbol * CELL_FIELDS;
    let code = this.check(row, cell, symbol, side, 0, 0, qty, qty, priceE4);
    // A window of a second begins with the first order after the last one ended.
    const isNewWindow = nowMs - rows[row + WINDOW_START_MS]! >= RATE_WINDOW_MS;
    const inWindow = isNewWindow ? 1 : rows[row + WINDOW_COUNT]! + 1;
    if (code === RISK_OK) {
      if (rows[row + OPEN_ORDERS]! + 1 > rows[row + MAX_OPEN_ORDERS]!) code = RISK_OPEN_ORDERS;
      else if (inWindow > rows[row + MAX_ORDERS_PER_SEC]!) code = RISK_RATE;
    }
    if (code !== RISK_OK) return this.refuse(code, row, symbol, side, 0, 0, qty, qty, priceE4);
    if (isNewWindow) rows[row + WINDOW_START_MS] = nowMs;
    rows[row + WINDOW_COUNT] = inWindow;
    rows[row + OPEN_ORDERS]! += 1;
    this.reserve(row, cell, side, qty, qty * priceE4);
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
    const row = account * this.stride;
    const cell = row + ACCOUNT_FIELDS + symbol * CELL_FIELDS;
    const oldE4 = oldLeavesQty * oldPriceE4;
    const code = this.check(
      row,
      cell,
      symbol,
      side,
      oldLeavesQty,
      oldE4,
      totalQty,
      leavesQty,
      priceE4,
    );
    if (code !== RISK_OK) {
      return this.refuse(
        code,
        row,
        symbol,
        side,
        oldLeavesQty,
        oldE4,
        totalQty,
        leavesQty,
        priceE4,
      );
    }
    this.reserve(row, cell, side, leavesQty - oldLeavesQty, leavesQty * priceE4 - oldE4);
    return RISK_OK;
  }

  release(account: number, symbol: number, side: SideCode, qty: number, priceE4: number): void {
    const row = account * this.stride;
    this.reserve(row, this.cellOf(account, symbol), side, -qty, -qty * priceE4);
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
    rows[cell + OPEN_QTY + side]! -= qty;
    if (side === BUY) {
      rows[cell + NET_QTY]! += qty;
      addExactly(rows, cell + REALIZED, -notionalE4);
      // What was reserved becomes what was paid.
      addExactly(rows, row + SPENT, notionalE4 - qty * reservedPriceE4);
    } else {
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
      openBuyQty: rows[cell + OPEN_QTY + BUY]!,
      openSellQty: rows[cell + OPEN_QTY + SELL]!,
      realizedNotionalE4: valueOf(rows, cell + REALIZED),
    };
  }

  openOrders(account: number): number {
    return this.rows[account * this.stride + OPEN_ORDERS]!;
  }

  /**
   * Everything that a new order and a replace have in common; changes nothing. `oldLeavesQty` and `oldE4`: the reservation that would
   * be taken off. Only the code, no figures, so that it stays small enough to be compiled into its callers.
   */
  private check(
    row: number,
    cell: number,
    symbol: number,
    side: SideCode,
    oldLeavesQty: number,
    oldE4: number,
    totalQty: number,
    leavesQty: number,
    priceE4: number,
  ): RiskCode {
    const { rows } = this;
    if (rows[row + ENABLED] === 0) return RISK_DISABLED;
    if (rows[cell + RESTRICTED] !== 0) return RISK_RESTRICTED;
    if (priceE4 > this.highestE4[symbol]! || priceE4 < this.lowestE4[symbol]!) return RISK_COLLAR;
    if (totalQty > rows[row + MAX_ORDER_QTY]!) return RISK_MAX_ORDER_QTY;
    // At most 10^6 x 2 x 10^9: exact in a double.
    if (totalQty * priceE4 > rows[row + MAX_NOTIONAL]!) return RISK_MAX_NOTIONAL;
    const addedQty = leavesQty - oldLeavesQty;
    if (this.worstCaseQty(cell, side) + addedQty > rows[row + MAX_POSITION]!) return RISK_POSITION;
    if (side === SELL) return RISK_OK;
    const addedE4 = leavesQty * priceE4 - oldE4;
    return exceeds(rows, row + SPENT, addedE4, rows[row + CREDIT_LIMIT]!) ? RISK_CREDIT : RISK_OK;
  }

  /** What the position becomes when every open order of this side trades, counted in the side's direction. */
  private worstCaseQty(cell: number, side: SideCode): number {
    const netQty = this.rows[cell + NET_QTY]!;
    return (side === BUY ? netQty : -netQty) + this.rows[cell + OPEN_QTY + side]!;
  }

  private reserve(
    row: number,
    cell: number,
    side: SideCode,
    qty: number,
    notionalE4: number,
  ): void {
    const { rows } = this;
    rows[cell + OPEN_QTY + side]! += qty;
    if (side === BUY) addExactly(rows, row + SPENT, notionalE4);
  }

  /** The figures of a refusal, from the same numbers that the check had; answers its code. */
  private refuse(
    code: RiskCode,
    row: number,
    symbol: number,
    side: SideCode,
    oldLeavesQty: number,
    oldE4: number,
    totalQty: number,
    leavesQty: number,
    priceE4: number,
  ): RiskCode {
    const { rows, breach } = this;
    breach.current = 0;
    breach.attempted = totalQty;
    breach.limit = 0;
    const tell = (current: number, added: number, limit: number): void => {
      breach.current = current;
      breach.attempted = current + added;
      breach.limit = limit;
    };
    switch (code) {
      case RISK_COLLAR: {
        const edge = priceE4 > this.highestE4[symbol]! ? BUY : SELL;
        const referenceE4 = this.referencePricesE4[symbol]!;
        tell(referenceE4, priceE4 - referenceE4, this.collarPriceE4(symbol, edge));
        break;
      }
      case RISK_MAX_ORDER_QTY:
        tell(0, totalQty, rows[row + MAX_ORDER_QTY]!);
        break;
      case RISK_MAX_NOTIONAL:
        tell(0, totalQty * priceE4, rows[row + MAX_NOTIONAL]!);
        break;
      case RISK_POSITION: {
        const cell = row + ACCOUNT_FIELDS + symbol * CELL_FIELDS;
        const othersQty = this.worstCaseQty(cell, side) - oldLeavesQty;
        tell(othersQty, leavesQty, rows[row + MAX_POSITION]!);
        break;
      }
      case RISK_CREDIT: {
        const othersE4 = valueOf(rows, row + SPENT) - oldE4;
        tell(othersE4, leavesQty * priceE4, rows[row + CREDIT_LIMIT]!);
        break;
      }
      case RISK_OPEN_ORDERS:
        tell(rows[row + OPEN_ORDERS]!, 1, rows[row + MAX_OPEN_ORDERS]!);
        break;
      case RISK_RATE:
        tell(rows[row + WINDOW_COUNT]!, 1, rows[row + MAX_ORDERS_PER_SEC]!);
        break;
      case RISK_DISABLED:
      case RISK_RESTRICTED:
      case RISK_OK:
        break;
    }
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
