import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Order } from '../../../spec/marketplace/messages.d.ts';
import type { Answer } from '../../kit/service.ts';
import { openTestMarketplace, START_MS } from '../testing/testMarketplace.ts';
import type { TestMarketplace } from '../testing/testMarketplace.ts';

let market: TestMarketplace;
let reservationId: string;
beforeEach(async () => {
  market = await openTestMarketplace();
  await market.putStock('p', 10);
  ({ reservationId } = await market.hold('p', 2));
});
afterEach(() => market.close());

const orderOf = (answer: Answer) => ('output' in answer ? answer.output : answer.problem) as Order;
const idsOf = (answer: Answer) => ({ orderId: orderOf(answer).orderId });

describe('an order', () => {
  test('is paid with one charge, and its units are sold', async () => {
    const order = orderOf(await market.pay([reservationId]));
    expect(order).toMatchObject({ state: 'PAID', amountMinor: 1000, cancelReason: null });
    expect([...market.world.charges]).toEqual([[order.orderId, 'approved']]);
    expect(await market.reservation(reservationId)).toMatchObject({
      state: 'CONFIRMED',
      orderId: order.orderId,
    });
    expect(await market.stock('p')).toMatchObject({ held: 0, confirmed: 2 });
    expect(orderOf(await market.pay([reservationId]))).toEqual(order);
  });

  test('that is declined is cancelled and its units are free, and the reply is kept', async () => {
    market.world.behave = () => 'decline';
    const answer = await market.pay([reservationId]);
    expect(answer).toMatchObject({ problem: { code: 'PAYMENT_DECLINED' } });
    const { orderId } = orderOf(answer);
    expect(await market.order(orderId)).toMatchObject({
      state: 'CANCELLED',
      cancelReason: 'payment-declined',
    });
    expect(await market.stock('p')).toMatchObject({ available: 10 });
    expect(await market.pay([reservationId])).toEqual(answer);
    expect(market.world.calls).toEqual(['create']);
  });

  test('of a payment service with a problem is cancelled, its units stay held and its key is free', async () => {
    market.world.behave = (act) => (act === 'create' ? 'fail' : 'answer');
    const answer = await market.pay([reservationId]);
    expect(answer).toMatchObject({ problem: { code: 'PAYMENTS_UNAVAILABLE' } });
    expect(await market.reservation(reservationId)).toMatchObject({ state: 'HELD', orderId: null });
    expect(await market.order(orderOf(answer).orderId)).toMatchObject({
      state: 'CANCELLED',
      cancelReason: 'payment-unavailable',
    });
    market.world.behave = () => 'answer';
    expect(orderOf(await market.pay([reservationId]))).toMatchObject({ state: 'PAID' });
  });

  test('whose charge was booked without an answer is found out to be paid', async () => {
    market.world.behave = (act) => (act === 'create' ? 'book' : 'answer');
    expect(orderOf(await market.pay([reservationId]))).toMatchObject({ state: 'PAID' });
    expect(market.world.calls).toEqual(['create', 'get']);
  });

  test('whose charge never arrived is voided and cancelled, and its units are free', async () => {
    market.world.behave = (act) => (act === 'create' ? 'silence' : 'answer');
    const order = orderOf(await market.pay([reservationId]));
    expect(order).toMatchObject({ state: 'CANCELLED', cancelReason: 'payment-unavailable' });
    expect([...market.world.charges.values()]).toEqual(['voided']);
    expect(await market.stock('p')).toMatchObject({ available: 10 });
  });

  test('is PENDING while its charge is not known, keeps its units, and is resolved after a restart', async () => {
    market.world.behave = (act) => (act === 'create' ? 'book' : 'fail');
    const pending = orderOf(await market.pay([reservationId]));
    expect(pending).toMatchObject({ state: 'PENDING' });
    const key = { idempotencyKey: `pay-${reservationId}` };
    expect(await market.ok('findKey', key)).toMatchObject({ state: 'in-progress' });
    expect(orderOf(await market.pay([reservationId]))).toEqual(pending);
    const ann = { reservationId, customerId: 'ann' };
    expect(await market.code('releaseReservation', ann)).toBe('INVALID_STATE');
    await market.setClock(START_MS + 900_000);
    expect(await market.stock('p')).toMatchObject({ held: 2 });
    market.world.behave = () => 'answer';
    await market.restart();
    const { orderId } = pending;
    await expect.poll(() => market.order(orderId)).toMatchObject({ state: 'PAID' });
    expect(await market.ok('findKey', key)).toMatchObject({ state: 'completed', orderId });
    expect(await market.stock('p')).toMatchObject({ held: 0, confirmed: 2 });
  });

  test('takes held reservations of its customer only, and asks for no charge otherwise', async () => {
    const { reservationId: foreign } = await market.hold('p', 1, { customerId: 'eve' });
    const { reservationId: sold } = await market.hold('p', 1);
    await market.ok('confirmReservation', { reservationId: sold, customerId: 'ann' });
    const { reservationId: due } = await market.hold('p', 1, { ttlMs: 1000 });
    await market.setClock(START_MS + 1000);
    const codes = [];
    for (const id of [foreign, sold, due, 'none']) {
      const answer = await market.pay([id, reservationId]);
      codes.push('problem' in answer && answer.problem.code);
    }
    expect(codes).toEqual([
      'FOREIGN_RESERVATION',
      'INVALID_STATE',
      'RESERVATION_EXPIRED',
      'UNKNOWN_RESERVATION',
    ]);
    expect(market.world.calls).toEqual([]);
  });

  test('pays for several reservations of one product in one step', async () => {
    const { reservationId: other } = await market.hold('p', 3);
    market.world.behave = () => 'decline';
    await market.pay([reservationId, other]);
    expect(await market.stock('p')).toMatchObject({ available: 10, held: 0 });
  });
});

describe('a paid order', () => {
  test('is shipped once: its units are gone', async () => {
    const id = idsOf(await market.pay([reservationId]));
    for (const again of ['first', 'again']) {
      expect([again, await market.ok('shipOrder', id)]).toMatchObject([
        again,
        { state: 'FULFILLED' },
      ]);
    }
    expect(await market.stock('p')).toMatchObject({ onHand: 8, confirmed: 0, shipped: 2 });
    expect(await market.code('cancelOrder', id)).toBe('INVALID_STATE');
  });

  test('is cancelled once: its units are free, and its charge is voided as soon as that can be', async () => {
    const id = idsOf(await market.pay([reservationId]));
    market.world.behave = () => 'fail';
    for (let times = 0; times < 2; times++) {
      expect(await market.ok('cancelOrder', id)).toMatchObject({
        state: 'CANCELLED',
        cancelReason: 'requested',
      });
    }
    expect(await market.stock('p')).toMatchObject({ available: 10, confirmed: 0 });
    expect(await market.code('shipOrder', id)).toBe('INVALID_STATE');
    market.world.behave = () => 'answer';
    await market.restart();
    await expect.poll(() => market.world.charges.get(id.orderId)).toBe('voided');
  });
});

describe('admission', () => {
  test('beyond the limit orders are refused at once, and everything else is served', async () => {
    await market.ok('putAdmission', { maxOrdersInProgress: 1 });
    const { reservationId: other } = await market.hold('p', 1);
    market.world.behave = (act) => (act === 'create' ? 'book' : 'answer');
    const waiting = market.pay([reservationId]);
    expect(await market.pay([other])).toMatchObject({
      problem: { code: 'OVERLOADED' },
      headers: { 'Retry-After': '1' },
    });
    expect(await market.hold('p', 1)).toMatchObject({ state: 'HELD' });
    expect(orderOf(await waiting)).toMatchObject({ state: 'PAID' });
    market.world.behave = () => 'answer';
    expect(orderOf(await market.pay([other]))).toMatchObject({ state: 'PAID' });
  });

  test('the limit is kept across a restart', async () => {
    await market.ok('putAdmission', { maxOrdersInProgress: 1 });
    await market.restart();
    const { reservationId: other } = await market.hold('p', 1);
    const replies = await Promise.all([market.pay([reservationId]), market.pay([other])]);
    expect(replies.map((reply) => 'problem' in reply && reply.problem.code)).toEqual([
      false,
      'OVERLOADED',
    ]);
  });
});
