import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { BUY, SELL } from './matchingEngine.types.ts';
import type { SideCode } from './matchingEngine.types.ts';
import { createRiskBook } from './riskBook.ts';
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
import type { RiskBook, RiskLimits } from './riskBook.types.ts';

const MAX = Number.MAX_SAFE_INTEGER;
const WIDE: RiskLimits = {
  maxPosition: MAX,
  maxOrderQty: MAX,
  maxNotionalE4: MAX,
  maxOpenOrders: MAX,
  maxOrdersPerSec: MAX,
  creditLimitE4: MAX,
};

describe('a risk check', () => {
  let risk: RiskBook;
  let account: number;
  let symbol: number;

  const limit = (limits: Partial<RiskLimits>): void =>
    risk.setLimits(account, { ...WIDE, ...limits });
  const buy = (qty: number, priceE4 = 100, nowMs = 0): number =>
    risk.admit(account, symbol, BUY, qty, priceE4, nowMs);
  const sell = (qty: number, priceE4 = 100, nowMs = 0): number =>
    risk.admit(account, symbol, SELL, qty, priceE4, nowMs);

  beforeEach(() => {
    risk = createRiskBook();
    account = risk.openAccount();
    symbol = risk.openSymbol(100, 2_000);
    limit({});
  });

  test('refuses everything of an account that has no limits, or was disabled', () => {
    const stranger = risk.openAccount();
    expect(risk.admit(stranger, symbol, BUY, 1, 100, 0)).toBe(RISK_DISABLED);
    risk.disable(account);
    expect(buy(1)).toBe(RISK_DISABLED);
    limit({});
    expect(buy(1)).toBe(RISK_OK);
  });

  test('takes an order of exactly the largest quantity and refuses one more', () => {
    limit({ maxOrderQty: 10 });
    expect(buy(10)).toBe(RISK_OK);
    expect(buy(11)).toBe(RISK_MAX_ORDER_QTY);
    expect(risk.breach).toEqual({ current: 0, attempted: 11, limit: 10 });
  });

  test('takes exactly the largest notional and refuses one more', () => {
    limit({ maxNotionalE4: 1_000 });
    expect(sell(10)).toBe(RISK_OK);
    expect(sell(11, 91)).toBe(RISK_MAX_NOTIONAL);
    expect(risk.breach).toEqual({ current: 0, attempted: 1_001, limit: 1_000 });
  });

  test('counts open orders of the side into the worst position, and a sale against a long one', () => {
    limit({ maxPosition: 10 });
    expect(buy(6)).toBe(RISK_OK);
    expect(buy(5)).toBe(RISK_POSITION);
    expect(risk.breach).toEqual({ current: 6, attempted: 11, limit: 10 });
    expect(sell(10)).toBe(RISK_OK);
    expect(sell(1)).toBe(RISK_POSITION);
    risk.fill(account, symbol, BUY, 6, 100, 100);
    expect(sell(6)).toBe(RISK_OK);
    expect(sell(1)).toBe(RISK_POSITION);
  });

  test('gives back what an order had reserved when it is open no longer', () => {
    limit({ maxPosition: 10, maxOpenOrders: 1, creditLimitE4: 1_000 });
    expect(buy(10)).toBe(RISK_OK);
    expect(buy(1)).not.toBe(RISK_OK);
    risk.close(account, symbol, BUY, 10, 100);
    expect(risk.position(account, symbol)).toEqual({
      netQty: 0,
      openBuyQty: 0,
      openSellQty: 0,
      realizedNotionalE4: 0,
    });
    expect(risk.openOrders(account)).toBe(0);
    expect(buy(10)).toBe(RISK_OK);
  });

  test('counts open orders over all symbols', () => {
    limit({ maxOpenOrders: 2 });
    const other = risk.openSymbol(100, 2_000);
    expect(buy(1)).toBe(RISK_OK);
    expect(risk.admit(account, other, SELL, 1, 100, 0)).toBe(RISK_OK);
    expect(buy(1)).toBe(RISK_OPEN_ORDERS);
    expect(risk.breach).toEqual({ current: 2, attempted: 3, limit: 2 });
  });

  test('lends to buyers up to the credit limit, over all symbols, and counts what was sold', () => {
    limit({ creditLimitE4: 1_000 });
    const other = risk.openSymbol(100, 2_000);
    expect(buy(6)).toBe(RISK_OK);
    expect(risk.admit(account, other, BUY, 5, 100, 0)).toBe(RISK_CREDIT);
    expect(risk.breach).toEqual({ current: 600, attempted: 1_100, limit: 1_000 });
    expect(sell(50)).toBe(RISK_OK);
    risk.fill(account, symbol, SELL, 2, 100, 110);
    expect(risk.admit(account, other, BUY, 6, 100, 0)).toBe(RISK_OK);
    risk.fill(account, symbol, BUY, 6, 100, 90);
    // Paid 540, sold for 220, reserved 600: 80 are left.
    expect(risk.admit(account, other, BUY, 1, 81, 0)).toBe(RISK_CREDIT);
    expect(risk.admit(account, other, BUY, 1, 80, 0)).toBe(RISK_OK);
  });

  test('accepts so many orders a second and as many again 1 000 ms later', () => {
    limit({ maxOrdersPerSec: 3 });
    for (const startMs of [5_000, 6_000]) {
      expect([1, 2, 3].map(() => buy(1, 100, startMs))).toEqual([RISK_OK, RISK_OK, RISK_OK]);
      expect(buy(1, 100, startMs)).toBe(RISK_RATE);
    }
    expect(risk.breach).toEqual({ current: 3, attempted: 4, limit: 3 });
  });

  test('refuses restricted symbols until the list is replaced', () => {
    const far = Array.from({ length: 40 }, () => risk.openSymbol(100, 2_000)).at(-1)!;
    risk.setRestricted(account, [symbol, far]);
    expect(buy(1)).toBe(RISK_RESTRICTED);
    expect(risk.admit(account, far, BUY, 1, 100, 0)).toBe(RISK_RESTRICTED);
    risk.setRestricted(account, [far]);
    expect(buy(1)).toBe(RISK_OK);
  });

  test('takes prices up to the collar and refuses the next', () => {
    expect([buy(1, 120), buy(1, 80), sell(1, 120), sell(1, 80)]).toEqual([0, 0, 0, 0]);
    expect(buy(1, 121)).toBe(RISK_COLLAR);
    expect(risk.breach).toEqual({ current: 100, attempted: 121, limit: 120 });
    expect(sell(1, 79)).toBe(RISK_COLLAR);
    expect(risk.breach.limit).toBe(80);
    risk.setCollar(symbol, 1_003, 50);
    expect(risk.collarPriceE4(symbol, BUY)).toBe(1_008);
    expect(risk.collarPriceE4(symbol, SELL)).toBe(998);
    expect([buy(1, 1_008), buy(1, 1_009)]).toEqual([RISK_OK, RISK_COLLAR]);
  });

  test('asks a changed order as if its own reservation were not there', () => {
    limit({ maxPosition: 10, maxOpenOrders: 1, creditLimitE4: 1_000, maxOrdersPerSec: 1 });
    expect(buy(10)).toBe(RISK_OK);
    expect(risk.readmit(account, symbol, BUY, 10, 100, 10, 10, 100)).toBe(RISK_OK);
    expect(risk.readmit(account, symbol, BUY, 10, 100, 11, 11, 90)).toBe(RISK_POSITION);
    expect(risk.readmit(account, symbol, BUY, 10, 100, 10, 10, 101)).toBe(RISK_CREDIT);
    expect(risk.position(account, symbol).openBuyQty).toBe(10);
    expect(risk.readmit(account, symbol, BUY, 10, 100, 4, 4, 90)).toBe(RISK_OK);
    expect(risk.position(account, symbol).openBuyQty).toBe(4);
    expect(risk.openOrders(account)).toBe(1);
  });

  test('asks the total quantity of a changed order for size, and what is left of it for exposure', () => {
    limit({ maxPosition: 10, maxOrderQty: 12 });
    expect(sell(8)).toBe(RISK_OK);
    risk.fill(account, symbol, SELL, 5, 100, 100);
    expect(risk.readmit(account, symbol, SELL, 3, 100, 10, 5, 100)).toBe(RISK_OK);
    expect(risk.readmit(account, symbol, SELL, 5, 100, 11, 6, 100)).toBe(RISK_POSITION);
    expect(risk.readmit(account, symbol, SELL, 5, 100, 13, 5, 100)).toBe(RISK_MAX_ORDER_QTY);
  });

  test('stays exact when the notionals add up far beyond 2^53', () => {
    const dear = risk.openSymbol(1_000_000_000, 0);
    const units = 1_000_000;
    const noteE4 = units * 1_000_000_000;
    for (let sold = 0; sold < 40; sold++) {
      expect(risk.admit(account, dear, SELL, units, 1_000_000_000, 0)).toBe(RISK_OK);
      risk.fill(account, dear, SELL, units, 1_000_000_000, 1_000_000_000);
      risk.close(account, dear, SELL, 0, 1_000_000_000);
    }
    limit({ creditLimitE4: 1_001 });
    for (let bought = 0; bought < 40; bought++) {
      expect(risk.admit(account, dear, BUY, units, 1_000_000_000, 0)).toBe(RISK_OK);
    }
    // 40 notionals of 10^15 stand against each other; to the unit, 1 001 are left.
    expect(noteE4 * 40).toBeGreaterThan(MAX);
    expect(buy(11, 91)).toBe(RISK_OK);
    expect(buy(1, 80)).toBe(RISK_CREDIT);
  });
});

describe('the risk book', () => {
  interface Open {
    account: number;
    symbol: number;
    side: SideCode;
    qty: number;
    priceE4: number;
  }
  type Step =
    | ({ kind: 'admit' } & Open)
    | { kind: 'fill' | 'close' | 'readmit'; pick: number; qty: number; priceE4: number };

  const small = fc.nat(1);
  const qty = fc.integer({ min: 1, max: 9 });
  const priceE4 = fc.integer({ min: 90, max: 110 });
  const side = fc.constantFrom<SideCode>(BUY, SELL);
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      kind: fc.constant('admit' as const),
      account: small,
      symbol: small,
      side,
      qty,
      priceE4,
    }),
    fc.record({
      kind: fc.constantFrom('fill' as const, 'close' as const, 'readmit' as const),
      pick: fc.nat(20),
      qty,
      priceE4,
    }),
  );

  /** The formulas of the contract over plain lists: everything is summed again for every question. */
  class Plain {
    open: Open[] = [];
    trades: Open[] = [];
    private readonly limits: RiskLimits;

    constructor(limits: RiskLimits) {
      this.limits = limits;
    }

    allows(asked: Open, others: Open[]): boolean {
      const { account, symbol, side: of, qty: size, priceE4: price } = asked;
      const net = sum(this.trades, (each) =>
        each.account === account && each.symbol === symbol ? signed(each) * each.qty : 0,
      );
      const openQty = sum(others, (each) =>
        each.account === account && each.symbol === symbol && each.side === of ? each.qty : 0,
      );
      if ((of === BUY ? net : -net) + openQty + size > this.limits.maxPosition) return false;
      const mine = others.filter((each) => each.account === account);
      const reserved = sum(mine, (each) => (each.side === BUY ? each.qty * each.priceE4 : 0));
      const realized = sum(this.trades, (each) =>
        each.account === account ? -signed(each) * each.qty * each.priceE4 : 0,
      );
      return of === SELL || reserved + size * price - realized <= this.limits.creditLimitE4;
    }
  }

  function sum(list: Open[], value: (each: Open) => number): number {
    return list.reduce((total, each) => total + value(each), 0);
  }

  function signed({ side: of }: Open): number {
    return of === BUY ? 1 : -1;
  }

  test('decides and counts what plain sums over all orders and trades do', () => {
    let refused = 0;
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const limits = { ...WIDE, maxPosition: 20, maxOpenOrders: 6, creditLimitE4: 2_500 };
        const risk = createRiskBook();
        const plain = new Plain(limits);
        for (const account of [risk.openAccount(), risk.openAccount()]) {
          risk.setLimits(account, limits);
        }
        for (let symbols = 0; symbols < 2; symbols++) risk.openSymbol(100, 5_000);
        for (const each of steps) {
          if (each.kind === 'admit') {
            const { account, symbol, side: of, qty: size, priceE4: price } = each;
            const mine = plain.open.filter((order) => order.account === account).length;
            const expected = plain.allows(each, plain.open) && mine < limits.maxOpenOrders;
            const actual = risk.admit(account, symbol, of, size, price, 0) === RISK_OK;
            expect(actual).toBe(expected);
            if (expected) plain.open.push({ ...each });
            if (expected) accepted++;
            else refused++;
            continue;
          }
          const order = plain.open[each.pick];
          if (!order) continue;
          const { account, symbol, side: of } = order;
          const others = plain.open.filter((other) => other !== order);
          if (each.kind === 'close') {
            risk.close(account, symbol, of, order.qty, order.priceE4);
            plain.open = others;
          } else if (each.kind === 'fill') {
            const traded = Math.min(each.qty, order.qty);
            risk.fill(account, symbol, of, traded, order.priceE4, each.priceE4);
            plain.trades.push({ ...order, qty: traded, priceE4: each.priceE4 });
            order.qty -= traded;
            if (order.qty === 0) risk.close(account, symbol, of, 0, order.priceE4);
            if (order.qty === 0) plain.open = others;
          } else {
            const changed = { ...order, qty: each.qty, priceE4: each.priceE4 };
            const expected = plain.allows(changed, others);
            const code = risk.readmit(
              account,
              symbol,
              of,
              order.qty,
              order.priceE4,
              each.qty,
              each.qty,
              each.priceE4,
            );
            expect(code === RISK_OK).toBe(expected);
            if (expected) Object.assign(order, changed);
          }
        }
        for (const account of [0, 1]) {
          expect(risk.openOrders(account)).toBe(
            plain.open.filter((order) => order.account === account).length,
          );
          for (const symbol of [0, 1]) {
            const here = (other: Open): boolean =>
              other.account === account && other.symbol === symbol;
            const open = plain.open.filter(here);
            const trades = plain.trades.filter(here);
            // `+ 0`: no minus zero.
            expect(risk.position(account, symbol)).toEqual({
              netQty: sum(trades, (trade) => signed(trade) * trade.qty) + 0,
              openBuyQty: sum(open, (order) => (order.side === BUY ? order.qty : 0)),
              openSellQty: sum(open, (order) => (order.side === SELL ? order.qty : 0)),
              realizedNotionalE4:
                sum(trades, (trade) => -signed(trade) * trade.qty * trade.priceE4) + 0,
            });
          }
        }
      }),
      { seed: 3, numRuns: 1_500 },
    );
    expect(refused).toBeGreaterThan(1_000);
    expect(accepted).toBeGreaterThan(1_000);
  });
});
