import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import { openTestMarketplace, START_MS } from '../testing/testMarketplace.ts';
import type { TestMarketplace } from '../testing/testMarketplace.ts';

let market: TestMarketplace;
beforeEach(async () => {
  market = await openTestMarketplace();
  await market.putStock('p', 10);
});
afterEach(() => market.close());

const hold = (idempotencyKey: string, quantity: number) => ({
  idempotencyKey,
  customerId: 'ann',
  lines: [{ productId: 'p', quantity }],
});

test('fifty parallel sends of one request hold once, and all get the same reply', async () => {
  const sends = Array.from({ length: 50 }, () => market.call('reserve', hold('k', 1)));
  const replies = await Promise.all(sends);
  expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
  expect(await market.stock('p')).toMatchObject({ held: 1 });
});

test('the same key with another request or operation is refused, and changes nothing', async () => {
  await market.ok('reserve', hold('k', 1));
  const adjust = { idempotencyKey: 'k', productId: 'p', delta: 1 };
  expect(await market.code('reserve', hold('k', 2))).toBe('IDEMPOTENCY_KEY_REUSED');
  expect(await market.code('adjustStock', adjust)).toBe('IDEMPOTENCY_KEY_REUSED');
  expect(await market.stock('p')).toMatchObject({ onHand: 10, held: 1 });
});

test('what was refused without effect does not burn its key', async () => {
  expect(await market.code('reserve', hold('k', 11))).toBe('OUT_OF_STOCK');
  expect(await market.code('findKey', { idempotencyKey: 'k' })).toBe('UNKNOWN_KEY');
  expect(await market.code('reserve', hold('k', 10))).toBe('ok');
});

test('a key is kept for a day and more, across a restart, with what it made', async () => {
  const adjust = { idempotencyKey: 'a', productId: 'p', delta: 1 };
  const first = await market.ok<Reservation>('reserve', hold('k', 1));
  const adjusted = await market.call('adjustStock', adjust);
  await market.restart();
  await market.setClock(START_MS + 24 * 3_600_000);
  expect(await market.ok('reserve', hold('k', 1))).toEqual(first);
  expect(await market.call('adjustStock', adjust)).toEqual(adjusted);
  expect(await market.ok('findKey', { idempotencyKey: 'k' })).toEqual({
    idempotencyKey: 'k',
    state: 'completed',
    operation: 'reserve',
    reservationId: first.reservationId,
    orderId: null,
  });
});
