/** Starting an implementation again on the data that it was killed on. */
import { CouldNotRun, Violation } from '../check.ts';
import type { Target } from '../../target/target.ts';

/**
 * @param clockMs the clock's time in its next life; default: as Target.restart
 * @throws Violation when what came up before does not come up on the data that it was killed on
 */
export async function restart(target: Target, clockMs?: number): Promise<void> {
  try {
    await target.restart(clockMs);
  } catch (error) {
    throw new Violation(
      `After SIGKILL it did not start again on the same data directory: ${(error as Error).message}`,
    );
  }
}

export async function killAndRestart(target: Target, clockMs?: number): Promise<void> {
  await target.kill();
  await restart(target, clockMs);
}

/** @throws CouldNotRun when nobody can start it again */
export function holdCanRestart(target: Target): void {
  if (target.canRestart) return;
  throw new CouldNotRun(
    'It kills and restarts the implementation, which casemark did not start: give --impl.',
  );
}
