/** What happens behind replies, and within what the contract gives it. */
import { setTimeout as sleep } from 'node:timers/promises';

const ASK_AGAIN_MS = 50;

/** @returns the first answer that is enough, or the last one within that time */
export async function waitFor<T>(
  ask: () => Promise<T>,
  isEnough: (answer: T) => boolean,
  withinMs: number,
): Promise<T> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (isEnough(answer) || performance.now() >= untilMs) return answer;
    await sleep(ASK_AGAIN_MS);
  }
}
