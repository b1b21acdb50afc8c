import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Reservation, Stock } from '../../spec/marketplace/messages.d.ts';
import { openTestMarketplace, START_MS } from './testing/testMarketplace.ts';
import type { TestMarketplace } from './testing/testMarketplace.ts';

let market: TestMarketplace;
beforeEach(async () => void (market = await openTestMarketplace()));
afterEach(() => market.close());

const ann = (reservationId: string) => ({ reservationId, customerId: 'ann' });
const counts = async (productId: string) => {
  const { onHand, available, held, confirmed, shipped } = await market.stock(productId);
  return [onHand, available, held, confirmed, shipped];
};

describe('stock', () => {
  test('is set and adjusted, and each change has a greater version, which is the ETag', async () => {
    const put = await market.call('putStock', { productId: 'p', onHand: 5 });
    expect(put).toMatchObject({ output: { version: 1, onHand: 5 }, headers: { ETag: '"1"' } });
    const adjust = { productId: 'p', delta: -2, idempotencyKey: 'k' };
    const adjusted = await market.call('adjustStock', adjust);
    expect(adjusted).toMatchObject({ output: { version: 2, onHand: 3 }, headers: { ETag: '"2"' } });
  });

  test('is not set on a version that is not the present one, also by the second of two at once', async () => {
    await market.putStock('p', 5);
    const put = (onHand: number) => ({ productId: 'p', onHand, ifMatch: '"1"' });
    const [first, second] = await Promise.all([
      market.call('putStock', put(6)),
      market.call('putStock', put(7)),
    ]);
    expect(first).toMatchObject({ output: { onHand: 6 } });
    expect(second).toMatchObject({
      problem: { code: 'VERSION_MISMATCH', version: 2 },
      headers: { ETag: '"2"' },
    });
  });

  test('has version 0 where there is no record, which a refused write does not make', async () => {
    const put = (ifMatch: string) => ({ productId: 'p', onHand: 5, ifMatch });
    expect(await market.call('putStock', put('"1"'))).toMatchObject({
      problem: { code: 'VERSION_MISMATCH', version: 0 },
      headers: { ETag: '"0"' },
    });
    expect(await market.code('getStock', { productId: 'p' })).toBe('UNKNOWN_PRODUCT');
    const codes = [market.code('putStock', put('"0"')), market.code('putStock', put('"0"'))];
    expect(await Promise.all(codes)).toEqual(['ok', 'VERSION_MISMATCH']);
  });

  test('is never below what is promised, nor above the limit', async () => {
    await market.putStock('p', 5);
    const first = await market.hold('p', 2);
    await market.hold('p', 1);
    await market.ok('confirmReservation', ann(first.reservationId));
    const adjust = (delta: number) => ({ productId: 'p', delta, idempotencyKey: `k${delta}` });
    expect(await market.code('putStock', { productId: 'p', onHand: 2 })).toBe('NEGATIVE_STOCK');
    expect(await market.code('adjustStock', adjust(-3))).toBe('NEGATIVE_STOCK');
    expect(await market.code('adjustStock', adjust(1e9 - 4))).toBe('INVALID_REQUEST');
    expect(await market.code('adjustStock', adjust(-2))).toBe('ok');
    expect(await counts('p')).toEqual([3, 0, 1, 2, 0]);
  });

  test('of a product that never had any is unknown', async () => {
    expect(await market.code('getStock', { productId: 'p' })).toBe('UNKNOWN_PRODUCT');
    const adjust = { productId: 'p', delta: 1, idempotencyKey: 'k' };
    expect(await market.code('adjustStock', adjust)).toBe('UNKNOWN_PRODUCT');
  });
});

describe('reservations', () => {
  test('of a thousand who want one of a hundred at once, a hundred get it', async () => {
    await market.putStock('p', 100);
    const held = await Promise.allSettled(Array.from({ length: 1000 }, () => market.hold('p', 1)));
    expect(held.filter(({ status }) => status === 'fulfilled')).toHaveLength(100);
    expect(await counts('p')).toEqual([100, 0, 100, 0, 0]);
  });

  test('hold all lines or none, and each product in one line', async () => {
    await market.putStock('p', 5);
    await market.putStock('q', 1);
    const lines = (...quantities: [string, number][]) => ({
      idempotencyKey: 'k',
      customerId: 'ann',
      lines: quantities.map(([productId, quantity]) => ({ productId, quantity })),
    });
    const refused = await market.refused('reserve', lines(['p', 1], ['q', 2]));
    expect(refused).toMatchObject({ code: 'OUT_OF_STOCK', productId: 'q', available: 1 });
    expect(await market.code('reserve', lines(['p', 1], ['p', 2]))).toBe('INVALID_REQUEST');
    expect(await market.code('reserve', lines(['p', 1], ['none', 1]))).toBe('UNKNOWN_PRODUCT');
    expect(await counts('p')).toEqual([5, 5, 0, 0, 0]);
  });

  test('count against the limit of a customer until they are released or expire', async () => {
    await market.putStock('p', 50, { perCustomerLimit: 3 });
    const first = await market.hold('p', 2);
    const lines = [{ productId: 'p', quantity: 2 }];
    const again = { idempotencyKey: 'k', customerId: 'ann', lines };
    expect(await market.code('reserve', again)).toBe('LIMIT_PER_CUSTOMER');
    await market.ok('releaseReservation', ann(first.reservationId));
    expect(await market.code('reserve', again)).toBe('ok');
    await market.setClock(START_MS + 900_000);
    expect(await market.hold('p', 3)).toMatchObject({ state: 'HELD' });
  });

  test('are confirmed and released once, and nothing else leads out of a final state', async () => {
    await market.putStock('p', 10);
    const { reservationId: sold } = await market.hold('p', 1);
    const { reservationId: freed } = await market.hold('p', 2);
    await market.ok('confirmReservation', ann(sold));
    await market.ok('releaseReservation', ann(freed));
    const { version } = await market.stock('p');
    expect(await market.code('confirmReservation', ann(sold))).toBe('ok');
    expect(await market.code('releaseReservation', ann(freed))).toBe('ok');
    expect(await market.code('releaseReservation', ann(sold))).toBe('INVALID_STATE');
    expect(await market.code('confirmReservation', ann(freed))).toBe('INVALID_STATE');
    const extend = { ...ann(sold), ttlMs: 1000 };
    expect(await market.code('extendReservation', extend)).toBe('INVALID_STATE');
    expect(await market.stock('p')).toMatchObject({ version, confirmed: 1, held: 0 });
  });

  test('are changed by their customer only', async () => {
    await market.putStock('p', 10);
    const { reservationId } = await market.hold('p', 1);
    const eve = { reservationId, customerId: 'eve' };
    for (const operation of ['confirmReservation', 'releaseReservation']) {
      expect(await market.code(operation, eve)).toBe('FOREIGN_RESERVATION');
    }
    const extend = { ...eve, ttlMs: 1000 };
    expect(await market.code('extendReservation', extend)).toBe('FOREIGN_RESERVATION');
    expect(await market.code('confirmReservation', ann('none'))).toBe('UNKNOWN_RESERVATION');
  });

  test('tell the version that the stock had after their last change to it', async () => {
    await market.putStock('p', 10);
    const held = await market.hold('p', 1);
    await market.hold('p', 1);
    const confirmed = await market.ok<Reservation>('confirmReservation', ann(held.reservationId));
    expect([held, confirmed].map(({ lines }) => lines[0]?.version)).toEqual([2, 4]);
  });
});

describe('deadlines', () => {
  test('a millisecond before it is held, and from the deadline on the next buyer has it', async () => {
    await market.putStock('p', 1);
    const { reservationId, expiresAtMs } = await market.hold('p', 1);
    expect(expiresAtMs).toBe(START_MS + 900_000);
    await market.setClock(expiresAtMs - 1);
    expect(await counts('p')).toEqual([1, 0, 1, 0, 0]);
    await market.setClock(expiresAtMs);
    expect(await market.reservation(reservationId)).toMatchObject({ state: 'EXPIRED' });
    expect(await counts('p')).toEqual([1, 1, 0, 0, 0]);
    const due = ['confirmReservation', 'releaseReservation', 'extendReservation'].map((operation) =>
      market.code(operation, {
        ...ann(reservationId),
        ...(operation === 'extendReservation' ? { ttlMs: 1000 } : {}),
      }),
    );
    expect(new Set(await Promise.all(due))).toEqual(new Set(['RESERVATION_EXPIRED']));
    expect(await market.hold('p', 1)).toMatchObject({ state: 'HELD' });
  });

  test('an extended reservation expires at the new deadline only', async () => {
    await market.putStock('p', 1);
    const { reservationId } = await market.hold('p', 1, { ttlMs: 1000 });
    await market.ok('extendReservation', { ...ann(reservationId), ttlMs: 5000 });
    await market.setClock(START_MS + 4999);
    expect(await market.reservation(reservationId)).toMatchObject({ state: 'HELD' });
    await market.setClock(START_MS + 5000);
    expect(await market.reservation(reservationId)).toMatchObject({ state: 'EXPIRED' });
  });

  test('what was decided in the same turn counts before the deadline does', async () => {
    await market.putStock('p', 3, { perCustomerLimit: 2 });
    const { reservationId, expiresAtMs } = await market.hold('p', 1);
    const [confirmed, , held] = await Promise.all([
      market.code('confirmReservation', ann(reservationId)),
      market.setClock(expiresAtMs),
      market.hold('p', 1),
    ]);
    expect([confirmed, held.state]).toEqual(['ok', 'HELD']);
    expect(await counts('p')).toEqual([3, 1, 1, 1, 0]);
    await expect(market.hold('p', 1)).rejects.toThrow('LIMIT_PER_CUSTOMER');
  });
});

type Step = [act: string, productId: string, value: number];

test('whatever is done in whatever order, the stock is what the reservations say', async () => {
  const act = fc.constantFrom('hold', 'confirm', 'release', 'adjust', 'clock', 'put');
  const step = fc.tuple(act, fc.constantFrom('p', 'q'), fc.nat(9));
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const prefix = `r${++run}`;
      const products = [`${prefix}-p`, `${prefix}-q`];
      for (const productId of products) await market.putStock(productId, 20);
      const made: string[] = [];
      const nowMs = START_MS + run * 10_000_000;
      for (let first = 0; first < steps.length; first += 3) {
        const together = steps.slice(first, first + 3);
        await Promise.all(together.map((one, at) => perform(one, `${prefix}-${first + at}`)));
      }

      async function perform([name, product, value]: Step, idempotencyKey: string) {
        const productId = `${prefix}-${product}`;
        const target = ann(made[value % (made.length || 1)] ?? 'none');
        if (name === 'clock') return market.setClock(nowMs + value * 1000);
        if (name === 'put') return market.call('putStock', { productId, onHand: value * 3 });
        if (name === 'adjust') {
          return market.call('adjustStock', { productId, delta: value - 4, idempotencyKey });
        }
        if (name !== 'hold') return market.call(`${name}Reservation`, target);
        const lines = [{ productId, quantity: value + 1 }];
        const input = { idempotencyKey, customerId: 'ann', lines, ttlMs: 1000 + value * 500 };
        const answer = await market.call('reserve', input);
        if ('output' in answer) made.push((answer.output as Reservation).reservationId);
        return answer;
      }

      const reservations = await Promise.all(made.map(market.reservation));
      const unitsOf = (productId: string, state: string) =>
        reservations
          .filter((reservation) => reservation.state === state)
          .flatMap(({ lines }) => lines.filter((line) => line.productId === productId))
          .reduce((sum, { quantity }) => sum + quantity, 0);
      for (const productId of products) {
        const stock: Stock = await market.stock(productId);
        expect(stock.held).toBe(unitsOf(productId, 'HELD'));
        expect(stock.confirmed).toBe(unitsOf(productId, 'CONFIRMED'));
        expect(stock.onHand).toBe(stock.available + stock.held + stock.confirmed);
        expect(stock.available).toBeGreaterThanOrEqual(0);
      }
    }),
    { numRuns: 60 },
  );
});
