import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exponentOf } from './currencies.ts';

const { published, currencies } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../spec/payments/iso4217.json'), 'utf8'),
) as { published: string; currencies: { code: string; exponent: number }[] };

/** List one of 2024-06-25; every code that is not here has 2. */
const OTHER_EXPONENTS: Record<number, string> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

test('the table has each of the 166 codes with a minor unit once, in order', () => {
  expect(published).toBe('2024-06-25');
  const codes = currencies.map(({ code }) => code);
  expect(codes.length).toBe(166);
  expect(codes).toEqual([...new Set(codes)].sort());
  expect(codes.filter((code) => !/^[A-Z]{3}$/.test(code))).toEqual([]);
  expect(codes.filter((code) => code.startsWith('X'))).toEqual(['XAF', 'XCD', 'XOF', 'XPF']);
});

test.each([0, 3, 4])('the currencies with %i decimals are those of list one', (exponent) => {
  const codes = currencies.filter((each) => each.exponent === exponent).map(({ code }) => code);
  expect(codes.join(' ')).toBe(OTHER_EXPONENTS[exponent]);
});

test('every other currency has two decimals', () => {
  const exponents = new Set(currencies.map(({ exponent }) => exponent));
  expect([...exponents].sort()).toEqual([0, 2, 3, 4]);
  expect(exponentOf('HUF')).toBe(2);
  expect(exponentOf('EUR')).toBe(2);
});

test.each(['XXX', 'XAU', 'ZZZ', 'eur', '', 'constructor'])('%j is no currency', (code) => {
  expect(exponentOf(code)).toBeUndefined();
});

test('Intl.NumberFormat has other decimals for some currencies, so it cannot be the table', () => {
  const decimals = (currency: string) =>
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
      .maximumFractionDigits;
  const differing = currencies.filter(({ code, exponent }) => decimals(code) !== exponent);
  expect(differing.map(({ code }) => code)).toContain('IQD');
});
