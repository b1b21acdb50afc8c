import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Alerts, PutLimits } from '../../spec/trading/messages.d.ts';
import { LIMITS, SYMBOL, openTestVenue } from './testVenue.ts';
import type { TestVenue } from './testVenue.ts';

let venue: TestVenue;
beforeEach(async () => void (venue = await openTestVenue()));
afterEach(() => venue.close());

const limit = (limits: Partial<PutLimits>) =>
  venue.ok('putLimits', { account: 'ann', ...LIMITS, ...limits });
const reasonOf = async (side: 'BUY' | 'SELL', qty: number, priceE4 = 1_000_000) =>
  (await venue.order({ account: 'ann', side, qty, priceE4 })).reason;
const trade = async (side: 'BUY' | 'SELL', qty: number, priceE4 = 1_000_000) => {
  const other = side === 'BUY' ? 'SELL' : 'BUY';
  await venue.order({ account: 'bob', side: other, qty, priceE4 });
  await venue.order({ account: 'ann', side, qty, priceE4 });
};

test('an account exists from its first limits', async () => {
  const order = { account: 'new', side: 'BUY', qty: 1, priceE4: 1_000_000 } as const;
  expect((await venue.order(order)).reason).toBe('UNKNOWN_ACCOUNT');
  expect(await venue.refused('getPositions', { account: 'new' })).toBe('UNKNOWN_ACCOUNT');
});

test('at a limit an order is accepted, one unit above it is refused', async () => {
  await limit({ maxOrderQty: 5 });
  expect([await reasonOf('SELL', 5), await reasonOf('SELL', 6)]).toEqual([
    null,
    'RISK_MAX_ORDER_QTY',
  ]);
  await limit({ maxNotionalE4: 7_000_000 });
  expect([await reasonOf('SELL', 7), await reasonOf('SELL', 8)]).toEqual([
    null,
    'RISK_MAX_NOTIONAL',
  ]);
});

test('positions count with their sign, and open orders of the same side with them', async () => {
  await limit({ maxPosition: 10 });
  await trade('BUY', 6);
  expect(await reasonOf('BUY', 5, 900_000)).toBe('RISK_POSITION_LIMIT');
  expect(await reasonOf('BUY', 4, 900_000)).toBeNull();
  expect(await reasonOf('BUY', 1, 900_000)).toBe('RISK_POSITION_LIMIT');
  expect(await reasonOf('SELL', 17, 1_100_000)).toBe('RISK_POSITION_LIMIT');
  expect(await reasonOf('SELL', 16, 1_100_000)).toBeNull();
});

test('credit is what is spent and open, and what was sold adds to it', async () => {
  await limit({ creditLimitE4: 10_000_000 });
  expect(await reasonOf('BUY', 10)).toBeNull();
  expect(await reasonOf('BUY', 1)).toBe('RISK_CREDIT_LIMIT');
  await venue.ok('cancelAll', { account: 'ann', reason: 'test' });
  await trade('SELL', 3);
  expect(await reasonOf('BUY', 14, 990_000)).toBe('RISK_CREDIT_LIMIT');
  expect(await reasonOf('BUY', 13, 990_000)).toBeNull();
});

test('an order that ends makes room among the open ones', async () => {
  await limit({ maxOpenOrders: 2 });
  const first = await venue.order({ account: 'ann', side: 'SELL', qty: 1, priceE4: 1_000_000 });
  expect([await reasonOf('SELL', 1), await reasonOf('SELL', 1)]).toEqual([
    null,
    'RISK_MAX_OPEN_ORDERS',
  ]);
  await venue.ok('cancelOrder', { account: 'ann', orderId: first.orderId });
  expect(await reasonOf('SELL', 1)).toBeNull();
});

test('the rate counts accepted orders of the last second', async () => {
  await limit({ maxOrdersPerSec: 2 });
  expect([await reasonOf('SELL', 1), await reasonOf('SELL', 1), await reasonOf('SELL', 1)]).toEqual(
    [null, null, 'RISK_RATE_LIMIT'],
  );
  await venue.ok('setClock', { nowMs: 1_001_000 });
  expect([await reasonOf('SELL', 1), await reasonOf('SELL', 1), await reasonOf('SELL', 1)]).toEqual(
    [null, null, 'RISK_RATE_LIMIT'],
  );
});

test('the collar holds at its edge, and a MARKET order counts with it', async () => {
  expect([await reasonOf('BUY', 1, 1_200_000), await reasonOf('BUY', 1, 1_200_100)]).toEqual([
    null,
    'PRICE_COLLAR',
  ]);
  expect([await reasonOf('SELL', 1, 1_200_100), await reasonOf('BUY', 1, 799_900)]).toEqual([
    'PRICE_COLLAR',
    'PRICE_COLLAR',
  ]);
  await limit({ maxNotionalE4: 12_000_000 });
  const market = { account: 'ann', side: 'BUY', type: 'MARKET' } as const;
  expect((await venue.order({ ...market, qty: 10 })).reason).toBe('NO_LIQUIDITY');
  expect((await venue.order({ ...market, qty: 11 })).reason).toBe('RISK_MAX_NOTIONAL');
});

test('of orders sent together, as many are accepted as fit', async () => {
  await limit({ maxPosition: 10 });
  const reasons = await Promise.all(Array.from({ length: 32 }, () => reasonOf('SELL', 3)));
  expect(reasons.filter((reason) => reason === null)).toHaveLength(3);
});

test('a replace is checked with its own reservation taken off', async () => {
  await limit({ maxPosition: 10 });
  const { orderId } = await venue.order({
    account: 'ann',
    side: 'SELL',
    qty: 10,
    priceE4: 1_000_000,
  });
  const replace = (newClOrdId: string, qty: number) =>
    venue.ok('replaceOrder', { account: 'ann', orderId, newClOrdId, qty });
  expect(await replace('r1', 11)).toMatchObject({
    execType: 'REJECTED',
    reason: 'RISK_POSITION_LIMIT',
  });
  expect(await replace('r2', 9)).toMatchObject({ execType: 'REPLACED', leavesQty: 9 });
  expect(await replace('r3', 10)).toMatchObject({ execType: 'REPLACED', leavesQty: 10 });
});

test('a price off the tick, a quantity off the lot and a LIMIT without a price are refused', async () => {
  await venue.ok('putSymbol', { ...SYMBOL, lotSize: 10 });
  const order = { account: 'ann', side: 'BUY', qty: 10, priceE4: 1_000_000 } as const;
  expect((await venue.order({ ...order, priceE4: 1_000_050 })).reason).toBe('INVALID_PRICE_TICK');
  expect((await venue.order({ ...order, qty: 15 })).reason).toBe('INVALID_QTY');
  expect((await venue.order({ ...order, type: 'MARKET' })).reason).toBe('INVALID_REQUEST');
  expect((await venue.order({ ...order, symbol: 'NONE' })).reason).toBe('UNKNOWN_SYMBOL');
  const half = { clOrdId: 'x', symbol: 'ACME', type: 'LIMIT', ...order, qty: 10.5 };
  expect(await venue.refused('submitOrder', half)).toBe('INVALID_REQUEST');
});

test('the kill switch takes every order out and keeps the account out until it is enabled', async () => {
  await venue.ok('putSymbol', { ...SYMBOL, symbol: 'OTHER' });
  await venue.order({ account: 'ann', side: 'SELL', qty: 1, priceE4: 1_000_000 });
  await venue.order({ account: 'ann', side: 'SELL', qty: 1, priceE4: 1_000_000, symbol: 'OTHER' });
  await venue.order({ account: 'bob', side: 'SELL', qty: 1, priceE4: 1_000_000 });
  const killed = await venue.ok('cancelAll', { account: 'ann', reason: 'test', disable: true });
  expect(killed).toMatchObject({
    canceledOrders: 2,
    symbols: [
      { symbol: 'ACME', seq: 3 },
      { symbol: 'OTHER', seq: 2 },
    ],
  });
  expect(await reasonOf('BUY', 1)).toBe('KILL_SWITCH');
  await limit({});
  expect(await reasonOf('BUY', 1)).toBeNull();
});

test('every risk refusal raises one alert that tells the limit and what breaks it', async () => {
  await limit({ maxPosition: 10, maxOrderQty: 20 });
  await reasonOf('SELL', 4);
  await reasonOf('SELL', 7);
  await reasonOf('SELL', 21);
  await reasonOf('BUY', 1, 1_300_000);
  await limit({ restrictedSymbols: ['ACME'] });
  const { auditSeq } = await venue.order({
    account: 'ann',
    side: 'BUY',
    qty: 1,
    priceE4: 1_000_000,
  });
  const { alerts } = await venue.ok<Alerts>('listAlerts', { account: 'ann' });
  expect(alerts).toMatchObject([
    { reason: 'RISK_POSITION_LIMIT', current: 4, attempted: 11, limit: 10, symbol: 'ACME' },
    { reason: 'RISK_MAX_ORDER_QTY', attempted: 21, limit: 20 },
    { reason: 'PRICE_COLLAR', current: 1_000_000, attempted: 1_300_000, limit: 1_200_000 },
    { reason: 'RISK_RESTRICTED', attempted: 1, limit: 0, auditSeq },
  ]);
  const later = await venue.ok<Alerts>('listAlerts', { account: 'ann', fromAuditSeq: auditSeq! });
  expect(later.alerts).toHaveLength(1);
});
