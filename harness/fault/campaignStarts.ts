/** When the commands of a campaign are to start: independent of each other, and as many as its profile promises. */
import type { Random } from '../load/seededRandom.ts';
import type { FaultProfile } from './faultFile.ts';

/** The faults' phase lasts until its last fault has been played, where recoveries take longer than planned; at most so much longer. */
export const OVERRUN = 1;

export interface CampaignStarts {
  /** From the start of the load, ascending; those of an overrun are the last, sent only while faults are still to come. */
  readonly startsMs: Float64Array;
  /** The index of the first that is counted: those of the warm-up are not. */
  readonly firstCounted: number;
}

/**
 * Poisson arrivals, given how many there are: evenly drawn times. What a sample can show of an availability hangs on its size, which
 * must not be left to chance.
 */
export function campaignStarts({ ratePerS, phases }: FaultProfile, random: Random): CampaignStarts {
  const [warmUp, steady, faults] = phases;
  let beganMs = 0;
  const parts = [warmUp.s, steady.s, faults.s, faults.s * OVERRUN].map((s) => {
    const fromMs = beganMs;
    beganMs += s * 1000;
    const count = Math.round(ratePerS * s);
    return Float64Array.from({ length: count }, () => fromMs + random() * s * 1000).sort();
  });
  const startsMs = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    startsMs.set(part, at);
    at += part.length;
  }
  return { startsMs, firstCounted: parts[0]!.length };
}
