/** Repeats an attempt with growing pauses until it succeeds or the time is over. */
import type { Random } from '../load/seededRandom.ts';
import type { FaultClock } from './faultTools.ts';

const FIRST_PAUSE_MS = 100;
/** A service that comes back is found within this, and one that is down is not flooded. */
const MAX_PAUSE_MS = 800;
/** Far more than fit into ten seconds of growing pauses. */
const MAX_ATTEMPTS = 1_000;

export interface RetryOptions {
  /** Whether it succeeded. */
  readonly attempt: () => Promise<boolean>;
  readonly untilMs: number;
  readonly clock: FaultClock;
  /** Spreads the pauses, so that all who failed at once do not come back at once. */
  readonly random: Random;
}

/** @returns when it succeeded, by the clock; undefined when it did not until then */
export async function retryUntil(options: RetryOptions): Promise<number | undefined> {
  const { attempt, untilMs, clock, random } = options;
  for (let made = 0; made < MAX_ATTEMPTS; made += 1) {
    const pauseMs = pauseBefore(made) * (0.5 + random() / 2);
    if (clock.nowMs() + pauseMs >= untilMs) return undefined;
    await clock.sleep(pauseMs);
    if (!(await attempt())) continue;
    const nowMs = clock.nowMs();
    return nowMs <= untilMs ? nowMs : undefined;
  }
  return undefined;
}

function pauseBefore(attempt: number): number {
  return Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10));
}
