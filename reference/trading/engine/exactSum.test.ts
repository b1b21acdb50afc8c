import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addExactly, exceeds, MAX_STEP, valueOf } from './exactSum.ts';

const steps = fc.array(fc.integer({ min: -MAX_STEP, max: MAX_STEP }), { maxLength: 60 });

function exactSum(column: Float64Array): bigint {
  return BigInt(column[0]!) * 2n ** 52n + BigInt(column[1]!);
}

describe('an exact sum', () => {
  test('is what big integers say, also far beyond 2^53', () => {
    fc.assert(
      fc.property(steps, (added) => {
        const column = new Float64Array(2);
        for (const step of added) addExactly(column, 0, step);
        const expected = added.reduce((sum, step) => sum + BigInt(step), 0n);
        expect(exactSum(column)).toBe(expected);
        expect(valueOf(column, 0)).toBe(Number(expected));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('is compared with a limit without rounding, one unit below, at and above it', () => {
    const next = fc.integer({ min: -MAX_STEP, max: MAX_STEP });
    const limits = fc.maxSafeInteger().map(Math.abs);
    fc.assert(
      fc.property(steps, next, limits, (added, step, anyLimit) => {
        const column = new Float64Array(2);
        for (const each of added) addExactly(column, 0, each);
        const total = exactSum(column) + BigInt(step);
        const atSum = total >= 0n && total <= BigInt(Number.MAX_SAFE_INTEGER);
        const exact = atSum ? [-1, 0, 1].map((off) => Number(total) + off) : [];
        for (const limit of [anyLimit, 0, Number.MAX_SAFE_INTEGER, ...exact]) {
          expect(exceeds(column, 0, step, limit)).toBe(total > BigInt(limit));
        }
      }),
      { seed: 2, numRuns: 2_000 },
    );
  });

  test('does not round when a sum above 2^53 and what is taken off it meet at the limit', () => {
    const column = new Float64Array(2);
    for (let quarter = 0; quarter < 4; quarter++) addExactly(column, 0, MAX_STEP);
    addExactly(column, 0, 1);
    // 2^53 + 1 - 2 = 2^53 - 1.
    expect(exceeds(column, 0, -2, Number.MAX_SAFE_INTEGER)).toBe(false);
    expect(exceeds(column, 0, -2, Number.MAX_SAFE_INTEGER - 1)).toBe(true);
  });
});
