/**
 * A robust line through the last hours: the median of the slopes between every two points (Theil and Sen), so that a few wild samples do
 * not turn it. Points are means of equal parts of the time, so that noise is averaged and the number of slopes is bounded.
 */
import type { LoadSeries } from './loadSeries.ts';
import { median } from './median.ts';

/** Long enough to level out noise and short swings, short enough to follow a day's ups and downs. */
const WINDOW_MS = 7_200_000;
/** Where samples are rare the window is longer: a line needs points. */
const MIN_SAMPLES = 12;
/** 276 slopes. */
const PARTS = 24;

/** The line's load at nowMs + horizonMs, from what is known until nowMs. Exactly the constant on a constant history. */
export function trendForecast(series: LoadSeries, nowMs: number, horizonMs: number): number {
  const points = pointsUntil(series, nowMs);
  const slopes: number[] = [];
  points.forEach((one, index) => {
    for (const other of points.slice(index + 1)) {
      slopes.push((other.rps - one.rps) / (other.atMs - one.atMs));
    }
  });
  const slope = slopes.length > 0 ? median(slopes) : 0;
  return median(points.map(({ atMs, rps }) => rps + slope * (nowMs + horizonMs - atMs)));
}

function pointsUntil(series: LoadSeries, nowMs: number): { atMs: number; rps: number }[] {
  const newestMs = series.timeOfNewest(nowMs, 0);
  const fromMs = Math.min(newestMs - WINDOW_MS, series.timeOfNewest(nowMs, MIN_SAMPLES - 1));
  const points: { atMs: number; rps: number }[] = [];
  const partMs = (newestMs - fromMs) / PARTS;
  for (let part = 0; part < PARTS; part++) {
    const isLast = part === PARTS - 1;
    const beginMs = Math.ceil(fromMs + part * partMs);
    const endMs = isLast ? newestMs : Math.ceil(fromMs + (part + 1) * partMs) - 1;
    const point = series.mean(beginMs, endMs);
    if (point) points.push(point);
  }
  return points;
}
