/** The score decides: block above the one threshold, review from the other on, allow below. */
import type { Network } from '../../../spec/payments/messages.d.ts';
import type { EventData } from '../eventStore/paymentEvents.ts';

export type FraudDecision = EventData['fraud.decided'];

/** `score` is in [0, 1]; `unavailable` when the scorer gave none that is. */
export function decideFraud(
  score: number | 'unavailable',
  { reviewFrom, blockAbove }: Network['fraud'],
): FraudDecision {
  if (score === 'unavailable') return { decision: 'unavailable', level: 'unknown' };
  if (score > blockAbove) return { decision: 'block', level: 'highest' };
  if (score >= reviewFrom) return { decision: 'review', level: 'elevated' };
  return { decision: 'allow', level: 'normal' };
}
