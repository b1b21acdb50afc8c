import { expect, test } from 'vitest';
import { createRing } from './ring.ts';
import type { Ring } from './ring.ts';

const keys = Array.from({ length: 100_000 }, (_, index) => `key-${index}`);
const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

function fullestOverMean(ring: Ring): number {
  const shares = new Map<string, number>();
  for (const key of keys) {
    const shardId = ring.shardOf(key);
    shares.set(shardId, (shares.get(shardId) ?? 0) + 1);
  }
  return Math.max(...shares.values()) / (keys.length / ring.shardIds.length);
}

test.each(['shard-', 's', 'eu.west_', '0', 'inventory-eu-'])(
  'the fullest of 8 shards %s... has at most 1.25 of the mean, that of 100 at most 1.35',
  (prefix) => {
    expect(fullestOverMean(createRing(names(prefix, 8)))).toBeLessThanOrEqual(1.25);
    expect(fullestOverMean(createRing(names(prefix, 100)))).toBeLessThanOrEqual(1.35);
  },
);

test.each([1, 2, 8, 20])(
  'a shard more than %d takes at most its share and five hundredths, and no other key moves',
  (count) => {
    const before = createRing(names('shard-', count));
    const after = createRing(['a-new-one', ...names('shard-', count)]);
    const some = keys.slice(0, 25_000);
    const moved = some
      .map((key) => ({ from: before.shardOf(key), to: after.shardOf(key) }))
      .filter(({ from, to }) => from !== to);
    expect(new Set(moved.map(({ to }) => to))).toEqual(new Set(['a-new-one']));
    expect(moved.length / some.length).toBeLessThanOrEqual(1 / (count + 1) + 0.05);
    expect(moved.length / some.length).toBeGreaterThan(0.5 / (count + 1));
  },
);

test('the order in which the shards are named does not count', () => {
  const [one, other] = [createRing(['a', 'b', 'c']), createRing(['c', 'a', 'b'])];
  expect(one.shardIds).toEqual(['a', 'b', 'c']);
  expect(other.shardIds).toEqual(['c', 'a', 'b']);
  for (const key of keys.slice(0, 1_000)) expect(one.shardOf(key)).toBe(other.shardOf(key));
});

test('where a key is stays as it was published: stock stays findable after a restart of a later version', () => {
  const ring = createRing(['a', 'b', 'c', 'd']);
  const found = keys.slice(0, 16).map((key) => ring.shardOf(key));
  expect(found.join('')).toBe('daadadcabbadcddd');
});
