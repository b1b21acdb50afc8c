/**
 * The load in fifteen minutes, as the history foretells it. Two forecasts: the line of the last hours, and the same time of earlier
 * days at today's level. Which of them is believed is what the last day says: each is asked for the loads that are known by now, as of
 * fifteen minutes before, and the one that was less wrong is taken. A pure function of the samples and the time.
 */
import { countUntil } from './metrics.ts';
import type { Sample } from './metrics.ts';
import { loadSeries } from './loadSeries.ts';
import type { LoadSeries } from './loadSeries.ts';
import { median } from './median.ts';
import { trendForecast } from './trend.ts';

export const HORIZON_MS = 900_000;

/** The largest load that a message can tell. */
const MAX_RPS = 1_000_000_000;

/** @returns requests a second at nowMs + HORIZON_MS; null when the samples until nowMs span less than minHistoryMs */
export function predictRps(
  samples: readonly Sample[],
  nowMs: number,
  minHistoryMs: number,
): number | null {
  const known = samples.slice(0, countUntil(samples, nowMs));
  if (known.length === 0) return null;
  const series = loadSeries(known);
  if (series.lastMs - series.firstMs < minHistoryMs) return null;
  const forecast = isSeasonal(series, nowMs)
    ? (seasonForecast(series, nowMs) ?? trendForecast(series, nowMs, HORIZON_MS))
    : trendForecast(series, nowMs, HORIZON_MS);
  return Math.min(MAX_RPS, Math.max(0, Math.round(forecast)));
}

const DAY_MS = 86_400_000;
const MAX_DAYS = 7;

/** On both sides of a time of an earlier day: enough samples that one of them does not decide, and no more than a ramp's first minutes. */
const AROUND_MS = 300_000;
/** The newest loads that are today's level. */
const LEVEL_MS = 1_800_000;

/** A level so far from that of the days before is no season's any more, and the observed load will tell. */
const MAX_LEVEL = 2;

/** Undefined without an earlier day. Of several days the median: one Black Friday among them does not count. */
function seasonForecast(series: LoadSeries, nowMs: number): number | undefined {
  const loads: number[] = [];
  const levels: number[] = [];
  for (let day = 1; day <= MAX_DAYS; day++) {
    const atMs = nowMs - day * DAY_MS;
    const load = loadAround(series, atMs + HORIZON_MS);
    const level = series.mean(atMs - LEVEL_MS, atMs);
    if (load !== undefined) loads.push(load);
    if (level) levels.push(level.rps);
  }
  if (loads.length === 0) return undefined;
  const today = series.mean(nowMs - LEVEL_MS, nowMs)?.rps;
  const before = levels.length > 0 ? median(levels) : 0;
  const level = today === undefined || before === 0 ? 1 : today / before;
  return median(loads) * Math.min(MAX_LEVEL, Math.max(1 / MAX_LEVEL, level));
}

function loadAround(series: LoadSeries, atMs: number): number | undefined {
  return series.mean(atMs - AROUND_MS, atMs + AROUND_MS)?.rps ?? series.between(atMs);
}

/** How far back, and how often, the forecasts are held against what came. */
const TRIED_EVERY_MS = 1_800_000;

/** What a season is taken to be off where the history is too short to try it: much for a line, little for a day's ups and downs. */
const UNTRIED_SEASON_ERROR = 0.05;

function isSeasonal(series: LoadSeries, nowMs: number): boolean {
  let actual = 0;
  let trendError = 0;
  let triedActual = 0;
  let seasonError = 0;
  for (let backMs = 0; backMs < DAY_MS; backMs += TRIED_EVERY_MS) {
    const atMs = nowMs - backMs;
    const askedAtMs = atMs - HORIZON_MS;
    const came = series.between(atMs);
    if (came === undefined || askedAtMs < series.firstMs) continue;
    actual += came;
    trendError += Math.abs(trendForecast(series, askedAtMs, HORIZON_MS) - came);
    const season = seasonForecast(series, askedAtMs);
    if (season === undefined) continue;
    triedActual += came;
    seasonError += Math.abs(season - came);
  }
  const seasonShare = triedActual > 0 ? seasonError / triedActual : UNTRIED_SEASON_ERROR;
  return seasonShare * actual < trendError;
}
