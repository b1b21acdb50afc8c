import fc from 'fast-check';
import { expect, test } from 'vitest';
import { feeOf } from './fee.ts';

test.each([
  [10000, 290, 30, 320],
  [10001, 290, 30, 321],
  [1, 1, 0, 1],
  [10000, 0, 0, 0],
  [10, 0, 30, 10],
  [0, 290, 30, 0],
  [Number.MAX_SAFE_INTEGER, 10000, 1, Number.MAX_SAFE_INTEGER],
  [Number.MAX_SAFE_INTEGER, 1, 0, 900719925475],
])('of %i at %i bps and %i fixed the fee is %i', (grossMinor, bps, fixedMinor, fee) => {
  expect(feeOf(grossMinor, { bps, fixedMinor })).toBe(fee);
});

test('a fee is never above the gross, and else less than one unit above the exact share', () => {
  fc.assert(
    fc.property(
      fc.maxSafeNat(),
      fc.integer({ min: 0, max: 10_000 }),
      fc.integer({ min: 0, max: 1_000_000 }),
      (grossMinor, bps, fixedMinor) => {
        const fee = feeOf(grossMinor, { bps, fixedMinor });
        expect(fee).toBeLessThanOrEqual(grossMinor);
        const excess =
          (BigInt(fee) - BigInt(fixedMinor)) * 10_000n - BigInt(grossMinor) * BigInt(bps);
        expect(excess < 10_000n).toBe(true);
        expect(excess >= 0n || fee === grossMinor).toBe(true);
      },
    ),
  );
});
