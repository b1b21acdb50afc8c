import { expect, test } from 'vitest';
import { methodFault } from './paymentMethod.ts';

const card = (number: string) =>
  ({ type: 'card', number, expMonth: 1, expYear: 2030, cvc: '123' }) as const;

test('a method whose check digits are right has no fault', () => {
  expect(methodFault(card('4242424242424242'))).toBeUndefined();
  expect(methodFault({ type: 'iban', iban: 'DE89370400440532013000' })).toBeUndefined();
  expect(methodFault({ type: 'wallet', walletToken: 'wallet_1' })).toBeUndefined();
});

test('wrong check digits are told, without a digit of the number', () => {
  const faults = [
    methodFault(card('4242424242424241')),
    methodFault({ type: 'iban', iban: 'DE88370400440532013000' }),
  ];
  expect(faults).toEqual([
    'the check digit of the card is wrong',
    'the check digits of the IBAN are wrong',
  ]);
});
