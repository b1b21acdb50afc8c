import fc from 'fast-check';
import { expect, test } from 'vitest';
import { highestInside, isOutside, lowestInside } from './priceRange.ts';

test('the edges are the last prices that are not outside, exactly', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000_000 }),
      fc.integer({ min: 1, max: 10_000 }),
      (reference, bps) => {
        const exactlyOutside = (price: number) =>
          BigInt(Math.abs(price - reference)) * 10_000n > BigInt(bps) * BigInt(reference);
        const high = highestInside(reference, bps);
        const low = lowestInside(reference, bps);
        expect([low - 1, low, high, high + 1].map(exactlyOutside)).toEqual([
          true,
          false,
          false,
          true,
        ]);
        for (const price of [low - 1, low, high, high + 1]) {
          expect(isOutside(price, reference, bps)).toBe(exactlyOutside(price));
        }
      },
    ),
  );
});
