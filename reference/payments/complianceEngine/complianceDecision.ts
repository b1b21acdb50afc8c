/** The rules of the region that carries a payment, and the sanctions list. */
import type { MethodType, PutRegion } from '../../../spec/payments/messages.d.ts';
import type { ComplianceDecision } from '../eventStore/paymentEvents.ts';

export interface ScreenedPayment {
  readonly amountMinor: number;
  readonly methodType: MethodType;
  readonly customer: { readonly country: string };
}

/** `isListed`: what the sanctions list says of the customer. A rule that is broken needs no answer of it. */
export function decideCompliance(
  rules: PutRegion['compliance'],
  payment: ScreenedPayment,
  isListed: boolean | 'unavailable',
): ComplianceDecision {
  if (breaksRule(rules, payment)) return 'violation';
  if (isListed === 'unavailable') return 'unavailable';
  return isListed ? 'violation' : 'pass';
}

function breaksRule(rules: PutRegion['compliance'], payment: ScreenedPayment): boolean {
  return (
    rules.sanctionedCountries.includes(payment.customer.country) ||
    (rules.blockedMethods as readonly MethodType[]).includes(payment.methodType) ||
    payment.amountMinor > (rules.maxAmountMinor ?? Infinity)
  );
}
