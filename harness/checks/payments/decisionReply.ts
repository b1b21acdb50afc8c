/** What a confirmation that was not carried out has to look like: its refusal, its payment, and that no money moved. */
import type { DeclineCode, Payment } from '../../../spec/payments/messages.d.ts';
import { hold } from '../kit/hold.ts';
import type { Reply } from '../kit/replies.ts';
import { holdRefused, paymentIdOf } from './refusals.ts';
import type { Shop } from './shop.ts';

/** The payment that was made, or that the problem document names. */
export function paymentOf(reply: Reply<Payment>): string {
  return reply.kind === 'ok' ? reply.output.paymentId : paymentIdOf(reply.problem);
}

/**
 * @param what the payment, as the beginning of a sentence: `A payment with a score of 0.9`
 * @throws Violation unless it was declined with the code, is recorded as declined, and no provider has a charge of it
 * @returns its id
 */
export async function holdDeclined(
  shop: Shop,
  reply: Reply<Payment>,
  code: DeclineCode,
  what: string,
): Promise<string> {
  const problem = holdRefused(reply, ['DECLINED'], what);
  hold(
    problem['declineCode'] === code,
    `${what} should be declined with ${code}, but the problem document has declineCode ${JSON.stringify(problem['declineCode'])}.`,
    code,
    problem,
  );
  const paymentId = paymentIdOf(problem);
  const payment = await shop.get(paymentId);
  hold(
    payment.status === 'requires_payment_method' && payment.declineCode === code,
    `${what} was declined with ${code}, but the payment is in ${payment.status} with declineCode ${payment.declineCode}.`,
    { status: 'requires_payment_method', declineCode: code },
    payment,
  );
  await holdNothingCharged(shop, paymentId, what);
  return paymentId;
}

/**
 * @throws Violation unless it was refused with the 503, awaits a confirmation, and no provider has a charge of it
 * @returns its id
 */
export async function holdUnavailable(
  shop: Shop,
  reply: Reply<Payment>,
  code: 'FRAUD_UNAVAILABLE' | 'COMPLIANCE_UNAVAILABLE',
  what: string,
): Promise<string> {
  const paymentId = paymentIdOf(holdRefused(reply, [code], what));
  const { status } = await shop.get(paymentId);
  hold(
    status === 'requires_confirmation',
    `${what} was refused with ${code}, so the payment awaits another confirmation; it is in ${status}.`,
    'requires_confirmation',
    status,
  );
  await holdNothingCharged(shop, paymentId, what);
  return paymentId;
}

/** @throws Violation when a provider was ever asked for a charge of the payment */
export async function holdNothingCharged(
  shop: Shop,
  paymentId: string,
  what: string,
): Promise<void> {
  const charges = await shop.chargesOf(paymentId);
  hold(
    charges.length === 0,
    `${what} should charge nothing, but ${charges[0]?.providerId} was asked for a charge, which is ${charges[0]?.status}.`,
    [],
    charges,
  );
}

/** @throws Violation unless it is in the status, with one charge in force by its providers */
export async function holdCharged(
  shop: Shop,
  payment: Payment,
  status: 'succeeded' | 'requires_capture',
  what: string,
): Promise<void> {
  hold(
    payment.status === status,
    `${what} should be ${status}, but is ${payment.status}.`,
    status,
    payment,
  );
  const charges = await shop.chargesOf(payment.paymentId);
  const held = charges.filter(({ status: is }) => is === 'authorized' || is === 'captured');
  hold(
    held.length === 1,
    `${what} should have one charge at its provider, but has ${held.length}.`,
    1,
    charges,
  );
}
