/** What one client knows of its own: the orders, carts or sessions that later requests refer to. */
import type { Json } from '../target/target.ts';
import type { Random } from './seededRandom.ts';

export type HeldRecord = Readonly<Record<string, Json>>;

export interface HeldRecords {
  /** Takes one out at random: while a request on it is in flight, no other refers to it. Undefined when the set is empty. */
  take(set: string, random: Random): HeldRecord | undefined;
  put(set: string, record: HeldRecord): void;
}

/** A client that holds so many has a workload whose requests never end anything; the oldest are forgotten. */
const MAX_HELD = 100_000;

export function heldRecords(): HeldRecords {
  const sets = new Map<string, HeldRecord[]>();
  return {
    take(set, random) {
      const records = sets.get(set);
      if (!records || records.length === 0) return undefined;
      const at = Math.floor(random() * records.length);
      const taken = records[at];
      const last = records.pop()!;
      if (at < records.length) records[at] = last;
      return taken;
    },
    put(set, record) {
      const records = sets.get(set) ?? [];
      sets.set(set, records);
      if (records.length >= MAX_HELD) records.shift();
      records.push(record);
    },
  };
}
