/** For tests: time that passes only when everybody waits. */
import { setImmediate } from 'node:timers/promises';
import type { FaultClock } from '../faultTools.ts';

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** A turn of the event loop lets what is not about time get on; a few, what is made of several steps. */
const TURNS_BEFORE_TIME_PASSES = 3;

export function fakeClock(): FaultClock {
  let nowMs = 0;
  let sleepers: Sleeper[] = [];
  let ticking = false;

  const tick = async (): Promise<void> => {
    if (ticking) return;
    ticking = true;
    while (sleepers.length > 0) {
      for (let turn = 0; turn < TURNS_BEFORE_TIME_PASSES; turn += 1) await setImmediate();
      const next = sleepers.reduce((a, b) => (b.atMs < a.atMs ? b : a), sleepers[0]!);
      if (next === undefined) break;
      sleepers = sleepers.filter((each) => each !== next);
      nowMs = Math.max(nowMs, next.atMs);
      next.wake();
    }
    ticking = false;
  };

  return {
    nowMs: () => nowMs,
    sleep: (ms, givenUp) =>
      new Promise((resolve) => {
        const sleeper = { atMs: nowMs + ms, wake: resolve };
        sleepers.push(sleeper);
        givenUp?.addEventListener('abort', () => {
          sleepers = sleepers.filter((each) => each !== sleeper);
          resolve();
        });
        void tick();
      }),
  };
}
