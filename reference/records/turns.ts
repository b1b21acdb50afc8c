/**
 * How anything is decided: in a turn, within the transaction of the group that it is written with. A turn sees what the turns before
 * it did, nothing happens between its decision and its effect, and it counts once the group is written: the order of the turns is
 * the order of the log. Of a group that cannot be written nothing has happened.
 */
import { SqliteError } from 'better-sqlite3';
import { commitQueue } from '../kit/commitQueue.ts';
import type { AuditLog } from './auditLogger/auditLog.ts';
import type { Store } from './store/store.ts';

export interface Turns {
  /** Resolves with what `work` answers when what it wrote is durable; rejects with StoreUnavailable when that cannot be written. */
  take<T>(work: () => T): Promise<T>;
  /** For a setting that counts already: written with the next group that can be, however often that is tried. */
  carry(write: () => void): void;
  /** Within a turn: what happens in memory when it is durable. */
  afterwards(act: () => void): void;
  /** False when the last write failed and another fails too. */
  isWritable(): boolean;
  /** Takes the turns that wait. */
  flush(): void;
}

type Outcome<T> = { readonly value: T } | { readonly defect: unknown };

interface Step {
  run(): void;
}

/** `onUndone` is called when what turns have written was undone: what was read of it meanwhile is not so. */
export function turnsOver(store: Store, log: AuditLog, onUndone: () => void): Turns {
  let acts: (() => void)[] = [];
  let isEachUndoable = false;

  /** Most groups have no defect: a savepoint for each turn is set only when one is met, and the turns are taken again. */
  function write(steps: readonly Step[]): void {
    try {
      writeGroup(steps, false);
    } catch (error) {
      if (isOfTheFile(error)) throw error;
      writeGroup(steps, true);
    }
  }

  function writeGroup(steps: readonly Step[], isUndoable: boolean): void {
    isEachUndoable = isUndoable;
    acts = [];
    log.beginGroup();
    try {
      store.atomically(() => {
        for (const step of steps) step.run();
      });
    } catch (error) {
      onUndone();
      throw error;
    }
    log.endGroup();
    for (const act of acts) act();
  }

  const commits = commitQueue<Step>({ write, probe: store.probe }, () => undefined);

  /** A defect undoes its own turn, not those of others in the group. */
  function attempt<T>(work: () => T): Outcome<T> {
    if (!isEachUndoable) return { value: work() };
    const before = { entries: log.pending(), acts: acts.length };
    try {
      return { value: store.atomically(work) };
    } catch (defect) {
      if (isOfTheFile(defect)) throw defect;
      log.dropPending(before.entries);
      acts.length = before.acts;
      onUndone();
      return { defect };
    }
  }

  return {
    async take<T>(work: () => T) {
      let outcome: Outcome<T> | undefined;
      await commits.commit({ run: () => void (outcome = attempt(work)) });
      if (!outcome) throw new Error('a turn was told before it was taken');
      if ('defect' in outcome) throw outcome.defect;
      return outcome.value;
    },
    carry: (run) => commits.carry({ run }),
    afterwards: (act) => void acts.push(act),
    isWritable: () => commits.isWritable(),
    flush: () => commits.flush(),
  };
}

/** That the file cannot be written, not that what was to be written does not fit. */
function isOfTheFile(error: unknown): boolean {
  return error instanceof SqliteError && !/^SQLITE_(CONSTRAINT|ERROR|MISMATCH)/.test(error.code);
}
