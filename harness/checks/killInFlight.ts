/** Killing an implementation while commands are on their way. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CouldNotRun, Violation } from './check.ts';
import type { Answer, Target } from '../target/target.ts';

/** Replies that have not come by then will not be waited for: the kill is what matters. */
const MAX_ACK_WAIT_MS = 2_000;

/**
 * Sends all at once, kills as soon as `afterAcks` of them were answered, and starts it again on the same data.
 * @returns what became of each: acknowledged, refused, or indeterminate where the kill came first
 */
export async function killInFlight(
  target: Target,
  commands: readonly (() => Promise<Answer>)[],
  afterAcks: number,
): Promise<Answer[]> {
  const enough = Promise.withResolvers<undefined>();
  let answered = 0;
  const sent = commands.map(async (send) => {
    const answer = await send();
    answered += 1;
    if (answered >= Math.min(afterAcks, commands.length)) enough.resolve(undefined);
    return answer;
  });
  const given = new AbortController();
  const bound = sleep(MAX_ACK_WAIT_MS, undefined, { signal: given.signal }).catch(() => undefined);
  await Promise.race([enough.promise, bound]);
  given.abort();
  await target.kill();
  const answers = await Promise.all(sent);
  await restart(target);
  return answers;
}

/** @throws Violation when it came up before and does not come up on the data that it was killed on */
export async function restart(target: Target): Promise<void> {
  try {
    await target.restart();
  } catch (error) {
    throw new Violation(
      `After SIGKILL the implementation did not start again on the same data directory: ${(error as Error).message}`,
    );
  }
}

/** @throws CouldNotRun when nobody can start it again */
export function holdCanRestart(target: Target): void {
  if (target.canRestart) return;
  throw new CouldNotRun(
    'It kills and restarts the implementation, which casemark did not start: give --impl.',
  );
}
