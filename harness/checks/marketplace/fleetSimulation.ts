/**
 * A simulation, in virtual time: what a fleet that is resized by an autoscaler would have carried. New instances carry requests five
 * minutes after they were asked for; what is taken away carries none from then on, those that are still starting first. A minute's load
 * that exceeds what carries requests finds no capacity: nothing waits. No figure of it is a measurement of a system.
 */
const MINUTE_MS = 60_000;
const START_DELAY_MS = 5 * MINUTE_MS;

export interface SimulatedFleet {
  /** To so many requests a second, started and starting instances together. */
  resize(nowMs: number, capacityRps: number): void;
  /** The load of the minute that begins at nowMs: time goes forward. */
  carryMinute(nowMs: number, loadRps: number): void;
  figures(): SimulationFigures;
}

export interface SimulationFigures {
  readonly requests: number;
  readonly withoutCapacity: number;
  readonly minutesAbove100Pct: number;
}

/** @param countFromMs minutes before it are not in the figures */
export function simulateFleet(startedRps: number, countFromMs: number): SimulatedFleet {
  let started = startedRps;
  let starting: { atMs: number; rps: number }[] = [];
  let requests = 0;
  let withoutCapacity = 0;
  let minutesAbove100Pct = 0;

  const takeAway = (rps: number): void => {
    let left = rps;
    for (const batch of [...starting].reverse()) {
      const taken = Math.min(batch.rps, left);
      batch.rps -= taken;
      left -= taken;
    }
    started -= left;
  };

  return {
    resize(nowMs, capacityRps) {
      const whole = starting.reduce((sum, { rps }) => sum + rps, started);
      if (capacityRps < whole) takeAway(whole - capacityRps);
      else starting.push({ atMs: nowMs + START_DELAY_MS, rps: capacityRps - whole });
    },
    carryMinute(nowMs, loadRps) {
      started += starting.reduce((sum, { atMs, rps }) => sum + (atMs <= nowMs ? rps : 0), 0);
      starting = starting.filter(({ atMs }) => atMs > nowMs);
      if (nowMs < countFromMs) return;
      const excessRps = Math.max(0, loadRps - started);
      requests += loadRps * (MINUTE_MS / 1_000);
      withoutCapacity += excessRps * (MINUTE_MS / 1_000);
      if (excessRps > 0) minutesAbove100Pct += 1;
    },
    figures: () => ({ requests, withoutCapacity, minutesAbove100Pct }),
  };
}
