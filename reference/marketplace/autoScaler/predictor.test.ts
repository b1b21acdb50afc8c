import { describe, expect, test } from 'vitest';
import type { Sample } from './metrics.ts';
import { HORIZON_MS, predictRps } from './predictor.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START_MS = 1_767_225_600_000;

type Load = (atMs: number) => number;

function history(load: Load, durationMs: number, everyMs: number): Sample[] {
  const samples: Sample[] = [];
  for (let atMs = START_MS; atMs <= START_MS + durationMs; atMs += everyMs) {
    samples.push({ atMs, rps: Math.round(load(atMs)) });
  }
  return samples;
}

/** Evenly between -1 and 1, the same each time. */
function noise(atMs: number): number {
  const mixed = Math.imul((atMs / 1_000) ^ 0x9e37_79b9, 0x85eb_ca6b);
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 31 - 1;
}

const daily: Load = (atMs) => 1_000 + 600 * Math.sin((2 * Math.PI * (atMs % DAY_MS)) / DAY_MS);

/** How far the forecasts of a day are off on average, one each quarter of an hour from the end of the known history on. */
function meanError(load: Load, knownMs: number, everyMs: number, noisePct: number): number {
  const noisy: Load = (atMs) => load(atMs) * (1 + (noisePct / 100) * noise(atMs));
  const samples = history(noisy, knownMs + DAY_MS, everyMs);
  let error = 0;
  for (let step = 0; step < 96; step++) {
    const nowMs = START_MS + knownMs + step * 15 * MINUTE_MS;
    const actual = load(nowMs + HORIZON_MS);
    error += Math.abs((predictRps(samples, nowMs, HOUR_MS) ?? 0) - actual) / actual / 96;
  }
  return error;
}

describe('a forecast', () => {
  test('of a constant history is that constant', () => {
    for (const rps of [0, 1, 997, 1_000_000_000]) {
      for (const durationMs of [HOUR_MS, DAY_MS, 8 * DAY_MS]) {
        const samples = history(() => rps, durationMs, 10 * MINUTE_MS);
        expect(predictRps(samples, START_MS + durationMs, HOUR_MS)).toBe(rps);
      }
    }
  });

  test.each([
    [5, 100],
    [-20, 30_000],
    [0.1, 1_000],
    [60, 50],
  ])('of a line that changes by %d a minute from %d is on it', (perMinute, first) => {
    const line: Load = (atMs) => first + (perMinute * (atMs - START_MS)) / MINUTE_MS;
    for (const durationMs of [HOUR_MS, 5 * HOUR_MS, DAY_MS]) {
      const samples = history(line, durationMs, MINUTE_MS);
      const nowMs = START_MS + durationMs;
      const actual = line(nowMs + HORIZON_MS);
      expect(predictRps(samples, nowMs, HOUR_MS)! / actual).toBeCloseTo(1, 2);
    }
  });

  test('of a noisy line is at most 5 % off', () => {
    const line: Load = (atMs) => 500 + (4 * (atMs - START_MS)) / MINUTE_MS;
    for (const durationMs of [HOUR_MS, 2 * HOUR_MS, DAY_MS, 3 * DAY_MS]) {
      expect(meanError(line, durationMs, MINUTE_MS, 5)).toBeLessThan(0.05);
    }
  });

  test.each([
    [1, 1, 5],
    [1, 5, 10],
    [2, 5, 10],
    [3, 15, 10],
    [7, 1, 5],
    [7, 30, 10],
    [7, 60, 5],
    [14, 5, 20],
  ])(
    'of a season known for %d days, by a sample each %d minutes with noise of %d hundredths, is at most a tenth off on average',
    (days, minutes, noisePct) => {
      expect(meanError(daily, days * DAY_MS, minutes * MINUTE_MS, noisePct)).toBeLessThan(0.1);
    },
  );

  test('of a season that grows is at most 15 % off on average', () => {
    const growing: Load = (atMs) => daily(atMs) * (1 + (0.1 * (atMs - START_MS)) / DAY_MS);
    expect(meanError(growing, 4 * DAY_MS, 5 * MINUTE_MS, 5)).toBeLessThan(0.15);
  });

  test('sees a daily ramp to ten times the load before it comes', () => {
    const ramp: Load = (atMs) =>
      atMs % DAY_MS >= 18 * HOUR_MS && atMs % DAY_MS < 20 * HOUR_MS ? 1_000 : 100;
    const noisy: Load = (atMs) => ramp(atMs) * (1 + 0.05 * noise(atMs));
    for (const days of [2, 7]) {
      const samples = history(noisy, (days + 1) * DAY_MS, MINUTE_MS);
      const rampMs = START_MS + days * DAY_MS + 18 * HOUR_MS;
      expect(predictRps(samples, rampMs - HORIZON_MS + 6 * MINUTE_MS, HOUR_MS)).toBeGreaterThan(
        900,
      );
      expect(predictRps(samples, rampMs - 11 * MINUTE_MS, HOUR_MS)).toBeGreaterThan(700);
      expect(predictRps(samples, rampMs - 30 * MINUTE_MS, HOUR_MS)).toBeLessThan(150);
    }
  });

  test('is not turned by a few wild samples', () => {
    const samples = history(() => 1_000, 2 * HOUR_MS, MINUTE_MS);
    const wild = samples.map((sample, at) => (at % 40 === 7 ? { ...sample, rps: 50_000 } : sample));
    expect(predictRps(wild, START_MS + 2 * HOUR_MS, HOUR_MS)).toBe(1_000);
  });

  test('is made of what is known at the time, and of no less than minHistoryMs', () => {
    const samples = history(() => 100, HOUR_MS, MINUTE_MS);
    expect(predictRps(samples, START_MS + HOUR_MS - 1, HOUR_MS)).toBeNull();
    expect(predictRps(samples, START_MS + HOUR_MS, HOUR_MS)).toBe(100);
    expect(predictRps([], START_MS, 0)).toBeNull();
    expect(predictRps(samples, START_MS - 1, 0)).toBeNull();
    expect(predictRps(samples, START_MS, 0)).toBe(100);
    const later = [...samples, { atMs: START_MS + HOUR_MS + 1, rps: 1_000_000 }];
    expect(predictRps(later, START_MS + HOUR_MS, HOUR_MS)).toBe(100);
  });

  test('is neither below nothing nor above what can be told', () => {
    const falling: Load = (atMs) => Math.max(0, 600 - (10 * (atMs - START_MS)) / MINUTE_MS);
    expect(predictRps(history(falling, HOUR_MS, MINUTE_MS), START_MS + HOUR_MS, 0)).toBe(0);
    const rising: Load = (atMs) => (1e9 * (atMs - START_MS)) / HOUR_MS;
    expect(predictRps(history(rising, HOUR_MS, MINUTE_MS), START_MS + HOUR_MS, 0)).toBe(1e9);
  });
});
