import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocate } from './allocate.ts';

test.each([
  [100, [1, 1, 1], [34, 33, 33]],
  [5, [1, 1, 1], [2, 2, 1]],
  [10, [1, 2], [3, 7]],
  [1, [1, 3, 2], [0, 1, 0]],
  [0, [1, 2], [0, 0]],
  [99, [7], [99]],
  [Number.MAX_SAFE_INTEGER, [1, 1], [4503599627370496, 4503599627370495]],
  [Number.MAX_SAFE_INTEGER, [1_000_000, 999_999], [4503601879171435, 4503597375569556]],
])('%i by weights %j is %j', (totalMinor, weights, shares) => {
  expect(allocate(totalMinor, weights)).toEqual(shares);
});

const cases = [
  fc.maxSafeNat(),
  fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 20 }),
] as const;

test('the shares add up to the total', () => {
  fc.assert(
    fc.property(...cases, (totalMinor, weights) => {
      const sum = allocate(totalMinor, weights).reduce((all, share) => all + BigInt(share), 0n);
      expect(sum).toBe(BigInt(totalMinor));
    }),
  );
});

test('a share is its exact value rounded down, or one more, and no remainder beats a larger one', () => {
  fc.assert(
    fc.property(...cases, (totalMinor, weights) => {
      const weightSum = BigInt(weights.reduce((sum, weight) => sum + weight, 0));
      const parts = allocate(totalMinor, weights).map((share, index) => {
        const exact = BigInt(totalMinor) * BigInt(weights[index] ?? 0);
        return { extra: BigInt(share) - exact / weightSum, remainder: exact % weightSum };
      });
      expect(parts.every(({ extra }) => extra === 0n || extra === 1n)).toBe(true);
      const raised = parts.filter(({ extra }) => extra === 1n);
      const kept = parts.filter(({ extra }) => extra === 0n);
      const isFair = raised.every((one) => kept.every((two) => one.remainder >= two.remainder));
      expect(isFair).toBe(true);
    }),
  );
});
