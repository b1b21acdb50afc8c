/** Commands whose reply may never come, or take longer than replies usually may. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlaceOrder } from '../../../spec/marketplace/messages.d.ts';
import type { Answer, JsonObject } from '../../target/target.ts';
import type { Session } from '../check.ts';

/** How long the reply of an order whose payment is not answered may take, the contract does not say. */
const MAX_REPLY_MS = 30_000;
const MAX_RETRIES = 200;
const PAUSE_MS = 10;
const FOR_THE_MOMENT = new Set(['CONFLICT_RETRY', 'OVERLOADED', 'IDEMPOTENCY_IN_PROGRESS']);

export function sendOrder(session: Session, request: PlaceOrder): Promise<Answer> {
  return sendPatiently(session, 'placeOrder', request);
}

/** Whatever came, but for what is refused for the moment: that is sent again. */
export async function sendPatiently(
  session: Session,
  operation: string,
  input: object,
): Promise<Answer> {
  for (let retries = 0; ; retries += 1) {
    const answer = await session.raw(operation, input as JsonObject, { timeoutMs: MAX_REPLY_MS });
    const isForTheMoment = answer.kind === 'refused' && FOR_THE_MOMENT.has(answer.problem.code);
    if (!isForTheMoment || retries >= MAX_RETRIES) return answer;
    await sleep(PAUSE_MS);
  }
}
