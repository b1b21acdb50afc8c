/**
 * Group commit: the steps that are handed in within one turn of the event loop are written in one transaction. In memory a
 * step counts only once it is written, so a refused one leaves nothing to undo.
 */

/** The store does not take writes: nothing of the step was written, nor has happened in memory. */
export class StoreUnavailable extends Error {
  constructor(cause?: unknown) {
    super('changes cannot be stored', { cause });
    this.name = 'StoreUnavailable';
  }
}

/** More steps than this are written at once: bounds how long the first of a burst waits for the last. */
const MAX_GROUP_STEPS = 256;

export interface StepStore<Step> {
  /** All steps or none, in order. Throws when they cannot be written: then none was. */
  write(steps: readonly Step[]): void;
  /** Throws when the store does not take a write of a few bytes. */
  probe(): void;
}

export interface CommitQueue<Step> {
  /** Resolves when the step is written and applied; rejects with StoreUnavailable when it was not. */
  commit(step: Step): Promise<void>;
  /** As `commit` of nothing: settles with what was handed in before, at once when nothing waits. */
  settled(): Promise<void>;
  /** For a step that has happened in memory already, since it follows from what is written: it is written with the next group that can be. */
  carry(step: Step): void;
  /** False when the last write failed and a probe fails too: then no command should begin. */
  isWritable(): boolean;
  flush(): void;
}

interface Waiting {
  resolve(): void;
  reject(error: StoreUnavailable): void;
}

/**
 * `apply` is called for each written step, in the order of writing. `afterGroup` is called when the steps of a group have been
 * applied or refused, before anybody is told.
 */
export function commitQueue<Step>(
  store: StepStore<Step>,
  apply: (step: Step) => void,
  afterGroup: () => void = () => undefined,
): CommitQueue<Step> {
  let steps: Step[] = [];
  let carried: Step[] = [];
  let waiting: Waiting[] = [];
  let isScheduled = false;
  let isSuspect = false;

  function flush(): void {
    isScheduled = false;
    if (steps.length === 0 && carried.length === 0) return;
    const written = steps;
    const told = waiting;
    steps = [];
    waiting = [];
    try {
      store.write(carried.length === 0 ? written : [...carried, ...written]);
      carried = [];
      isSuspect = false;
    } catch (error) {
      if (!isSuspect) console.error(error);
      isSuspect = true;
      afterGroup();
      const refusal = new StoreUnavailable(error);
      for (const { reject } of told) reject(refusal);
      return;
    }
    for (const step of written) apply(step);
    afterGroup();
    for (const { resolve } of told) resolve();
  }

  function wake(): void {
    if (steps.length >= MAX_GROUP_STEPS) flush();
    else if (!isScheduled) {
      isScheduled = true;
      setImmediate(flush);
    }
  }

  return {
    commit(step) {
      return new Promise((resolve, reject) => {
        steps.push(step);
        waiting.push({ resolve, reject });
        wake();
      });
    },
    settled() {
      if (steps.length === 0) return Promise.resolve();
      return new Promise((resolve, reject) => void waiting.push({ resolve, reject }));
    },
    carry(step) {
      carried.push(step);
      wake();
    },
    isWritable() {
      if (!isSuspect) return true;
      try {
        store.probe();
        isSuspect = false;
      } catch {
        // Still unwritable: said once already.
      }
      return !isSuspect;
    },
    flush,
  };
}
