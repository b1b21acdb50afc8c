import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InstanceType } from '../../../spec/marketplace/messages.d.ts';
import { capacityOf, cheapestMix, costOf } from './costOptimizer.ts';

const MAX_INSTANCES = 14;

function typesOf(sizes: readonly (readonly [rps: number, cost: number])[]): InstanceType[] {
  return sizes.map(([rps, costPerHourMinor], index) => ({
    name: `t${index}`,
    rps,
    costPerHourMinor,
  }));
}

/** Every mix of up to so many instances of each type. */
function* mixes(types: readonly InstanceType[]): Generator<number[]> {
  if (types.length === 0) return yield [];
  for (const rest of mixes(types.slice(1))) {
    for (let count = 0; count <= MAX_INSTANCES; count++) yield [count, ...rest];
  }
}

function byBruteForce(
  types: readonly InstanceType[],
  minRps: number,
  maxRps: number,
): { cost: number } | { largest: number } {
  let cost = Infinity;
  let largest = 0;
  for (const counts of mixes(types)) {
    const rps = capacityOf(types, counts);
    if (rps > maxRps) continue;
    largest = Math.max(largest, rps);
    if (rps >= minRps) cost = Math.min(cost, costOf(types, counts));
  }
  return cost < Infinity ? { cost } : { largest };
}

const size = fc.tuple(fc.integer({ min: 5, max: 40 }), fc.integer({ min: 1, max: 30 }));
const range = fc.tuple(fc.nat(70), fc.nat(70));

test('no mix that covers the need is cheaper, and where none does none is larger', () => {
  fc.assert(
    fc.property(
      fc.array(size, { minLength: 1, maxLength: 3 }),
      range,
      (sizes, [minRps, maxRps]) => {
        const types = typesOf(sizes);
        const { counts, rps, kind } = cheapestMix(types, minRps, maxRps);
        expect(rps).toBe(capacityOf(types, counts));
        expect(rps).toBeLessThanOrEqual(maxRps);
        const expected = byBruteForce(types, minRps, maxRps);
        if ('cost' in expected)
          expect([kind, costOf(types, counts)]).toEqual(['covers', expected.cost]);
        else expect([kind, rps]).toEqual(['at-max', expected.largest]);
      },
    ),
    { numRuns: 300 },
  );
});

/** By the plain recurrence over all capacities, without anything that is left out of the search. */
function byRecurrence(types: readonly InstanceType[], minRps: number, maxRps: number): number {
  const costs = [0];
  for (let rps = 1; rps <= maxRps; rps++) {
    costs[rps] = Math.min(
      ...types.map((type) => (costs[rps - type.rps] ?? Infinity) + type.costPerHourMinor),
    );
  }
  return Math.min(...costs.slice(minRps));
}

test('a large fleet, most of which is not searched, is as cheap', () => {
  const needs = fc.tuple(fc.integer({ min: 2_000, max: 5_000 }), fc.nat(60));
  fc.assert(
    fc.property(fc.array(size, { minLength: 1, maxLength: 5 }), needs, (sizes, [minRps, spare]) => {
      const types = typesOf(sizes);
      const maxRps = minRps + 41 + spare;
      const { counts, kind } = cheapestMix(types, minRps, maxRps);
      expect([kind, costOf(types, counts)]).toEqual([
        'covers',
        byRecurrence(types, minRps, maxRps),
      ]);
    }),
    { numRuns: 100 },
  );
});

test('a need of nothing is no instance', () => {
  const types = typesOf([[100, 5]]);
  expect(cheapestMix(types, 0, 1_000)).toEqual({ counts: [0], rps: 0, kind: 'covers' });
});

test('where the smallest type is above the maximum there is no instance', () => {
  const types = typesOf([[100, 5]]);
  expect(cheapestMix(types, 10, 99)).toEqual({ counts: [0], rps: 0, kind: 'at-max' });
});

test.each([
  { sizes: [[1, 5]], need: 250_000, most: 300_000, counts: [100_000], kind: 'at-max' },
  { sizes: [[1, 5]], need: 100_000, most: 300_000, counts: [100_000], kind: 'covers' },
  {
    sizes: [
      [1, 1],
      [10, 50],
    ],
    need: 250_000,
    most: 300_000,
    counts: [100_000, 15_000],
    kind: 'covers',
  },
  {
    sizes: [
      [10, 50],
      [1, 1],
    ],
    need: 2_000_000,
    most: 3_000_000,
    counts: [100_000, 100_000],
    kind: 'at-max',
  },
] as const)(
  'a message tells of 100 000 instances of a type, and there are no more: $need of $sizes',
  ({ sizes, need, most, counts, kind }) => {
    const mix = cheapestMix(typesOf(sizes), need, most);
    expect([mix.counts, mix.kind]).toEqual([counts, kind]);
  },
);

test('what costs nothing, or the same as another, is no exception', () => {
  const free = fc.tuple(fc.integer({ min: 5, max: 12 }), fc.constantFrom(0, 1, 2));
  fc.assert(
    fc.property(fc.array(free, { minLength: 1, maxLength: 3 }), range, (sizes, [least, spare]) => {
      const types = typesOf(sizes);
      const { counts, kind } = cheapestMix(types, least, least + spare);
      const expected = byBruteForce(types, least, least + spare);
      if ('cost' in expected)
        expect([kind, costOf(types, counts)]).toEqual(['covers', expected.cost]);
      else expect(kind).toBe('at-max');
    }),
    { numRuns: 200 },
  );
});

test('types without a common measure and a need of a billion are answered soon, and within one instance of the least cost', () => {
  const types = typesOf([
    [999_983, 100],
    [999_979, 99],
    [1, 1_000],
  ]);
  const startedMs = performance.now();
  const { rps, kind, counts } = cheapestMix(types, 999_000_000, 1_000_000_000);
  expect(performance.now() - startedMs).toBeLessThan(1_000);
  expect(kind).toBe('covers');
  expect(rps).toBeLessThanOrEqual(1_000_000_000);
  expect(costOf(types, counts)).toBeLessThanOrEqual(Math.ceil(999_000_000 / 999_979) * 99 + 99);
});
