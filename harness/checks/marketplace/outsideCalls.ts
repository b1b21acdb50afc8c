/** Waits until calls to outside services are under way. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MarketWorld, WorldOperationName } from './worldQuestions.ts';

const MAX_WAIT_MS = 3_000;
const POLL_MS = 5;

/** @returns whether the condition came true in time */
export async function until(
  condition: () => Promise<boolean>,
  maxWaitMs = MAX_WAIT_MS,
  pollMs = POLL_MS,
): Promise<boolean> {
  const end = performance.now() + maxWaitMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= end) return false;
    await sleep(pollMs);
  }
}

/** Of a call that is scripted to `hold`. An answer that came before it ends the wait. */
export async function isHeld(
  world: MarketWorld,
  operation: WorldOperationName,
  id: string,
  answer?: Promise<unknown>,
): Promise<boolean> {
  const answered = { yet: false };
  const note = (): void => {
    answered.yet = true;
  };
  answer?.then(note, note);
  let held = false;
  await until(async () => {
    held = (await world.held(operation, id)) > 0;
    return held || answered.yet;
  });
  return held;
}

/** Of a call that may be answered by nobody, so that it is not held. */
export function isCalled(
  world: MarketWorld,
  operation: WorldOperationName,
  id: string,
): Promise<boolean> {
  return until(async () => (await world.calls(id, [operation])).length > 0);
}

/** Whether it settles within so many ms; whoever waits for it still has it. */
export async function settlesWithin(answer: Promise<unknown>, maxWaitMs: number): Promise<boolean> {
  const given = new AbortController();
  const late = sleep(maxWaitMs, false, { signal: given.signal }).catch(() => false);
  const settled = answer.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    given.abort();
  }
}
