/** A history of load that is asked for means: each in the time of two searches, however long it is. */
import { countUntil } from './metrics.ts';
import type { Sample } from './metrics.ts';

export interface LoadSeries {
  readonly firstMs: number;
  readonly lastMs: number;
  /** Mean time and load of the samples with fromMs <= atMs <= toMs; undefined without one. */
  mean(fromMs: number, toMs: number): { atMs: number; rps: number } | undefined;
  /** Between the samples before and after it, if they are not too far apart. */
  between(atMs: number): number | undefined;
  /** When the sample that many before the newest at or before atMs was taken, or the first. */
  timeOfNewest(atMs: number, samplesBefore: number): number;
}

/** One sample an hour is a history, one a day is none. */
const MAX_GAP_MS = 7_200_000;

/** @param samples in the order of their times, one or more */
export function loadSeries(samples: readonly Sample[]): LoadSeries {
  const firstMs = samples[0]!.atMs;
  // Times are kept from the first one, so that sums of 20 000 are whole numbers below 2^53 for years of history.
  const sumOfTimes = new Float64Array(samples.length + 1);
  const sumOfLoads = new Float64Array(samples.length + 1);
  samples.forEach(({ atMs, rps }, index) => {
    sumOfTimes[index + 1] = sumOfTimes[index]! + (atMs - firstMs);
    sumOfLoads[index + 1] = sumOfLoads[index]! + rps;
  });
  return {
    firstMs,
    lastMs: samples.at(-1)!.atMs,
    mean(fromMs, toMs) {
      const begin = countUntil(samples, fromMs - 1);
      const end = countUntil(samples, toMs);
      const count = end - begin;
      if (count < 1) return undefined;
      return {
        atMs: firstMs + (sumOfTimes[end]! - sumOfTimes[begin]!) / count,
        rps: (sumOfLoads[end]! - sumOfLoads[begin]!) / count,
      };
    },
    between(atMs) {
      const index = countUntil(samples, atMs);
      const before = samples[index - 1];
      if (before?.atMs === atMs) return before.rps;
      const after = samples[index];
      if (!before || !after || after.atMs - before.atMs > MAX_GAP_MS) return undefined;
      const share = (atMs - before.atMs) / (after.atMs - before.atMs);
      return before.rps + (after.rps - before.rps) * share;
    },
    timeOfNewest(atMs, samplesBefore) {
      return samples[Math.max(0, countUntil(samples, atMs) - 1 - samplesBefore)]!.atMs;
    },
  };
}
