import fc from 'fast-check';
import { expect, test } from 'vitest';
import { convert } from './convert.ts';

test.each([
  ['USD to INR', 10000, '82.42135', 2, 2, 824213],
  ['USD to JPY', 10000, '151.37', 2, 0, 15137],
  ['USD to KWD', 10000, '0.3075', 2, 3, 30750],
  ['KWD to USD', 1234, '3.25', 3, 2, 401],
  ['JPY to EUR', 1, '0.0061', 0, 2, 0],
  ['JPY to KWD', 1000, '0.002', 0, 3, 2000],
  ['CLF to CLP', 10000, '37500.5', 4, 0, 37500],
  ['a whole rate', 10000, '3', 2, 2, 30000],
  ['a rate with a leading zero', 100, '01.50', 2, 2, 150],
])('%s: %i at %s', (_, amountMinor, rate, fromExponent, toExponent, expected) => {
  expect(convert(amountMinor, rate, fromExponent, toExponent)).toBe(expected);
});

test('the largest amount is converted exactly, where doubles would lose minor units', () => {
  expect(convert(Number.MAX_SAFE_INTEGER, '0.999999999999', 2, 2)).toBe(9007199254731983);
  expect(convert(Number.MAX_SAFE_INTEGER, '1', 2, 2)).toBe(Number.MAX_SAFE_INTEGER);
});

test('a result above 2^53-1 is told', () => {
  expect(() => convert(Number.MAX_SAFE_INTEGER, '1.000000000001', 2, 2)).toThrow(RangeError);
  expect(() => convert(Number.MAX_SAFE_INTEGER, '1', 2, 3)).toThrow(RangeError);
});

test('the result is the largest integer that is not above the exact product', () => {
  const exponent = fc.constantFrom(0, 2, 3, 4);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000_000 }),
      fc.integer({ min: 1, max: 1_000_000 }),
      exponent,
      exponent,
      (amountMinor, rateMillionths, fromExponent, toExponent) => {
        const digits = String(rateMillionths).padStart(7, '0');
        const rate = `${digits.slice(0, -6)}.${digits.slice(-6)}`;
        const result = BigInt(convert(amountMinor, rate, fromExponent, toExponent));
        const exact = BigInt(amountMinor) * BigInt(rateMillionths) * 10n ** BigInt(toExponent);
        const unit = 10n ** BigInt(6 + fromExponent);
        expect(result * unit <= exact && exact < (result + 1n) * unit).toBe(true);
      },
    ),
  );
});
