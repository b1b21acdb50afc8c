import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SymbolReport } from '../../spec/trading/messages.d.ts';
import { SYMBOL, openTestVenue } from './testVenue.ts';
import type { TestVenue } from './testVenue.ts';

/** Trades between 950 000 and 1 050 000. */
const BAND = { bandBps: 500, limitStateMs: 15_000, haltMs: 300_000 };
const START_MS = 1_000_000;

let venue: TestVenue;
beforeEach(async () => {
  venue = await openTestVenue();
  await venue.ok('putSymbol', { ...SYMBOL, band: BAND });
});
afterEach(() => venue.close());

const stateOf = async () => (await venue.ok<SymbolReport>('getSymbol', { symbol: 'ACME' })).state;
const setClock = (nowMs: number) => venue.ok('setClock', { nowMs });
const sell = (priceE4: number, qty = 5) =>
  venue.order({ account: 'ann', side: 'SELL', priceE4, qty });
const buy = (priceE4: number, qty = 5) =>
  venue.order({ account: 'bob', side: 'BUY', priceE4, qty });

async function enterLimitState(): Promise<void> {
  await sell(1_060_000);
  await buy(1_060_000);
}

test('a trade outside the band does not happen, and the symbol enters LIMIT_STATE', async () => {
  await sell(1_050_000, 2);
  await sell(1_060_000);
  const report = await buy(1_060_000);
  expect(report).toMatchObject({
    ordStatus: 'CANCELED',
    reason: 'LIMIT_BAND',
    cumQty: 2,
    leavesQty: 0,
  });
  expect(await stateOf()).toBe('LIMIT_STATE');
  expect(await venue.ok('getBook', { symbol: 'ACME' })).toMatchObject({
    asks: [{ priceE4: 1_060_000, qty: 5 }],
  });
});

test('a remainder priced outside the band is cancelled, and that alone changes no state', async () => {
  expect(await buy(1_060_000)).toMatchObject({ ordStatus: 'CANCELED', reason: 'LIMIT_BAND' });
  expect(await sell(940_000)).toMatchObject({ ordStatus: 'CANCELED', reason: 'LIMIT_BAND' });
  expect(await stateOf()).toBe('OPEN');
});

test('a trade inside the band ends LIMIT_STATE', async () => {
  await enterLimitState();
  await sell(1_000_000);
  expect(await stateOf()).toBe('LIMIT_STATE');
  await buy(1_000_000);
  expect(await stateOf()).toBe('OPEN');
});

test('limit state, halt and resumption happen at their deadlines, and not a millisecond earlier', async () => {
  await enterLimitState();
  const feed = await venue.messages('ACME');
  await setClock(START_MS + 14_999);
  expect(await stateOf()).toBe('LIMIT_STATE');
  await setClock(START_MS + 15_000);
  expect(await stateOf()).toBe('HALTED');
  expect(await buy(1_000_000)).toMatchObject({ ordStatus: 'REJECTED', reason: 'HALTED' });
  await setClock(START_MS + 314_999);
  expect(await stateOf()).toBe('HALTED');
  await setClock(START_MS + 315_000);
  expect(await stateOf()).toBe('OPEN');
  expect(feed.map(({ state, seq }) => [state, seq])).toEqual([
    ['LIMIT_STATE', 2],
    ['HALTED', 3],
    ['OPEN', 4],
  ]);
});

test('deadlines hold across a restart, also when they pass while the venue is down', async () => {
  await enterLimitState();
  await venue.reopen({ clockMs: START_MS + 15_000 });
  expect(await stateOf()).toBe('HALTED');
  await venue.reopen({ clockMs: START_MS + 315_000 });
  expect(await venue.ok('getSymbol', { symbol: 'ACME' })).toMatchObject({ state: 'OPEN', seq: 4 });
});

test('the clock does not go back over a restart', async () => {
  await setClock(START_MS + 500);
  await venue.reopen();
  expect(await venue.refused('setClock', { nowMs: START_MS + 499 })).toBe('CLOCK_BACKWARDS');
});

test('a halt by hand refuses orders and replaces, lets cancels through, and is only prolonged', async () => {
  const { orderId } = await sell(1_000_000);
  await venue.ok('haltSymbol', { symbol: 'ACME', reason: 'news', haltMs: 1000 });
  expect(await buy(1_000_000)).toMatchObject({ reason: 'HALTED', orderId: null });
  const replace = { orderId, account: 'ann', newClOrdId: 'r', qty: 1 };
  expect(await venue.ok('replaceOrder', replace)).toMatchObject({
    execType: 'REJECTED',
    reason: 'HALTED',
    ordStatus: 'NEW',
  });
  await venue.ok('haltSymbol', { symbol: 'ACME', reason: 'news', haltMs: 10 });
  await setClock(START_MS + 999);
  expect(await stateOf()).toBe('HALTED');
  await venue.ok('cancelOrder', { orderId, account: 'ann' });
  await setClock(START_MS + 1000);
  expect(await stateOf()).toBe('OPEN');
});

test('a halt without an end lasts until it is resumed', async () => {
  await venue.ok('haltSymbol', { symbol: 'ACME', reason: 'news' });
  await setClock(START_MS + 10 ** 9);
  expect(await stateOf()).toBe('HALTED');
  expect(await venue.ok('resumeSymbol', { symbol: 'ACME', reason: 'over' })).toMatchObject({
    state: 'OPEN',
  });
});
