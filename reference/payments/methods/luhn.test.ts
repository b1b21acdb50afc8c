import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasValidLuhn } from './luhn.ts';

const VALID = [
  '4242424242424242',
  '4000000000000002',
  '4000000000009995',
  '378282246310005',
  '6011111111111117',
];

test.each(VALID)('%s has a valid check digit', (number) => {
  expect(hasValidLuhn(number)).toBe(true);
});

test('a single wrong digit is found, wherever it is', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...VALID),
      fc.nat(18),
      fc.integer({ min: 1, max: 9 }),
      (number, anywhere, shift) => {
        const place = anywhere % number.length;
        const wrong = (Number(number[place]) + shift) % 10;
        expect(hasValidLuhn(number.slice(0, place) + wrong + number.slice(place + 1))).toBe(false);
      },
    ),
  );
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
