/** Sane ways to foretell a load, of three kinds: all of them a correct autoscaler may use. Plain code, to be read; none of it is quick. */
import type { LoadSample } from '../drivenFleet.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** @param samples in the order of their times, more than none */
export type Forecast = (samples: readonly LoadSample[], atMs: number) => number;

export const FORECASTS: Readonly<Record<string, Forecast>> = {
  'the day before': theDayBefore,
  smoothing,
  regression,
};

/** The load of the same time of the last day, shifted by what the last hour was above the same hour of that day. */
function theDayBefore(samples: readonly LoadSample[], atMs: number): number {
  const lastMs = timeOfLast(samples);
  const before = between(samples, lastMs - DAY_MS - HOUR_MS, lastMs - DAY_MS);
  const isSeen = (samples[0]?.atMs ?? Infinity) <= lastMs - DAY_MS - HOUR_MS;
  if (!isSeen) return line(between(samples, lastMs - HOUR_MS, lastMs), atMs);
  const shift = mean(between(samples, lastMs - HOUR_MS, lastMs)) - mean(before);
  return mean(between(samples, atMs - DAY_MS - 150_000, atMs - DAY_MS + 150_000)) + shift;
}

/** Holt and Winters: level, trend and the additive season of a day, exponentially smoothed. */
function smoothing(samples: readonly LoadSample[], atMs: number): number {
  const [first, second] = samples;
  const last = samples.at(-1);
  if (!first || !second || !last) return first?.rps ?? 0;
  const stepMs = (last.atMs - first.atMs) / (samples.length - 1);
  const seasonSteps = Math.round(DAY_MS / stepMs);
  const isSeasonal = samples.length >= 2 * seasonSteps;
  const [alpha, beta, gamma] = isSeasonal ? [0.2, 0.001, 0.3] : [0.5, 0.1, 0];
  const start = isSeasonal ? samples.slice(0, seasonSteps) : [first];
  const next = isSeasonal ? samples.slice(seasonSteps, 2 * seasonSteps) : [second];
  let level = mean(start);
  let trend = (mean(next) - level) / (isSeasonal ? seasonSteps : 1);
  const tilt = (index: number): number =>
    isSeasonal ? trend * (index - (seasonSteps - 1) / 2) : 0;
  const season = start.map(({ rps }, index) => rps - level - tilt(index));
  level += tilt(start.length - 1);
  const seasonAt = (index: number): number => season[index % season.length] ?? 0;
  for (let index = start.length; index < samples.length; index += 1) {
    const rps = samples[index]?.rps ?? 0;
    const before = level;
    level = alpha * (rps - seasonAt(index)) + (1 - alpha) * (level + trend);
    trend = beta * (level - before) + (1 - beta) * trend;
    season[index % season.length] = gamma * (rps - level) + (1 - gamma) * seasonAt(index);
  }
  const ahead = Math.round((atMs - last.atMs) / stepMs);
  return level + ahead * trend + seasonAt(samples.length - 1 + ahead);
}

const HARMONICS = 12;

/** Least squares: a line and the harmonics of a day; without two days of history the line of the last hour. */
function regression(samples: readonly LoadSample[], atMs: number): number {
  const lastMs = timeOfLast(samples);
  const spanMs = lastMs - (samples[0]?.atMs ?? lastMs);
  if (spanMs < 2 * DAY_MS) return line(between(samples, lastMs - HOUR_MS, lastMs), atMs);
  const row = (ms: number): number[] => {
    const terms = [1, (ms - lastMs) / spanMs];
    for (let k = 1; k <= HARMONICS; k += 1) {
      const angle = (2 * Math.PI * k * (ms % DAY_MS)) / DAY_MS;
      terms.push(Math.cos(angle), Math.sin(angle));
    }
    return terms;
  };
  // A sample each ten minutes or so is enough for waves of two hours.
  const every = Math.max(1, Math.round((samples.length * 600_000) / spanMs));
  const thinned = samples.filter((_, index) => index % every === 0);
  const weights = leastSquares(
    thinned.map(({ atMs: ms }) => row(ms)),
    thinned.map(({ rps }) => rps),
  );
  return dot(weights, row(atMs));
}

export function line(samples: readonly LoadSample[], atMs: number): number {
  const lastMs = timeOfLast(samples);
  if (samples.length < 2) return samples[0]?.rps ?? 0;
  const hours = (ms: number): number => (ms - lastMs) / HOUR_MS;
  const weights = leastSquares(
    samples.map(({ atMs: ms }) => [1, hours(ms)]),
    samples.map(({ rps }) => rps),
  );
  return dot(weights, [1, hours(atMs)]);
}

/** By the normal equations, solved by elimination. */
function leastSquares(rows: readonly number[][], values: readonly number[]): number[] {
  const size = rows[0]?.length ?? 0;
  const matrix = Array.from({ length: size }, () => new Float64Array(size + 1));
  for (const [index, row] of rows.entries()) {
    matrix.forEach((equation, i) => {
      const factor = row[i] ?? 0;
      row.forEach((value, j) => (equation[j] = (equation[j] ?? 0) + factor * value));
      equation[size] = (equation[size] ?? 0) + factor * (values[index] ?? 0);
    });
  }
  matrix.forEach((pivot, i) => {
    const scale = pivot[i] ?? 1;
    pivot.forEach((value, j) => (pivot[j] = value / scale));
    matrix.forEach((equation, other) => {
      const factor = equation[i] ?? 0;
      if (other === i || factor === 0) return;
      equation.forEach((value, j) => (equation[j] = value - factor * (pivot[j] ?? 0)));
    });
  });
  return matrix.map((equation) => equation[size] ?? 0);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

function timeOfLast(samples: readonly LoadSample[]): number {
  return samples.at(-1)?.atMs ?? 0;
}

function between(samples: readonly LoadSample[], fromMs: number, untilMs: number): LoadSample[] {
  return samples.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
}

function mean(samples: readonly LoadSample[]): number {
  return samples.reduce((sum, { rps }) => sum + rps, 0) / samples.length;
}
