/** Waits until an outside call is under way. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PaymentsWorld, WorldOperationName } from './worldQuestions.ts';

const MAX_HELD_WAIT_MS = 3_000;
const HELD_POLL_MS = 5;

/**
 * Of a call that is scripted to `hold`.
 * @param answer of the command that should make the call: there is nothing to wait for once it has come
 * @returns whether the call is held
 */
export async function isHeld(
  world: PaymentsWorld,
  operation: WorldOperationName,
  id: string,
  answer: Promise<unknown>,
): Promise<boolean> {
  let answered = false;
  const note = (): void => {
    answered = true;
  };
  answer.then(note, note);
  const until = performance.now() + MAX_HELD_WAIT_MS;
  while (!answered && performance.now() < until) {
    if ((await world.held(operation, id)) > 0) return true;
    await sleep(HELD_POLL_MS);
  }
  return false;
}
