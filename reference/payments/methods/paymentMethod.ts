import type { PaymentMethod } from '../../../spec/payments/messages.d.ts';
import { hasValidIban } from './iban.ts';
import { hasValidLuhn } from './luhn.ts';

/**
 * What is wrong with a method that has the message's shape, as a sentence without its numbers; undefined when nothing is. A
 * card's expiry is for the provider to judge.
 */
export function methodFault(method: PaymentMethod): string | undefined {
  switch (method.type) {
    case 'card':
      return hasValidLuhn(method.number) ? undefined : 'the check digit of the card is wrong';
    case 'iban':
      return hasValidIban(method.iban) ? undefined : 'the check digits of the IBAN are wrong';
    case 'wallet':
      return undefined;
  }
}
