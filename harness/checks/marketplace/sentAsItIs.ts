/** Sends what has not the shape of the operation's message, which a conversation would not let through. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, JsonObject } from '../../target/target.ts';
import type { Session } from '../check.ts';

/** A system under load may put it off so often. */
const MAX_RESENDS = 100;
const PAUSE_MS = 20;
const FOR_THE_MOMENT = ['OVERLOADED', 'CONFLICT_RETRY', 'IDEMPOTENCY_IN_PROGRESS'];

export async function sentAsItIs(
  session: Session,
  operation: string,
  input: JsonObject,
): Promise<Answer> {
  for (let resends = 0; ; resends += 1) {
    const answer = await session.raw(operation, input);
    const isPutOff = answer.kind === 'refused' && FOR_THE_MOMENT.includes(answer.problem.code);
    if (!isPutOff || resends >= MAX_RESENDS) return answer;
    await sleep(PAUSE_MS);
  }
}
