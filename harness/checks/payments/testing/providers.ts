/** How the platform asks providers, and what it makes of an answer that did not come. */
import type { JsonObject } from '../../../target/target.ts';
import { ask, goodBody, has } from './life.ts';
import type { Heard, Life } from './life.ts';
import type { Attempt, PaymentState } from './state.ts';

export type ChargeOutcome =
  | { readonly kind: 'approved'; readonly feeMinor: number }
  | { readonly kind: 'declined'; readonly declineCode: string }
  | { readonly kind: 'retryable-error' }
  | { readonly kind: 'voided' }
  /** The provider may have booked it. */
  | { readonly kind: 'unknown' };

export async function requestCharge(
  life: Life,
  payment: PaymentState,
  { providerId, reference }: Attempt,
): Promise<ChargeOutcome> {
  const { paymentId, merchantId, networkId, amountMinor, currency, captureMethod } = payment;
  const heard = await ask(life, networkId, 'createCharge', {
    ...{ providerId, reference, paymentId, merchantId, amountMinor, currency },
    ...{ token: payment.token ?? '', capture: captureMethod === 'automatic' },
    ...(has(life, 'asks the provider for a minor unit less') && {
      amountMinor: Math.max(1, amountMinor - 1),
    }),
  });
  const outcome = chargeOutcome(heard);
  const isTimeout = outcome.kind === 'unknown' && has(life, 'takes a time-out for a failure');
  return isTimeout ? { kind: 'retryable-error' } : outcome;
}

function chargeOutcome(heard: Heard): ChargeOutcome {
  if (heard.kind === 'none') return { kind: 'unknown' };
  const body = goodBody(heard);
  if (!body) return { kind: 'retryable-error' };
  const { status, declineCode, feeMinor } = body;
  if (status === 'declined') return { kind: 'declined', declineCode: String(declineCode) };
  if (status === 'voided') return { kind: 'voided' };
  return { kind: 'approved', feeMinor: Number(feeMinor) };
}

/** What became of a charge that was not answered; `unknown` while nobody can tell. */
export async function resolveCharge(
  life: Life,
  payment: PaymentState,
  attempt: Attempt,
): Promise<ChargeOutcome> {
  if (attempt.outcome === 'pending' && has(life, 'charges anew after a crash')) {
    return { kind: 'retryable-error' };
  }
  if (life.options.freedoms.unansweredCharge === 'taken back') {
    return voidCharge(life, payment, attempt);
  }
  const { providerId, reference } = attempt;
  const found = await ask(life, payment.networkId, 'getCharge', { providerId, reference });
  if (goodBody(found)) return chargeOutcome(found);
  // What was never received may still be on its way: it is kept from being booked.
  if (found.kind === 'answer' && found.status === 404) return voidCharge(life, payment, attempt);
  const goesOn = has(life, 'charges elsewhere while a provider is silent');
  return { kind: goesOn ? 'retryable-error' : 'unknown' };
}

export async function voidCharge(
  life: Life,
  { networkId }: PaymentState,
  { providerId, reference }: Pick<Attempt, 'providerId' | 'reference'>,
): Promise<ChargeOutcome> {
  const heard = await ask(life, networkId, 'voidCharge', { providerId, reference });
  return goodBody(heard) ? chargeOutcome(heard) : { kind: 'unknown' };
}

/** `refused`: with an error, and without effect; undefined: nobody can tell. */
export type Done = { readonly body: JsonObject } | 'refused' | 'impossible' | undefined;

/** A request that is the same however often it is made. */
export async function request(
  life: Life,
  networkId: string,
  operation: string,
  input: JsonObject,
): Promise<Done> {
  const heard = await ask(life, networkId, operation, input);
  if (heard.kind === 'none') return undefined;
  const body = goodBody(heard);
  if (body) return { body };
  return heard.status >= 500 ? 'refused' : 'impossible';
}
