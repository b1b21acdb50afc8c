import { beforeEach, expect, test } from 'vitest';
import { callMarketWorld } from '../testing/callMarketWorld.ts';
import type { CalledWorld } from '../testing/callMarketWorld.ts';

let called: CalledWorld;
beforeEach(() => {
  called = callMarketWorld();
});
const get = (productId: string) => called.call('getItem', { productId });
const price = (productId: string, priceMinor: number) =>
  called.call('putItemPrice', { productId, priceMinor });

test('every product is there by itself, and has the price and policy of the contract', async () => {
  const item = {
    productId: 'p-1',
    title: 'Product p-1',
    priceMinor: 1_000,
    revision: 1,
    cache: { ttlMs: 60_000, staleWhileRevalidateMs: 30_000, staleIfErrorMs: 300_000 },
  };
  expect(await get('p-1')).toEqual({ kind: 'reply', status: 200, body: item });
  expect(await called.world.item('p-1')).toEqual(item);
});

test('a product with -absent in its id is not there, and no price brings it back', async () => {
  expect(await get('p-absent')).toMatchObject({ status: 404 });
  expect(await price('p-absent', 2)).toMatchObject({ status: 404 });
  expect(await called.world.item('p-absent')).toBeNull();
});

test('a price makes a new revision, also when it is the old price', async () => {
  expect(await price('p-1', 7)).toMatchObject({
    status: 200,
    body: { priceMinor: 7, revision: 2 },
  });
  expect(await price('p-1', 7)).toMatchObject({ body: { revision: 3 } });
  expect(await get('p-1')).toMatchObject({ body: { priceMinor: 7, revision: 3 } });
  expect(await get('p-2')).toMatchObject({ body: { priceMinor: 1_000, revision: 1 } });
});

test('what a check sets replaces a part, and makes a new revision', async () => {
  const cache = { ttlMs: 0, staleWhileRevalidateMs: 1, staleIfErrorMs: 2 };
  await price('p-1', 7);
  await called.world.setItem('p-1', { cache });
  await called.world.setItem('p-1', { title: 'Lamp' });
  const expected = { title: 'Lamp', priceMinor: 7, revision: 4, cache };
  expect(await get('p-1')).toMatchObject({ body: expected });
});

test('a product that is taken away is gone; set again, its revisions go on', async () => {
  await called.world.setItem('p-1', null);
  expect(await get('p-1')).toMatchObject({ status: 404 });
  expect(await price('p-1', 3)).toMatchObject({ status: 404 });
  await called.world.setItem('p-1', {});
  expect(await get('p-1')).toMatchObject({ body: { revision: 3, priceMinor: 1_000 } });
  await called.world.setItem('p-absent', { priceMinor: 9 });
  expect(await get('p-absent')).toMatchObject({ status: 200, body: { priceMinor: 9 } });
});

test.each([
  { title: 1 },
  { priceMinor: 0 },
  { priceMinor: 1.5 },
  { cache: null },
  { cache: { ttlMs: 1, staleWhileRevalidateMs: 1 } },
  { cache: { ttlMs: -1, staleWhileRevalidateMs: 1, staleIfErrorMs: 1 } },
  { revision: 5 },
])('no item can have %j', async (change) => {
  await expect(called.world.setItem('p-1', change as object)).rejects.toThrow('No item can have');
});
