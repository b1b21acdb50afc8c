/**
 * Which cores the generator and the implementation run on. The generator's thread alone gets a core, so that the helper threads of
 * its own runtime can run elsewhere; the implementation gets all the others. Linux with taskset (util-linux); elsewhere, and
 * with a single core, the system decides.
 */
import { execFileSync } from 'node:child_process';
import { keepAwake } from './awakeCores.ts';
import type { Pacing } from './openLoop.ts';
import { availableParallelism, constants, setPriority } from 'node:os';

/** Setting an affinity takes a millisecond. */
const MAX_TASKSET_MS = 2_000;

export interface Placement {
  /** For instance `pinned 0|1` (implementation | generator), or `shared`, and what else was done for quiet. */
  readonly text: string;
  /** How many cores are the implementation's alone; null where the system decides. */
  readonly implementationCores: number | null;
  /** Process groups that run for this placement alone. */
  readonly processGroups: readonly number[];
  /** Puts what the implementation has started so far, and what it starts later, on its cores. */
  place(processGroup: number | undefined): void;
  end(): void;
}

const SHARED: Placement = {
  text: 'shared',
  implementationCores: null,
  processGroups: [],
  place: () => undefined,
  end: () => undefined,
};

/**
 * @param threadIds of the generator, as the operating system calls them
 * @param pacing of the generator: the core of one that naps is kept awake too
 */
export async function placeGenerator(
  threadIds: readonly number[],
  pacing: Pacing = 'spin',
): Promise<Placement> {
  const cores = availableCores();
  if (threadIds.length === 0 || cores.length <= threadIds.length) return SHARED;
  const own = cores.slice(-threadIds.length);
  const otherCores = cores.slice(0, -threadIds.length);
  const others = otherCores.join(',');
  const pinned = threadIds.every((thread, index) =>
    taskset(['-pc', String(own[index]), String(thread)]),
  );
  if (!pinned) return SHARED;
  const isFirst = threadIds.every(putFirst);
  const awake = await keepAwake(pacing === 'nap' ? cores : otherCores);
  const isAwake = awake.processGroups.length > 0;
  return {
    text: `pinned ${others}|${own.join(',')}${isFirst ? ', generator first' : ''}${isAwake ? ', cores kept awake' : ''}`,
    implementationCores: otherCores.length,
    processGroups: awake.processGroups,
    end: () => awake.stop(),
    place(processGroup) {
      if (processGroup === undefined) return;
      for (const pid of processesOf(processGroup)) taskset(['-apc', others, String(pid)]);
    },
  };
}

/**
 * Before everything else on its core, where the system allows it: a generator that waits for another program's turn measures that
 * program. Linux takes a thread's id here as well as a process's.
 */
function putFirst(threadId: number): boolean {
  try {
    setPriority(threadId, constants.priority.PRIORITY_HIGHEST);
    return true;
  } catch {
    return false;
  }
}

/** The cores that this process may use. */
function availableCores(): number[] {
  const text = run('taskset', ['-pc', String(process.pid)])
    ?.split(':')
    .at(-1)
    ?.trim();
  if (text === undefined) return [];
  const cores = text.split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map(Number);
    return Array.from({ length: to! - from! + 1 }, (_, index) => from! + index);
  });
  return cores.slice(0, availableParallelism());
}

function processesOf(processGroup: number): number[] {
  const listed = run('pgrep', ['-g', String(processGroup)]);
  const pids = (listed ?? '').split('\n').map(Number).filter(Boolean);
  return pids.length === 0 ? [processGroup] : pids;
}

function taskset(args: readonly string[]): boolean {
  return run('taskset', args) !== undefined;
}

function run(program: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(program, args, {
      timeout: MAX_TASKSET_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).toString('utf8');
  } catch {
    return undefined;
  }
}
