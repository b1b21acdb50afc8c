/** `EventStore`: a file of batches, and what was in it at the start. No expected version, no sequence, no chain. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Event } from './payment.ts';

export interface EventStore {
  /** Nobody waits for it, and nobody hears of what could not be written. */
  saveEvents(paymentId: string, events: readonly Event[]): Promise<void>;
  /** What has been saved, in the order of saving. */
  readonly saved: readonly Event[];
}

/** `dataDir`/events.jsonl: one batch a line. */
export function eventStore(dataDir: string): EventStore {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'events.jsonl');
  const saved: Event[] = existsSync(file)
    ? readFileSync(file, 'utf8').split('\n').flatMap(batchOf)
    : [];
  return {
    saved,
    async saveEvents(_paymentId, events) {
      try {
        await appendFile(file, `${JSON.stringify(events)}\n`);
        saved.push(...events);
      } catch {
        // `go pp.eventStore.SaveEvents(...)`: its error goes nowhere.
      }
    },
  };
}

/** A line that was cut off by a crash is none. */
function batchOf(line: string): Event[] {
  try {
    return JSON.parse(line) as Event[];
  } catch {
    return [];
  }
}
