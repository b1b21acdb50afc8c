/**
 * Group commit: the steps that are handed in within one turn of the event loop are written in one transaction. In memory a
 * step counts only once it is written, so a refused one leaves nothing to undo.
 */
import type { PaymentDatabase, Write } from './database.ts';

/** The database does not take writes: nothing of the step was written, nor has happened in memory. */
export class StoreUnavailable extends Error {
  constructor(cause: unknown) {
    super('events cannot be stored', { cause });
    this.name = 'StoreUnavailable';
  }
}

/** More steps than this are written at once: bounds how long the first of a burst waits for the last. */
const MAX_GROUP_STEPS = 256;

export interface CommitQueue {
  /** Resolves when the step is written and applied; rejects with StoreUnavailable when it was not. */
  commit(step: Write): Promise<void>;
  /** False when the last write failed and a probe fails too: then no command should begin. */
  isWritable(): boolean;
  flush(): void;
}

interface Waiting {
  resolve(): void;
  reject(error: StoreUnavailable): void;
}

/** `apply` is called for each written step, in the order of writing, with the position of its first event. */
export function commitQueue(
  database: PaymentDatabase,
  apply: (step: Write, firstPosition: number) => void,
): CommitQueue {
  let steps: Write[] = [];
  let waiting: Waiting[] = [];
  let isScheduled = false;
  let isSuspect = false;

  function flush(): void {
    isScheduled = false;
    if (steps.length === 0) return;
    const written = steps;
    const told = waiting;
    steps = [];
    waiting = [];
    let position = database.lastPosition + 1;
    try {
      database.write(written);
      isSuspect = false;
    } catch (error) {
      if (!isSuspect) console.error(error);
      isSuspect = true;
      const refusal = new StoreUnavailable(error);
      for (const { reject } of told) reject(refusal);
      return;
    }
    for (const step of written) {
      apply(step, position);
      position += step.records?.length ?? 0;
    }
    for (const { resolve } of told) resolve();
  }

  return {
    commit(step) {
      return new Promise((resolve, reject) => {
        steps.push(step);
        waiting.push({ resolve, reject });
        if (steps.length >= MAX_GROUP_STEPS) flush();
        else if (!isScheduled) {
          isScheduled = true;
          setImmediate(flush);
        }
      });
    },
    isWritable() {
      if (!isSuspect) return true;
      try {
        database.setMeta('probe', String(database.lastPosition));
        isSuspect = false;
      } catch {
        // Still unwritable: said once already.
      }
      return !isSuspect;
    },
    flush,
  };
}
