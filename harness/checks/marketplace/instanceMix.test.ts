import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InstanceType } from '../../../spec/marketplace/messages.d.ts';
import { MAX_INSTANCES, cheapestMix, largestCapacityRps } from './instanceMix.ts';

const types = fc
  .array(
    fc.record({
      rps: fc.integer({ min: 1, max: 9 }),
      costPerHourMinor: fc.integer({ min: 1, max: 9 }),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((list) => list.map((type, index): InstanceType => ({ name: `t${index}`, ...type })));

interface Total {
  readonly rps: number;
  readonly cost: number;
}

/** Every mix there is. */
function totals([type, ...others]: readonly InstanceType[], maxInstances: number): Total[] {
  if (!type) return [{ rps: 0, cost: 0 }];
  const counts = Array.from({ length: maxInstances + 1 }, (_, count) => count);
  return totals(others, maxInstances).flatMap(({ rps, cost }) =>
    counts.map((count) => ({
      rps: rps + count * type.rps,
      cost: cost + count * type.costPerHourMinor,
    })),
  );
}

test('the cheapest mix and the largest capacity are those of all mixes', () => {
  fc.assert(
    fc.property(
      types,
      fc.nat({ max: 50 }),
      fc.nat({ max: 30 }),
      fc.nat({ max: 6 }),
      (mixed, floorRps, more, maxInstances) => {
        const allowed = totals(mixed, maxInstances).filter(({ rps }) => rps <= floorRps + more);
        const enough = allowed.filter(({ rps }) => rps >= floorRps);
        const least = Math.min(...enough.map(({ cost }) => cost));
        const found = cheapestMix(mixed, floorRps, floorRps + more, maxInstances);
        expect(found?.costPerHourMinor ?? Infinity).toBe(least);
        const capacities = enough.filter(({ cost }) => cost === least).map(({ rps }) => rps);
        const ascending = [...new Set(capacities)].sort((a, b) => a - b);
        expect(found?.capacitiesRps ?? []).toEqual(ascending);
        const largest = Math.max(...allowed.map(({ rps }) => rps));
        expect(largestCapacityRps(mixed, floorRps + more, maxInstances)).toBe(largest);
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});

test('no mix has more instances of a type than a reply can tell', () => {
  const unit = { name: 'unit', rps: 1, costPerHourMinor: 1 };
  const dear = { name: 'dear', rps: 10, costPerHourMinor: 100 };
  const all = MAX_INSTANCES + 1;
  expect(cheapestMix([unit], all, 2 * all)).toBeUndefined();
  expect(cheapestMix([unit, dear], all, 2 * all)?.costPerHourMinor).toBe(all - 10 + 100);
  expect(largestCapacityRps([unit], all)).toBe(MAX_INSTANCES);
});
