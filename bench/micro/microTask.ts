/** What a micro-benchmark is: bench/<name>/micro.ts exports `tasks`, one for each thing that the engines of reference/<name> do. */
export interface MicroTask {
  readonly name: string;
  /** How many of what the name says one call of `fn` does: so many that reading the clock does not count. */
  readonly operations: number;
  readonly setup: () => MicroWork;
}

export interface MicroWork {
  /** Before each call, and not timed. */
  readonly prepare?: () => void;
  /**
   * The work. Its answer depends on everything that it did, so that no compiler can leave any of it out. Of an engine that answers later it
   * is a promise, every time, and timed until that is fulfilled.
   */
  readonly fn: () => number | Promise<number>;
  /**
   * Throws when the answer of the last call, or what it left behind, is not right, by reasoning that does not use what is measured.
   * Asked before the timing and after it.
   */
  readonly check: (answer: number) => void;
  readonly teardown?: () => void;
}

/** How often a task is asked before it is timed: the second call finds what the first has left. */
const CHECKED_CALLS = 2;

/** Rejects with an Error that names the task, when it does not do what it says. */
export async function checkTask({ name, setup }: MicroTask): Promise<void> {
  const work = setup();
  try {
    for (let call = 0; call < CHECKED_CALLS; call++) await callChecked(name, work);
  } finally {
    work.teardown?.();
  }
}

/** @returns whether it answers later */
export async function callChecked(
  name: string,
  { prepare, fn, check }: MicroWork,
): Promise<boolean> {
  try {
    prepare?.();
    const answer = fn();
    check(await answer);
    return answer instanceof Promise;
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
  }
}
