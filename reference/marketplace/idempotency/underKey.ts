/** Commands with an idempotency key: once carried out, the key stands in the same step as what it did. */
import { hash } from 'node:crypto';
import { canonicalJson } from '../../kit/canonicalJson.ts';
import type { Answer } from '../../kit/service.ts';
import { decide, writtenSoFar } from '../decide.ts';
import type { Decision } from '../decide.ts';
import type { KeyRecord } from '../inventorySystem/consistencyMgr/records.ts';
import type { Market } from '../market.ts';
import { orderAnswer } from '../orderProcessor/orderView.ts';

interface Keyed {
  readonly idempotencyKey: string;
}

/** The first reply again, or `decision` under the key. What is refused leaves no key. */
export function underKey(
  market: Market,
  operation: string,
  input: Keyed,
  decision: Decision,
): Promise<Answer> {
  const digest = requestDigest(operation, input);
  const known = repetition(market, input, digest);
  if (known) return known;
  return decide(market, (draft) => {
    const answer = decision(draft);
    if ('output' in answer) {
      const { reservationId = null } = answer.output as { reservationId?: string };
      const record = { operation, digest, reservationId, orderId: null, answer };
      draft.set('keys', input.idempotencyKey, record);
    }
    return answer;
  });
}

/** Undefined when the key is not used. */
export function repetition(
  market: Market,
  { idempotencyKey }: Keyed,
  digest: string,
): Promise<Answer> | undefined {
  const kept = market.decided.get('keys', idempotencyKey);
  return kept && repeat(market, kept, digest);
}

async function repeat(market: Market, kept: KeyRecord, digest: string): Promise<Answer> {
  const inProgress = market.ordersInProgress.get(kept.orderId ?? '');
  await writtenSoFar(market);
  if (kept.digest !== digest) {
    return market.refusal('IDEMPOTENCY_KEY_REUSED', 'the key belongs to another request');
  }
  return kept.answer ?? inProgress ?? orderAnswer(market, kept.orderId ?? '');
}

/** Tells one request from another. */
export function requestDigest(operation: string, { idempotencyKey: _, ...request }: Keyed): string {
  return hash('sha256', canonicalJson({ operation, request }), 'base64');
}
