/** Loads that are known beforehand, in requests a second at a time: what a forecast is held against. */
import { seededRandom } from '../../load/seededRandom.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './drivenFleet.ts';

export type Load = (atMs: number) => number;

/** How far off a sample may be to either side: a little noise. */
const NOISE = 0.03;

/** Two waves a day with a deep night: from 400 to about 2 300, never steeper than a tenth in a quarter of an hour. */
export const dailySeason: Load = (atMs) => {
  const day = (2 * Math.PI * (atMs % DAY_MS)) / DAY_MS;
  return 1_200 - 650 * Math.cos(day) - 350 * Math.cos(2 * day - 1);
};

export const RAMP = {
  baseRps: 1_000,
  peakRps: 10_000,
  startMs: 18 * HOUR_MS,
  riseMs: 30 * MINUTE_MS,
  /** After it the load falls as it rose. */
  endMs: 22 * HOUR_MS,
};

/** Each day to ten times the load within half an hour. */
export const dailyRamp: Load = (atMs) => {
  const { baseRps, peakRps, startMs, riseMs, endMs } = RAMP;
  const inDayMs = atMs % DAY_MS;
  const share = Math.min((inDayMs - startMs) / riseMs, (endMs - inDayMs) / riseMs, 1);
  return baseRps + (peakRps - baseRps) * Math.max(0, share);
};

/** The same noise at the same time, for the same seed. */
export function withNoise(load: Load, seed: number): Load {
  return (atMs) => {
    const random = seededRandom(seed ^ Math.imul(Math.floor(atMs / MINUTE_MS), 0x9e3779b1));
    return load(atMs) * (1 + NOISE * (2 * random() - 1));
  };
}
