import { expect, test } from 'vitest';
import { hashRing } from './hashRing.ts';

const keys = Array.from({ length: 10_000 }, (_, index) => `SYM${index}`);

test('every node gets a fair share of the keys', () => {
  const ring = hashRing(8);
  const shares = new Array<number>(8).fill(0);
  for (const key of keys) shares[ring.nodeOf(key)]!++;
  expect(Math.max(...shares) / (keys.length / 8)).toBeLessThan(1.4);
  expect(Math.min(...shares) / (keys.length / 8)).toBeGreaterThan(0.6);
});

test('a new node takes about its share of the keys, and no other key moves', () => {
  const before = hashRing(4);
  const after = hashRing(5);
  const moved = keys.filter((key) => before.nodeOf(key) !== after.nodeOf(key));
  expect(moved.every((key) => after.nodeOf(key) === 4)).toBe(true);
  expect(moved.length / keys.length).toBeLessThan(0.3);
  expect(moved.length / keys.length).toBeGreaterThan(0.1);
});

test('a ring without a node is refused', () => {
  expect(() => hashRing(0)).toThrow(RangeError);
});
