/** Ticks of a real-time match: tick n is due at start + n periods, however late those before it were, so that nothing drifts. */

/** After so long a standstill the time is let go instead of caught up with. */
const MAX_BEHIND_MS = 5000;

/** Of the period: successive matches begin at phases that stay far from each other, however many there are. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/** Where in its period the match with a number should tick, so that matches do not wait for each other. */
export function phaseOf(matchNumber: number): number {
  return (matchNumber * GOLDEN_RATIO) % 1;
}

/** Ms, never back. */
export interface LoopClock {
  now(): number;
  /** Calls back once, after `ms` or as soon as what waits has been done. */
  after(ms: number, run: () => void): void;
}

export const SYSTEM_CLOCK: LoopClock = {
  now: () => performance.now(),
  after(ms, run) {
    if (ms <= 0) setImmediate(run);
    else setTimeout(run, Math.max(1, Math.ceil(ms)));
  },
};

/**
 * @param phase of the first tick, in periods
 * @returns stops it
 */
export function tickLoop(
  tickRate: number,
  phase: number,
  tick: () => void,
  clock: LoopClock = SYSTEM_CLOCK,
): () => void {
  const periodMs = 1000 / tickRate;
  let startMs = clock.now() + phase * periodMs;
  let ticks = 0;
  let isStopped = false;
  const dueMs = (): number => startMs + (ticks + 1) * periodMs;

  function run(): void {
    if (isStopped) return;
    const behindMs = clock.now() - dueMs();
    if (behindMs > MAX_BEHIND_MS) startMs += behindMs;
    if (behindMs >= 0) {
      ticks++;
      tick();
    }
    // One tick a turn: what has come in between is taken first.
    clock.after(dueMs() - clock.now(), run);
  }

  clock.after(dueMs() - clock.now(), run);
  return () => {
    isStopped = true;
  };
}
