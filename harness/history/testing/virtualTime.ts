/**
 * Time that passes only when everything waits: programs of promises run at full speed, and the same way for the same seed. The order of
 * what falls on one instant is that of its scheduling.
 */
import type { Random } from '../../load/seededRandom.ts';

export interface VirtualTime {
  nowMs(): number;
  sleep(durationMs: number): Promise<void>;
  /** Uniform between the two. */
  sleepBetween(leastMs: number, mostMs: number): Promise<void>;
  /** Until nothing is scheduled any more. Rejects after MAX_WAKES. */
  run(): Promise<void>;
}

/** A self-test's run needs some hundreds. */
const MAX_WAKES = 100_000;

export function virtualTime(random: Random): VirtualTime {
  let nowMs = 0;
  let sequence = 0;
  const sleepers: { atMs: number; sequence: number; wake: () => void }[] = [];
  const sleep = (durationMs: number): Promise<void> =>
    new Promise((wake) => {
      sleepers.push({ atMs: nowMs + durationMs, sequence: sequence++, wake });
    });
  return {
    nowMs: () => nowMs,
    sleep,
    sleepBetween: (leastMs, mostMs) => sleep(leastMs + random() * (mostMs - leastMs)),
    async run() {
      await settled();
      for (let wakes = 0; sleepers.length > 0; wakes++) {
        if (wakes === MAX_WAKES) throw new Error(`still not at rest after ${MAX_WAKES} wakes`);
        // Few sleep at a time: looking at all of them is faster than a heap.
        let first = 0;
        for (let index = 1; index < sleepers.length; index++) {
          const [one, other] = [sleepers[index]!, sleepers[first]!];
          const isEarlier = one.atMs < other.atMs;
          if (isEarlier || (one.atMs === other.atMs && one.sequence < other.sequence))
            first = index;
        }
        const [sleeper] = sleepers.splice(first, 1);
        nowMs = sleeper!.atMs;
        sleeper!.wake();
        await settled();
      }
    },
  };
}

/** A turn of the event loop comes after every promise that can settle has settled. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
