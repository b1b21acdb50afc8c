/** `ComplianceEngine`: its ValidatePayment is a bare boolean, so that "not allowed" and "could not find out" are one answer. */
import type { PutRegion } from '../../../spec/payments/messages.d.ts';
import { decodedBoolean } from './decoded.ts';
import type { OutsideCalls } from './outsideCalls.ts';
import type { PaymentRequest } from './payment.ts';

export type Rules = PutRegion['compliance'];

export interface ComplianceEngine {
  /** By network and region. */
  readonly rules: Map<string, Rules>;
  validatePayment(payment: PaymentRequest, region: string): Promise<boolean>;
}

export function complianceEngine(outside: OutsideCalls): ComplianceEngine {
  const rules = new Map<string, Rules>();
  return {
    rules,
    async validatePayment(payment, region) {
      const local = rules.get(`${payment.networkId}/${region}`);
      if (local && !allows(local, payment)) return false;
      try {
        return !(await matchesSanctions(payment));
      } catch {
        return false;
      }
    },
  };

  async function matchesSanctions(payment: PaymentRequest): Promise<boolean> {
    const { id, networkId, merchantId, customer } = payment;
    const answer = await outside.post(networkId, '/sanctions/screenings', {
      paymentId: id,
      merchantId,
      name: customer.name,
      country: customer.country,
    });
    return decodedBoolean(answer, 'match');
  }
}

function allows(rules: Rules, { amount, methodType, customer }: PaymentRequest): boolean {
  const { sanctionedCountries, blockedMethods, maxAmountMinor } = rules;
  if (sanctionedCountries.includes(customer.country)) return false;
  if (blockedMethods.some((method) => method === methodType)) return false;
  return maxAmountMinor === undefined || amount <= maxAmountMinor;
}
