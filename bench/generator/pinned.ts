/** Keeps processes on a core of their own, where `taskset` is there to do it. */
import { execFileSync } from 'node:child_process';

/** The command that runs `program` on that core alone. */
export function pinned(
  core: number | undefined,
  program: string,
  args: readonly string[],
): [string, string[]] {
  if (core === undefined) return [program, [...args]];
  return ['taskset', ['-c', String(core), program, ...args]];
}

/** Its main thread only: the helper threads of V8, started by then, may run elsewhere. */
export function pinMainThread(core: number | undefined, pid: number): void {
  if (core !== undefined) execFileSync('taskset', ['-cp', String(core), String(pid)]);
}
