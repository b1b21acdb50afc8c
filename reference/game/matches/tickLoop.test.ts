import { expect, test } from 'vitest';
import { phaseOf, tickLoop } from './tickLoop.ts';
import type { LoopClock } from './tickLoop.ts';

/** Time that goes to whatever is due next, with each call late by what `lateness` says. */
function simulatedClock(latenessMs: () => number): LoopClock & { runUntil(ms: number): void } {
  let nowMs = 0;
  let waiting: { atMs: number; run: () => void }[] = [];
  return {
    now: () => nowMs,
    after: (ms, run) => void waiting.push({ atMs: nowMs + Math.max(0, ms), run }),
    runUntil(ms) {
      while (waiting.length > 0 && waiting[0]!.atMs <= ms) {
        const [{ atMs, run }] = waiting as [(typeof waiting)[0]];
        waiting = waiting.slice(1);
        nowMs = Math.max(nowMs, atMs + latenessMs());
        run();
      }
      nowMs = Math.max(nowMs, ms);
    },
  };
}

test('ticks do not drift, however late each of them is', () => {
  const clock = simulatedClock(() => 3.7);
  let ticks = 0;
  tickLoop(30, 0, () => ticks++, clock);
  clock.runUntil(60_005);
  expect(ticks).toBe(1800);
});

test('a short standstill is caught up with tick by tick, a long one is let go', () => {
  for (const [standstillMs, expected] of [
    [2000, 90],
    [20_000, 31],
  ] as const) {
    let latenessMs = 0;
    const clock = simulatedClock(() => latenessMs);
    let ticks = 0;
    tickLoop(30, 0, () => ticks++, clock);
    clock.runUntil(500);
    latenessMs = standstillMs;
    clock.runUntil(534);
    latenessMs = 0;
    clock.runUntil(1001 + standstillMs);
    expect(Math.abs(ticks - expected)).toBeLessThanOrEqual(1);
  }
});

test('a loop that was stopped ticks no more', () => {
  const clock = simulatedClock(() => 0);
  let ticks = 0;
  const stop = tickLoop(10, 0, () => ticks++, clock);
  clock.runUntil(1001);
  stop();
  clock.runUntil(2000);
  expect(ticks).toBe(10);
});

test('successive matches tick at different times', () => {
  const phases = [0, 1, 2, 3, 4, 5, 6, 7].map(phaseOf).sort((one, other) => one - other);
  const gaps = phases.map((phase, nth) => (phases[nth + 1] ?? phases[0]! + 1) - phase);
  expect(Math.min(...gaps)).toBeGreaterThan(0.05);
});
