/** Killing an implementation while requests are on their way. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Answer, Target } from '../../target/target.ts';
import { restart } from './restart.ts';

/** Replies that have not come by then will not be waited for: the kill is what matters. */
const MAX_ACK_WAIT_MS = 2_000;

/** Resolves when it is time to kill. `answered` is how many of the requests have been. */
export type KillMoment = (answered: () => number) => Promise<void>;

export interface Killed {
  /** Of each request, in their order: acknowledged, refused, or indeterminate where the kill came first. */
  readonly answers: Answer[];
  /** How many were unanswered when the signal was sent. */
  readonly inFlight: number;
}

/**
 * Sends all at once, kills as soon as `moment` resolves, and starts the implementation again on the same data.
 * @throws Violation when it does not start again; what `moment` throws, after everything sent has been answered
 */
export async function killInFlight(
  target: Target,
  sends: readonly (() => Promise<Answer>)[],
  moment: KillMoment,
): Promise<Killed> {
  let answered = 0;
  const sent = sends.map(async (send) => {
    const answer = await send();
    answered += 1;
    return answer;
  });
  try {
    await moment(() => answered);
  } catch (error) {
    await Promise.allSettled(sent);
    throw error;
  }
  const inFlight = sends.length - answered;
  await target.kill();
  const answers = await Promise.all(sent);
  await restart(target);
  return { answers, inFlight };
}

/** As soon as so many are answered. Looked for at every turn of the event loop: a timer would let the rest be answered too. */
export function afterAnswers(count: number): KillMoment {
  return async (answered) => {
    const untilMs = performance.now() + MAX_ACK_WAIT_MS;
    while (answered() < count && performance.now() < untilMs) await nextTurn();
  };
}
