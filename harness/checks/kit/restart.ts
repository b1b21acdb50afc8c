/** Starting an implementation again on the data that it was killed on. */
import { CouldNotRun, Violation } from '../check.ts';
import type { Target } from '../../target/target.ts';

/** @throws Violation when what came up before does not come up on the data that it was killed on */
export async function restart(target: Target): Promise<void> {
  try {
    await target.restart();
  } catch (error) {
    throw new Violation(
      `After SIGKILL it did not start again on the same data directory: ${(error as Error).message}`,
    );
  }
}

export async function killAndRestart(target: Target): Promise<void> {
  await target.kill();
  await restart(target);
}

/** @throws CouldNotRun when nobody can start it again */
export function holdCanRestart(target: Target): void {
  if (target.canRestart) return;
  throw new CouldNotRun(
    'It kills and restarts the implementation, which casemark did not start: give --impl.',
  );
}
