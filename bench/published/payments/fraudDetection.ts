/** `FraudDetectionEngine`: its AnalyzePayment is a number, and whatever comes is one. */
import { decodedNumber } from './decoded.ts';
import type { OutsideCalls } from './outsideCalls.ts';
import type { PaymentRequest } from './payment.ts';

export interface FraudDetectionEngine {
  /** Nobody asks whether it lies in [0, 1]. */
  analyzePayment(payment: PaymentRequest): Promise<number>;
}

export function fraudDetection(outside: OutsideCalls): FraudDetectionEngine {
  return {
    async analyzePayment({ id, networkId, merchantId, customer, amount, currency, method }) {
      const answer = await outside.post(networkId, '/fraud/scores', {
        paymentId: id,
        merchantId,
        deviceId: customer.deviceId,
        amountMinor: amount,
        currency,
        customerCountry: customer.country,
        fingerprint: method.fingerprint,
      });
      return decodedNumber(answer, 'score');
    },
  };
}
