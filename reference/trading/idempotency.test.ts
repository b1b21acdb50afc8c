import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuditPage, ExecutionReport } from '../../spec/trading/messages.d.ts';
import { openTestVenue } from './testVenue.ts';
import type { TestVenue } from './testVenue.ts';

let venue: TestVenue;
beforeEach(async () => void (venue = await openTestVenue()));
afterEach(() => venue.close());

const ORDER = { account: 'ann', clOrdId: 'k1', side: 'SELL', priceE4: 1_000_000, qty: 5 } as const;
const lastAuditSeq = async () => (await venue.ok<AuditPage>('listAudit', {})).events.length;
const bare = ({ latencyNs: _, ...report }: ExecutionReport) => report;

test('an identical request returns the original report, whatever became of the order', async () => {
  const original = await venue.order(ORDER);
  await venue.order({ account: 'bob', side: 'BUY', priceE4: 1_000_000, qty: 5 });
  const events = await lastAuditSeq();
  expect(await venue.order(ORDER)).toEqual(bare(original));
  expect(await venue.order({ ...ORDER, tif: 'GTC', postOnly: false })).toEqual(bare(original));
  expect(await lastAuditSeq()).toBe(events);
});

test('a refused request is remembered as refused', async () => {
  const far = { ...ORDER, priceE4: 9_000_000 };
  const original = await venue.order(far);
  expect(original.reason).toBe('PRICE_COLLAR');
  expect(await venue.order(far)).toEqual(bare(original));
  expect(await venue.ok('listAlerts', { account: 'ann' })).toMatchObject({ alerts: [{}] });
});

test('another body under a used id is DUPLICATE_CLORDID, and the id stays the first one’s', async () => {
  const original = await venue.order(ORDER);
  const other = await venue.order({ ...ORDER, qty: 6 });
  expect(other).toMatchObject({
    ordStatus: 'REJECTED',
    reason: 'DUPLICATE_CLORDID',
    orderId: null,
  });
  expect(other.auditSeq).toBe(original.auditSeq! + 1);
  expect(await venue.order(ORDER)).toEqual(bare(original));
});

test('another account may use the same id', async () => {
  await venue.order(ORDER);
  expect(await venue.order({ ...ORDER, account: 'bob' })).toMatchObject({ ordStatus: 'NEW' });
});

test('identical requests in flight together make one order', async () => {
  const reports = await Promise.all(Array.from({ length: 10 }, () => venue.order(ORDER)));
  expect(new Set(reports.map(({ orderId, auditSeq }) => `${orderId} ${auditSeq}`)).size).toBe(1);
  expect(await venue.ok('getBook', { symbol: 'ACME' })).toMatchObject({
    asks: [{ qty: 5, orders: 1 }],
  });
});

test('submit and replace share the ids of an account', async () => {
  const { orderId } = await venue.order(ORDER);
  const request = { orderId, account: 'ann', newClOrdId: 'k2', qty: 3 };
  const replaced = await venue.ok<ExecutionReport>('replaceOrder', request);
  await venue.ok('cancelOrder', { orderId, account: 'ann' });
  expect(await venue.ok('replaceOrder', request)).toEqual(bare(replaced));
  expect(await venue.order({ ...ORDER, clOrdId: 'k2' })).toMatchObject({
    reason: 'DUPLICATE_CLORDID',
  });
  const clash = await venue.ok('replaceOrder', { ...request, newClOrdId: 'k1' });
  expect(clash).toMatchObject({
    ordStatus: 'REJECTED',
    reason: 'DUPLICATE_CLORDID',
    orderId: null,
  });
});

test('ids are known after a restart', async () => {
  const original = await venue.order(ORDER);
  await venue.reopen();
  expect(await venue.order(ORDER)).toEqual(bare(original));
  expect(await venue.order({ ...ORDER, qty: 6 })).toMatchObject({ reason: 'DUPLICATE_CLORDID' });
});
