/** Brings payments to where a check needs them. */
import type { Payment, PaymentMethod } from '../../../spec/payments/messages.d.ts';
import { hold } from '../kit/hold.ts';
import { holdRefused, paymentIdOf } from './refusals.ts';
import type { PaymentRequest, Shop } from './shop.ts';

/** Every provider declines it: CARD_DECLINED. */
export const DECLINED_CARD = card('4000000000000002');
/** Every provider declines it: INSUFFICIENT_FUNDS. */
export const POOR_CARD = card('4000000000009995');
/** Approved, and not GOOD_CARD. */
export const OTHER_CARD = card('5555555555554444');

function card(number: string): PaymentMethod {
  return { type: 'card', number, expMonth: 11, expYear: 2031, cvc: '321' };
}

/** The states that last; `canceled` by a cancel. */
export type Stage =
  | 'requires_confirmation'
  | 'requires_payment_method'
  | 'requires_review'
  | 'requires_capture'
  | 'succeeded'
  | 'canceled';

/** A device whose score is in the default review band. */
export function oddDevice(shop: Shop): string {
  return shop.id('odd-score-70');
}

/** A device whose score is above the default threshold. */
export function badDevice(shop: Shop): string {
  return shop.id('bad-score-95');
}

export async function paymentIn(
  shop: Shop,
  stage: Stage,
  request: PaymentRequest = {},
): Promise<Payment> {
  const payment = await lead(shop, stage, request);
  hold(
    payment.status === stage,
    `A payment should be in ${stage}, but is in ${payment.status}.`,
    stage,
    payment,
  );
  return payment;
}

async function lead(shop: Shop, stage: Stage, request: PaymentRequest): Promise<Payment> {
  switch (stage) {
    case 'requires_confirmation':
      return shop.pay({ ...request, confirm: false });
    case 'requires_payment_method': {
      const reply = await shop.tryPay({ ...request, paymentMethod: DECLINED_CARD });
      return shop.get(paymentIdOf(holdRefused(reply, ['DECLINED'], 'A card that is declined')));
    }
    case 'requires_review':
      return shop.pay({ ...request, customer: { ...request.customer, deviceId: oddDevice(shop) } });
    case 'requires_capture':
      return shop.pay({ ...request, captureMethod: 'manual' });
    case 'succeeded':
      return shop.pay({ ...request, captureMethod: 'automatic' });
    case 'canceled': {
      const { paymentId } = await shop.pay({ ...request, confirm: false });
      return shop.call('cancelPayment', { paymentId, idempotencyKey: shop.freshKey() });
    }
  }
}
