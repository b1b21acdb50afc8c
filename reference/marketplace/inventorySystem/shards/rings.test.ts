import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ring, Routes } from '../../../../spec/marketplace/messages.d.ts';
import { openTestMarketplace } from '../../testing/testMarketplace.ts';
import type { TestMarketplace } from '../../testing/testMarketplace.ts';

let market: TestMarketplace;
beforeEach(async () => void (market = await openTestMarketplace()));
afterEach(() => market.close());

const products = Array.from({ length: 50 }, (_, index) => `p${index}`);
const shardsOf = async (ringId: string) =>
  (await market.ok<Routes>('routeKeys', { ringId, keys: products })).shardIds;

test('adding a shard to the inventory moves records to it, and changes none', async () => {
  for (const productId of products) await market.putStock(productId, 3);
  const { reservationId } = await market.hold('p0', 1);
  const before = await Promise.all(products.map(market.stock));
  const { shardIds } = await market.ok<Ring>('getRing', { ringId: 'inventory' });
  await market.ok('putRing', { ringId: 'inventory', shardIds: ['added', ...shardIds] });
  for (const look of ['live', 'after a restart']) {
    const after = await Promise.all(products.map(market.stock));
    expect([look, after.map(({ shardId }) => shardId)]).toEqual([
      look,
      await shardsOf('inventory'),
    ]);
    const moved = after.filter(({ shardId }, index) => shardId !== before[index]?.shardId);
    expect(new Set(moved.map(({ shardId }) => shardId))).toEqual(new Set(['added']));
    const withoutShard = (stock: object) => ({ ...stock, shardId: '' });
    expect(after.map(withoutShard)).toEqual(before.map(withoutShard));
    await market.restart();
  }
  const ann = { reservationId, customerId: 'ann' };
  expect(await market.code('confirmReservation', ann)).toBe('ok');
});

test('a ring keeps its shards, and routes the same in whatever order they were named', async () => {
  await market.ok('putRing', { ringId: 'r', shardIds: ['a', 'b', 'c'] });
  await market.ok('putRing', { ringId: 's', shardIds: ['c', 'a', 'b'] });
  expect(await shardsOf('r')).toEqual(await shardsOf('s'));
  expect(await market.code('putRing', { ringId: 'r', shardIds: ['a', 'b', 'd'] })).toBe(
    'SHARD_IN_USE',
  );
  expect(await market.code('getRing', { ringId: 'none' })).toBe('UNKNOWN_RING');
});
