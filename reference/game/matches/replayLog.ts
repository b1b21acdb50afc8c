/** What was put into a match, tick by tick. Kept as text outside of the heap: the commands of a hundred players are many objects. */
import type { ReplayTick } from '../../../spec/game/messages.d.ts';

/** The contract's least. */
const KEPT_TICKS = 10_000;

/** A page of more is cut: the size of a page is free up to its limit. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

export interface ReplayLog {
  /** Ticks come one after the other, from 1. */
  add(tick: ReplayTick): void;
  /** The first tick that is still kept. */
  readonly first: number;
  readonly last: number;
  /** At least one tick; `from` is one that is kept. */
  page(from: number, limit: number): ReplayTick[];
}

export function replayLog(): ReplayLog {
  const ring: Buffer[] = [];
  let last = 0;
  const at = (tick: number): Buffer => ring[tick % KEPT_TICKS]!;
  return {
    add(tick) {
      last = tick.tick;
      // All of it is ASCII.
      ring[last % KEPT_TICKS] = Buffer.from(JSON.stringify(tick), 'latin1');
    },
    get first() {
      return Math.max(1, last - KEPT_TICKS + 1);
    },
    get last() {
      return last;
    },
    page(from, limit) {
      const end = Math.min(last + 1, from + limit);
      const ticks: ReplayTick[] = [];
      let bytes = 0;
      for (let tick = from; tick < end; tick++) {
        bytes += at(tick).length;
        if (ticks.length > 0 && bytes > MAX_PAGE_BYTES) break;
        ticks.push(JSON.parse(at(tick).toString('latin1')) as ReplayTick);
      }
      return ticks;
    },
  };
}
