/** Killing a payment platform and starting it again on its data. */
import { CouldNotRun, Violation } from '../check.ts';
import type { Target } from '../../target/target.ts';

/**
 * After a kill.
 * @param clockMs the new process's clock; default: the time of the first start
 * @throws Violation when what came up before does not come up again
 */
export async function restart(target: Target, clockMs?: number): Promise<void> {
  try {
    await target.restart(clockMs);
  } catch (error) {
    throw new Violation(
      `After SIGKILL the platform did not start again on the same data directory: ${(error as Error).message}`,
    );
  }
}

/** SIGKILL, then a start on the same data directory. */
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
