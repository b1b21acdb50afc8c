/** What the last ticks of a match took. */
import type { Metrics } from '../../../spec/game/messages.d.ts';

const KEPT = 1024;

export interface TickTimes {
  add(us: number): void;
  /** In whole microseconds; zeros before the first tick. */
  summary(): Metrics['tickUs'];
}

export function tickTimes(): TickTimes {
  const ring: number[] = [];
  let count = 0;
  return {
    add(us) {
      ring[count++ % KEPT] = Math.round(us);
    },
    summary() {
      const sorted = ring.toSorted((one, other) => one - other);
      const at = (share: number): number =>
        sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
      return { p50: at(0.5), p99: at(0.99), max: at(1) };
    },
  };
}
