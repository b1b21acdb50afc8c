/** `RegionRouter`: a region, and what it has for each payment method. */
import type { MethodType, PutRegion } from '../../../spec/payments/messages.d.ts';
import { decodedString } from './decoded.ts';
import type { OutsideCalls } from './outsideCalls.ts';
import type { PaymentRequest, PaymentResult } from './payment.ts';

export interface RegionRouter {
  readonly region: string;
  readonly paymentMethods: ReadonlyMap<MethodType, PaymentMethodHandler>;
  processRegionalPayment(payment: PaymentRequest): Promise<PaymentResult>;
}

export type PaymentMethodHandler = (payment: PaymentRequest) => Promise<PaymentResult>;

/**
 * The fields `localCompliance` and `currencyHandler` of the design are left out: no step of it calls them.
 * Every method has the same handler, because the outside services make no difference between them.
 */
export function regionRouter(region: PutRegion, outside: OutsideCalls): RegionRouter {
  const handler = firstProvider(region, outside);
  const paymentMethods = new Map<MethodType, PaymentMethodHandler>([
    ['card', handler],
    ['iban', handler],
    ['wallet', handler],
  ]);
  return {
    region: region.regionId,
    paymentMethods,
    async processRegionalPayment(payment) {
      const pay = paymentMethods.get(payment.methodType);
      if (!pay) throw new Error(`no handler for ${payment.methodType}`);
      return pay(payment);
    },
  };
}

/** One provider is asked, once. What it says other than yes or no is an error, also when it may have booked the charge. */
function firstProvider(region: PutRegion, outside: OutsideCalls): PaymentMethodHandler {
  const first = region.providers.reduce((best, next) =>
    next.priority < best.priority ? next : best,
  );
  return async (payment) => {
    const { id, merchantId, token, amount, currency, capture } = payment;
    const charge = await outside.post(payment.networkId, `/providers/${first.providerId}/charges`, {
      reference: id,
      paymentId: id,
      merchantId,
      token,
      amountMinor: amount,
      currency,
      capture,
    });
    const made = { regionId: region.regionId, providerId: first.providerId };
    const status = decodedString(charge, 'status');
    if (status === 'captured') return { status: 'PROCESSED', ...made };
    if (status === 'authorized') return { status: 'AUTHORIZED', ...made };
    if (status !== 'declined') throw new Error(`the provider says ${status}`);
    const reason = decodedString(charge, 'declineCode') as PaymentResult['reason'] & string;
    return { status: 'DECLINED', reason, ...made };
  };
}
