/** Check digits of payment methods, and their last four characters. */
import type { PaymentMethod } from '../../../../spec/payments/messages.d.ts';

export function hasValidDigits(method: PaymentMethod): boolean {
  switch (method.type) {
    case 'card':
      return isLuhn(method.number);
    case 'iban':
      return isIban(method.iban);
    case 'wallet':
      return true;
  }
}

export function numberOf(method: PaymentMethod): string {
  switch (method.type) {
    case 'card':
      return method.number;
    case 'iban':
      return method.iban;
    case 'wallet':
      return method.walletToken;
  }
}

/** ISO/IEC 7812-1. */
function isLuhn(number: string): boolean {
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

/** ISO 13616: the first four characters to the end, letters as numbers from 10, modulo 97 is 1. */
function isIban(iban: string): boolean {
  const digits = [...(iban.slice(4) + iban.slice(0, 4))].map((char) => parseInt(char, 36));
  return BigInt(digits.join('')) % 97n === 1n;
}
