/**
 * Group commit: events that are added within one turn of the event loop are written in one transaction, and whoever waits
 * for them is told after it: first those who added, in that order, then those who only look. Requests that arrive while a
 * commit runs make the next group.
 */
import type { AuditJournal } from './auditJournal.ts';

/** A full group is committed at once: bounds memory, and how long the first of a burst waits for the last. */
const MAX_GROUP_EVENTS = 512;

/** A read that waits costs little, but not nothing. */
const MAX_GROUP_READERS = 4096;

/** What became of the events of a group: all were written, or none. */
export type Settle = (fate: 'committed' | 'refused') => void;

export interface GroupCommit {
  /** The number that the next added event will have. */
  readonly nextSeq: number;
  /** `settle` is called once, after the event has been written or refused. */
  add(body: string, settle: Settle): void;
  /** Calls back when everything added so far has been settled, with the fate of the group: at once when nothing waits. */
  afterwards(action: Settle): void;
  /** The canonical JSON of an event that was added but is not yet written; undefined when there is none. */
  pending(seq: number): string | undefined;
  /** Commits what waits. */
  flush(): void;
}

/**
 * `onRefused` is told of the error before anybody else is told of their fate: what was built on the refused events
 * must be undone there.
 */
export function groupCommit(
  journal: AuditJournal,
  onRefused: (error: unknown) => void,
  schedule: (flush: () => void) => void = setImmediate,
): GroupCommit {
  let bodies: string[] = [];
  let settles: Settle[] = [];
  let readers: Settle[] = [];
  let scheduled = false;

  function wake(): void {
    if (bodies.length >= MAX_GROUP_EVENTS || readers.length >= MAX_GROUP_READERS) flush();
    else if (!scheduled) {
      scheduled = true;
      schedule(flush);
    }
  }

  function flush(): void {
    scheduled = false;
    const fate = write();
    // Taken only now: until the write is done, pending() must still find the events.
    const told = [...settles, ...readers];
    bodies = [];
    settles = [];
    readers = [];
    for (const tell of told) tell(fate);
  }

  function write(): 'committed' | 'refused' {
    try {
      if (bodies.length > 0) journal.append(bodies);
      return 'committed';
    } catch (error) {
      bodies = [];
      onRefused(error);
      return 'refused';
    }
  }

  return {
    get nextSeq() {
      return journal.lastSeq + bodies.length + 1;
    },
    add(body, settle) {
      bodies.push(body);
      settles.push(settle);
      wake();
    },
    afterwards(action) {
      if (settles.length === 0 && readers.length === 0) return action('committed');
      readers.push(action);
      wake();
    },
    pending: (seq) => bodies[seq - journal.lastSeq - 1],
    flush,
  };
}
