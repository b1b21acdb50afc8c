/** That a receiver does not answer is nobody's affair who asks the system for something. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../target/target.ts';
import { CouldNotRun, Violation } from '../check.ts';
import type { Ward } from './wardTypes.ts';

export interface Request {
  readonly operation: string;
  readonly input: JsonObject;
}

const PROBES = 4;
/** Beside what a request takes anyway: a system that waits for a receiver waits longer. */
const MAX_WAIT_MS = 500;
/** No request takes so long. */
const TIMEOUT_MS = 5_000;

/**
 * One quick request is enough: whoever waits does so each time.
 * @param next the requests that are sent, each a new one
 * @param silence from then on the receiver does not answer
 * @returns what was answered
 * @throws Violation when each request takes longer than without the silence
 */
export async function holdNobodyWaits(
  { session }: Ward,
  what: string,
  next: () => Request,
  silence: () => Promise<void>,
): Promise<JsonObject[]> {
  const answered: JsonObject[] = [];
  const timed = async (): Promise<number> => {
    const { operation, input } = next();
    const startedMs = performance.now();
    const sent = session.raw(operation, input, { timeoutMs: TIMEOUT_MS });
    // Whoever has no time-out of its own is not waited for either.
    const answer = await Promise.race([sent, sleep(TIMEOUT_MS + 100)]);
    if (answer?.kind === 'ok') answered.push(answer.output);
    return performance.now() - startedMs;
  };
  let usualMs = Infinity;
  for (let probe = 0; probe < PROBES; probe += 1) usualMs = Math.min(usualMs, await timed());
  if (usualMs >= TIMEOUT_MS) throw new CouldNotRun(`${next().operation} is not answered at all.`);

  await silence();
  let leastMs = Infinity;
  for (let probe = 0; probe < PROBES; probe += 1) {
    leastMs = Math.min(leastMs, await timed());
    if (leastMs < 3 * usualMs + MAX_WAIT_MS) return answered;
  }
  throw new Violation(
    `While ${what} does not answer ${next().operation} takes ${Math.round(leastMs)} ms at least, and ${Math.round(usualMs)} ms when it does: nobody should wait for it.`,
    usualMs,
    leastMs,
  );
}
