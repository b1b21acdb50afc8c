import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toDecimal } from './decimal.ts';

test.each([
  [1234, 0, '1234'],
  [1234, 3, '1.234'],
  [5, 2, '0.05'],
  [0, 2, '0.00'],
  [10000, 4, '1.0000'],
  [Number.MAX_SAFE_INTEGER, 2, '90071992547409.91'],
])('%i minor units with exponent %i are %s', (amountMinor, exponent, decimal) => {
  expect(toDecimal(amountMinor, exponent)).toBe(decimal);
});

test('a decimal without its point is the amount, and has as many decimals as the exponent', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 4 }), (amountMinor, exponent) => {
      const [major = '', minor = ''] = toDecimal(amountMinor, exponent).split('.');
      expect(minor).toHaveLength(exponent);
      expect(major).toMatch(/^(0|[1-9][0-9]*)$/);
      expect(Number(major + minor)).toBe(amountMinor);
    }),
  );
});
