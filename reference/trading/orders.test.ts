import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Book, ExecutionReport, Positions } from '../../spec/trading/messages.d.ts';
import { SYMBOL, openTestVenue } from './testVenue.ts';
import type { TestVenue } from './testVenue.ts';

let venue: TestVenue;
beforeEach(async () => void (venue = await openTestVenue()));
afterEach(() => venue.close());

const sell = (account: string, priceE4: number, qty: number) =>
  venue.order({ account, side: 'SELL', priceE4, qty });
const buy = (account: string, priceE4: number, qty: number) =>
  venue.order({ account, side: 'BUY', priceE4, qty });
const asks = async () => (await venue.ok<Book>('getBook', { symbol: 'ACME' })).asks;
const seq = async () => (await venue.ok<Book>('getBook', { symbol: 'ACME' })).seq;

test('an incoming order trades at the resting prices, best first, and its remainder rests', async () => {
  const dear = await sell('ann', 1_000_200, 5);
  const cheap = await sell('ann', 1_000_000, 5);
  const report = await buy('bob', 1_000_200, 12);
  expect(report).toMatchObject({
    ordStatus: 'PARTIALLY_FILLED',
    execType: 'TRADE',
    cumQty: 10,
    leavesQty: 2,
    fills: [
      { priceE4: 1_000_000, qty: 5, makerOrderId: cheap.orderId },
      { priceE4: 1_000_200, qty: 5, makerOrderId: dear.orderId },
    ],
  });
  expect(await venue.ok('getBook', { symbol: 'ACME' })).toMatchObject({
    bids: [{ priceE4: 1_000_200, qty: 2, orders: 1 }],
    asks: [],
  });
});

test('the latencies of a report are of this reply: the journal has none', async () => {
  const { latencyNs, auditSeq, ...report } = await sell('ann', 1_000_000, 1);
  expect(latencyNs!.total).toBeGreaterThan(0);
  const { events } = await venue.ok<{ events: { output: object }[] }>('listAudit', {
    fromSeq: auditSeq!,
  });
  expect(events[0]!.output).toEqual({ auditSeq, ...report });
});

test('an IOC remainder, a MARKET remainder and an unfillable FOK do not rest, and say why', async () => {
  await sell('ann', 1_000_000, 5);
  const fok = await venue.order({
    account: 'bob',
    side: 'BUY',
    priceE4: 1_000_000,
    qty: 6,
    tif: 'FOK',
  });
  expect(fok).toMatchObject({
    ordStatus: 'CANCELED',
    reason: 'FOK_UNFILLABLE',
    cumQty: 0,
    leavesQty: 0,
  });
  expect(await seq()).toBe(1);
  const ioc = await venue.order({
    account: 'bob',
    side: 'BUY',
    priceE4: 1_000_000,
    qty: 3,
    tif: 'IOC',
  });
  expect(ioc).toMatchObject({ ordStatus: 'FILLED', reason: null });
  const market = await venue.order({ account: 'bob', side: 'BUY', type: 'MARKET', qty: 9 });
  expect(market).toMatchObject({
    ordStatus: 'CANCELED',
    reason: 'NO_LIQUIDITY',
    cumQty: 2,
    priceE4: null,
  });
  const again = await venue.order({
    account: 'bob',
    side: 'BUY',
    priceE4: 1_000_000,
    qty: 1,
    tif: 'IOC',
  });
  expect(again).toMatchObject({
    ordStatus: 'CANCELED',
    execType: 'CANCELED',
    reason: 'IOC',
    cumQty: 0,
  });
  expect(await venue.ok<Positions>('getPositions', { account: 'bob' })).toMatchObject({
    positions: [{ netQty: 5, openBuyQty: 0, openSellQty: 0, realizedNotionalE4: -5_000_000 }],
  });
});

test('self-trade prevention that cancels the maker lists it and trades on', async () => {
  const own = await sell('bob', 1_000_000, 5);
  await sell('ann', 1_000_000, 5);
  const report = await venue.order({
    account: 'bob',
    side: 'BUY',
    priceE4: 1_000_000,
    qty: 5,
    stp: 'CANCEL_MAKER',
  });
  expect(report).toMatchObject({
    ordStatus: 'FILLED',
    canceledOrders: [{ orderId: own.orderId, clOrdId: own.clOrdId, qty: 5, reason: 'SELF_TRADE' }],
  });
  const read = await venue.ok('getOrder', { account: 'bob', clOrdId: own.clOrdId });
  expect(read).toMatchObject({ ordStatus: 'CANCELED', reason: 'SELF_TRADE', leavesQty: 0 });
});

test('a post-only order that would trade is rejected and reserves nothing', async () => {
  await sell('ann', 1_000_000, 5);
  const report = await venue.order({
    account: 'bob',
    side: 'BUY',
    priceE4: 1_000_000,
    qty: 5,
    postOnly: true,
  });
  expect(report).toMatchObject({
    ordStatus: 'REJECTED',
    reason: 'POST_ONLY_WOULD_CROSS',
    orderId: null,
  });
  expect(await venue.ok('getPositions', { account: 'bob' })).toMatchObject({ positions: [] });
});

const replace = (order: ExecutionReport, newClOrdId: string, change: object) =>
  venue.ok<ExecutionReport>('replaceOrder', {
    orderId: order.orderId,
    account: order.account,
    newClOrdId,
    ...change,
  });

test('a replace counts the new total, keeps the place for less and loses it for more', async () => {
  const first = await sell('ann', 1_000_000, 10);
  const second = await sell('bob', 1_000_000, 10);
  await buy('cat', 1_000_000, 4);
  expect(await replace(first, 'r1', { qty: 6 })).toMatchObject({
    leavesQty: 2,
    orderQty: 6,
    cumQty: 4,
  });
  const taken = await buy('cat', 1_000_000, 1);
  expect(taken.fills[0]!.makerOrderId).toBe(first.orderId);
  await replace(first, 'r2', { qty: 20 });
  const next = await buy('cat', 1_000_000, 1);
  expect(next.fills[0]!.makerOrderId).toBe(second.orderId);
});

test('a replace to what has traded ends the order, and one below it cancels', async () => {
  await sell('ann', 1_000_000, 10);
  const second = await sell('ann', 1_000_000, 10);
  await buy('bob', 1_000_000, 14);
  expect(await replace(second, 'r1', { qty: 4 })).toMatchObject({
    ordStatus: 'FILLED',
    leavesQty: 0,
  });
  expect(await replace(await sell('ann', 1_000_000, 3), 'r2', { qty: 1 })).toMatchObject({
    leavesQty: 1,
  });
  const partly = await sell('ann', 1_000_500, 10);
  await venue.ok('cancelAll', { account: 'bob', reason: 'test' });
  await buy('bob', 1_000_500, 6);
  const below = await replace(partly, 'r3', { qty: 2 });
  expect(below).toMatchObject({
    ordStatus: 'CANCELED',
    reason: 'REPLACED_BELOW_FILLED',
    cumQty: 5,
  });
  expect(await asks()).toEqual([]);
});

test('a replace to a marketable price trades at once, and a refused one leaves the order as it was', async () => {
  const offer = await sell('ann', 1_000_500, 10);
  await buy('bob', 1_000_000, 4);
  const refused = await replace(offer, 'r1', { priceE4: 5_000_000 });
  expect(refused).toMatchObject({
    execType: 'REJECTED',
    reason: 'PRICE_COLLAR',
    ordStatus: 'NEW',
    leavesQty: 10,
    priceE4: 1_000_500,
  });
  const moved = await replace(offer, 'r2', { priceE4: 1_000_000 });
  expect(moved).toMatchObject({
    execType: 'REPLACED',
    ordStatus: 'PARTIALLY_FILLED',
    cumQty: 4,
    leavesQty: 6,
  });
  expect(await asks()).toEqual([{ priceE4: 1_000_000, qty: 6, orders: 1 }]);
  const read = await venue.ok('getOrder', { account: 'ann', clOrdId: 'r2' });
  expect(read).toMatchObject({ orderId: offer.orderId, leavesQty: 6, clOrdId: 'r2' });
});

test('a cancel of an unknown, a foreign and a terminal order is refused and sequenced', async () => {
  const order = await sell('ann', 1_000_000, 1);
  const cancel = (account: string, orderId: string | null) =>
    venue.refused('cancelOrder', { account, orderId });
  expect(await cancel('ann', 'O999')).toBe('UNKNOWN_ORDER');
  expect(await cancel('ann', 'nonsense')).toBe('UNKNOWN_ORDER');
  expect(await cancel('bob', order.orderId)).toBe('UNKNOWN_ORDER');
  await venue.ok('cancelOrder', { account: 'ann', orderId: order.orderId });
  expect(await cancel('ann', order.orderId)).toBe('TOO_LATE_TO_CANCEL');
  const { events } = await venue.ok<{ events: object[] }>('listAudit', { fromSeq: 6 });
  expect(events).toMatchObject([
    { operation: 'cancelOrder', symbol: null, output: { code: 'UNKNOWN_ORDER', auditSeq: 6 } },
    { operation: 'cancelOrder', symbol: null, output: { code: 'UNKNOWN_ORDER', auditSeq: 7 } },
    { operation: 'cancelOrder', symbol: null, account: 'bob', output: { auditSeq: 8 } },
    { operation: 'cancelOrder', symbol: 'ACME', output: { ordStatus: 'CANCELED' } },
    { operation: 'cancelOrder', symbol: 'ACME', output: { code: 'TOO_LATE_TO_CANCEL' } },
  ]);
});

test('at the end of the session DAY orders expire and GTC orders keep their place', async () => {
  const day = await venue.order({
    account: 'ann',
    side: 'SELL',
    priceE4: 1_000_000,
    qty: 1,
    tif: 'DAY',
  });
  await sell('ann', 1_000_000, 2);
  await venue.ok('endSession', { symbol: 'ACME' });
  const read = await venue.ok('getOrder', { account: 'ann', clOrdId: day.clOrdId });
  expect(read).toMatchObject({ ordStatus: 'EXPIRED', reason: 'SESSION_END', leavesQty: 0 });
  expect(await asks()).toEqual([{ priceE4: 1_000_000, qty: 2, orders: 1 }]);
});

test('a finer tick takes over the resting orders in their places', async () => {
  const first = await sell('ann', 1_000_000, 1);
  const second = await sell('bob', 1_000_000, 1);
  const before = await venue.ok('getBook', { symbol: 'ACME' });
  await venue.ok('putSymbol', { ...SYMBOL, tickSizeE4: 30 });
  expect(await venue.ok('getBook', { symbol: 'ACME' })).toEqual(before);
  const taker = await buy('cat', 1_000_020, 2);
  expect(taker.fills.map(({ makerOrderId }) => makerOrderId)).toEqual([
    first.orderId,
    second.orderId,
  ]);
});

test('the feed goes on from a snapshot or from any event that is still there', async () => {
  await sell('ann', 1_000_000, 3);
  const live = await venue.messages('ACME');
  const early = await venue.messages('ACME', 1);
  const ahead = await venue.messages('ACME', 4);
  await buy('bob', 1_000_000, 2);
  await buy('bob', 999_900, 2);
  await venue.ok('cancelAll', { account: 'bob', reason: 'test' });
  const types = (messages: Record<string, unknown>[]) =>
    messages.map((m) => `${m['type']} ${m['seq']}`);
  expect(types(live)).toEqual(['SNAPSHOT 1', 'EXECUTE 2', 'ADD 3', 'DELETE 4']);
  expect(types(early)).toEqual(['ADD 1', 'EXECUTE 2', 'ADD 3', 'DELETE 4']);
  expect(types(ahead)).toEqual(['DELETE 4']);
  expect(JSON.stringify([live, early])).not.toMatch(/ann|bob|"c\d|account|clOrdId/);
});
