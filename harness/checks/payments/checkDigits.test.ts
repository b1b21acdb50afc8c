import { expect, test } from 'vitest';
import { withIbanDigits, withLuhnDigit, withWrongDigit } from './checkDigits.ts';

test('card numbers get the check digit of the card schemes’ test numbers', () => {
  expect(withLuhnDigit('424242424242424')).toBe('4242424242424242');
  expect(withLuhnDigit('37828224631000')).toBe('378282246310005');
  expect(withLuhnDigit('400000000000000')).toBe('4000000000000002');
});

test('IBANs get the check digits of the examples of the IBAN registry', () => {
  expect(withIbanDigits('DE', '370400440532013000')).toBe('DE89370400440532013000');
  expect(withIbanDigits('GB', 'WEST12345698765432')).toBe('GB82WEST12345698765432');
  expect(withIbanDigits('NL', 'ABNA0417164300')).toBe('NL91ABNA0417164300');
});

test('a wrong digit is another one', () => {
  for (let by = 0; by < 20; by += 1) expect(withWrongDigit('4242', 1, by)[1]).not.toBe('2');
  expect(withWrongDigit('4242', 1, 0)).toBe('4342');
});
