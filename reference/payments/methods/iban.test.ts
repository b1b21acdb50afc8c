import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasValidIban } from './iban.ts';

/** The examples of the IBAN registry. */
const VALID = [
  'DE89370400440532013000',
  'GB29NWBK60161331926819',
  'NO9386011117947',
  'FR1420041010050500013M02606',
  'MT84MALT011000012345MTLCAST001S',
];

test.each(VALID)('%s has valid check digits', (iban) => {
  expect(hasValidIban(iban)).toBe(true);
});

test('a single wrong digit is found, wherever it is', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...VALID),
      fc.nat(33),
      fc.integer({ min: 1, max: 9 }),
      (iban, anywhere, shift) => {
        const place = anywhere % iban.length;
        fc.pre(/[0-9]/.test(iban[place] ?? ''));
        const wrong = (Number(iban[place]) + shift) % 10;
        expect(hasValidIban(iban.slice(0, place) + wrong + iban.slice(place + 1))).toBe(false);
      },
    ),
  );
});

test('two neighbours that changed places are found', () => {
  expect(hasValidIban('DE89370400440532031000')).toBe(false);
  expect(hasValidIban('GB29NWBK60161331926891')).toBe(false);
});

test.each([
  ['NO698601111794', 'too short'],
  ['DE', 'too short'],
  ['DE123704004405320130003704004405320', 'too long'],
])('%s is %s', (iban) => {
  expect(hasValidIban(iban)).toBe(false);
});
