import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countUntil, MAX_SAMPLES, mergeSamples, observedRps } from './metrics.ts';

const samples = fc.array(fc.record({ atMs: fc.nat(30), rps: fc.nat(1_000) }), { maxLength: 40 });

test('samples are in order, one a time, and the last that was told of a time counts', () => {
  fc.assert(
    fc.property(fc.array(samples, { maxLength: 5 }), (batches) => {
      const latest = new Map(batches.flat().map(({ atMs, rps }) => [atMs, rps]));
      const expected = [...latest]
        .map(([atMs, rps]) => ({ atMs, rps }))
        .sort((a, b) => a.atMs - b.atMs);
      expect(batches.reduce(mergeSamples, [])).toEqual(expected);
    }),
  );
});

test('the newest 20 000 are kept', () => {
  const many = Array.from({ length: MAX_SAMPLES + 5 }, (_, atMs) => ({ atMs, rps: 1 }));
  const kept = mergeSamples(many.slice(0, 15_000), many.slice(15_000));
  expect(kept).toHaveLength(20_000);
  expect(kept[0]?.atMs).toBe(5);
});

test('samples until a time are counted as one by one', () => {
  fc.assert(
    fc.property(samples, fc.nat(31), (some, atMs) => {
      const known = mergeSamples([], some);
      expect(countUntil(known, atMs)).toBe(known.filter((sample) => sample.atMs <= atMs).length);
    }),
  );
});

test('a load is observed for five minutes', () => {
  const known = [
    { atMs: 1_000, rps: 7 },
    { atMs: 400_000, rps: 8 },
  ];
  expect(observedRps(known, 999)).toBeNull();
  expect(observedRps(known, 1_000)).toBe(7);
  expect(observedRps(known, 301_000)).toBe(7);
  expect(observedRps(known, 301_001)).toBeNull();
  expect(observedRps(known, 400_000)).toBe(8);
});
