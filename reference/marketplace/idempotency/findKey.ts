import type { FindKey } from '../../../spec/marketplace/messages.d.ts';
import type { Answer } from '../../kit/service.ts';
import type { Market } from '../market.ts';

export function findKey({ state, refusal }: Market, { idempotencyKey }: FindKey): Answer {
  const kept = state.get('keys', idempotencyKey);
  if (!kept) return refusal('UNKNOWN_KEY', `nothing is kept under ${idempotencyKey}`);
  const { operation, reservationId, orderId, answer } = kept;
  const stage = answer === null ? 'in-progress' : 'completed';
  return { output: { idempotencyKey, state: stage, operation, reservationId, orderId } };
}
