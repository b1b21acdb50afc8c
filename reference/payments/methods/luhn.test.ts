import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasValidLuhn } from './luhn.ts';

const VALID = [
  '4242424242424242',
  '4000000000000002',
  '4000000000009995',
  '5555555555554444',
  '378282246310005',
  '6011111111111117',
];

test.each(VALID)('%s has a valid check digit', (number) => {
  expect(hasValidLuhn(number)).toBe(true);
});

test('a single wrong digit is found, wherever it is', () => {
  const taken = VALID.flatMap((number) =>
    [...number].flatMap((right, place) =>
      [...'0123456789']
        .filter((digit) => digit !== right)
        .map((digit) => number.slice(0, place) + digit + number.slice(place + 1))
        .filter(hasValidLuhn),
    ),
  );
  expect(taken).toEqual([]);
});

test('exactly one of ten last digits is right, whatever the length', () => {
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 11, maxLength: 18 });
  fc.assert(
    fc.property(digits, (body) => {
      const right = [...'0123456789'].filter((last) => hasValidLuhn(body.join('') + last));
      expect(right).toHaveLength(1);
    }),
  );
});
