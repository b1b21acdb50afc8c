import { expect, test } from 'vitest';
import { seededRandom } from '../load/seededRandom.ts';
import { configurationCache } from './configurationCache.ts';

const plenty = { maxEntries: 100_000, maxMemoryBytes: 100_000_000 };

test.each([
  ['every hash is the same', (): number => 7],
  ['hashes are of the set', (set: Uint32Array): number => set[0]! ^ Math.imul(set[1]!, 31)],
])('it knows exactly what was added, also when %s', (_, hashOf) => {
  const cache = configurationCache(plenty);
  const random = seededRandom(1);
  // Twice, so that what the first use left behind would show.
  for (let use = 0; use < 2; use++) {
    const known = new Set<string>();
    cache.reset(2);
    for (let index = 0; index < 4000; index++) {
      const set = Uint32Array.of(random() * 20, random() * 20);
      const state = Math.floor(random() * 4);
      const text = `${set} ${state}`;
      expect(cache.add(set, state, hashOf(set))).toBe(known.has(text) ? 'known' : 'added');
      known.add(text);
    }
    expect(cache.size()).toBe(known.size);
  }
});

test.each([
  ['entries', { ...plenty, maxEntries: 1000 }, 1000],
  // Three words of set, its state and its hash, whatever else it takes.
  ['bytes', { ...plenty, maxMemoryBytes: 60_000 }, 60_000 / (4 * 5)],
])('it is full at its bound on %s, and still knows what it has', (_, bounds, most) => {
  const cache = configurationCache(bounds);
  cache.reset(3);
  let added = 0;
  while (cache.add(Uint32Array.of(added, 1, 2), 0, added) === 'added') added++;
  expect(added).toBeLessThanOrEqual(most);
  expect(added).toBeGreaterThan(most / 4);
  expect(cache.add(Uint32Array.of(5, 1, 2), 0, 5)).toBe('known');
  expect(cache.add(Uint32Array.of(5, 1, 2), 1, 5)).toBe('full');
});
