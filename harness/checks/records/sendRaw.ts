/** Requests whose answer is looked at as it came: of a system that is killed, or of what is no message of the contract. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, JsonObject } from '../../target/target.ts';
import type { Person, Ward } from './wardTypes.ts';

const MAX_SENDINGS = 200;
const PAUSE_MS = 20;

/** Once, with a fresh request id. */
export function sendRaw(
  ward: Ward,
  person: Pick<Person, 'authorization'> | undefined,
  operation: string,
  input: object,
): Promise<Answer> {
  return ward.session.raw(operation, {
    ...(person && { authorization: person.authorization }),
    requestId: ward.requestId(),
    ...input,
  } as JsonObject);
}

/** Again while the answer is "not now". */
export async function sendRawUntilDecided(
  ward: Ward,
  person: Person,
  operation: string,
  input: object,
): Promise<Answer> {
  for (let sendings = 1; ; sendings += 1) {
    const answer = await sendRaw(ward, person, operation, input);
    const isPutOff = answer.kind === 'refused' && answer.problem.code === 'OVERLOADED';
    if (!isPutOff || sendings === MAX_SENDINGS) return answer;
    await sleep(PAUSE_MS);
  }
}
