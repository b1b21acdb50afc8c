/** The decisions in a payment's event stream. */
import type { PaymentEvent } from '../../../spec/payments/messages.d.ts';
import type { Json } from '../../target/target.ts';
import { hold } from '../kit/hold.ts';
import type { Shop } from './shop.ts';

export type DecisionType = 'fraud.decided' | 'compliance.decided';

export function fieldOf(event: PaymentEvent, name: string): Json | undefined {
  return (event.data as Record<string, Json>)[name];
}

/** @throws Violation unless the stream has the decision */
export async function holdDecisionRecorded(
  shop: Shop,
  paymentId: string,
  type: DecisionType,
  decision: string,
  what: string,
): Promise<void> {
  const events = await shop.events(paymentId);
  const decisions = events.filter((event) => event.type === type);
  hold(
    decisions.some((event) => fieldOf(event, 'decision') === decision),
    `${what} should have an event ${type} with the decision ${decision} in its stream; ${
      decisions.length === 0 ? 'it has none of that type' : 'it has others'
    }.`,
    { type, decision },
    events.map((event) => ({ type: event.type, data: event.data })),
  );
}

/**
 * Of the confirmation that the attempt at `index` belongs to.
 * @throws Violation unless both decisions stand between it and the attempt, and let the payment pass
 */
export function holdDecidedBefore(
  events: readonly PaymentEvent[],
  index: number,
  what: string,
): void {
  const confirmed = events
    .slice(0, index)
    .findLastIndex(({ type }) => type === 'payment.confirmed');
  const before = events.slice(Math.max(0, confirmed), index);
  const last = (type: string): Json | undefined => {
    const event = before.findLast((each) => each.type === type);
    return event && fieldOf(event, 'decision');
  };
  const fraud = last('fraud.decided');
  const approved = last('payment.review_decided') === 'approve';
  const compliance = last('compliance.decided');
  const shown = events.slice(0, index + 1).map(({ type, data }) => ({ type, data }));
  hold(
    fraud === 'allow' || (fraud === 'review' && approved),
    `${what} was sent to a provider ${fraud === undefined ? 'before the fraud decision was on record' : `although the fraud decision on record was ${JSON.stringify(fraud)}`}.`,
    'fraud.decided (allow, or review and an approval) after payment.confirmed and before provider.attempted',
    shown,
  );
  hold(
    compliance === 'pass',
    `${what} was sent to a provider ${compliance === undefined ? 'before the compliance decision was on record' : `although the compliance decision on record was ${JSON.stringify(compliance)}`}.`,
    'compliance.decided (pass) after payment.confirmed and before provider.attempted',
    shown,
  );
}
