/** The history of each figure over the runs of many result files, and where its level changed. */
import { conditionsOf } from './comparability.ts';
import { nameOf } from './compareRuns.ts';
import { familyOf } from './figures.ts';
import { MARGIN } from './judgeChanges.ts';
import { keyOf } from './resultRow.ts';
import type { ResultRow } from './resultRow.ts';
import { changePoints, LEAST_RUNS } from './statistics/changePoints.ts';
import type { ChangePoint } from './statistics/changePoints.ts';
import { median } from './statistics/median.ts';

/** Raised when a reader of an older trend.json would misread a newer one. */
export const TREND_SCHEMA_VERSION = 1;

export interface TrendPoint {
  readonly run: string;
  readonly startedUtc: string;
  readonly implVersion: string;
  readonly gitSha: string;
  readonly specVersion: string;
  readonly value: number;
}

export interface LevelChange {
  /** Which run of the history is the first at the new level, from 0; and when and of which commit it was. */
  readonly at: number;
  readonly startedUtc: string;
  readonly implVersion: string;
  readonly gitSha: string;
  /** Medians of the runs between this change and its neighbours. */
  readonly before: number;
  readonly after: number;
  /** Share of `before`: 0.1 is 10 % more. Null where that is zero. */
  readonly change: number | null;
  readonly verdict: 'improved' | 'regressed';
  readonly p: number;
  /** Whether the case study became another version with it: then it may be the load that changed. */
  readonly specChanged: boolean;
}

export interface Trend {
  readonly caseId: string;
  readonly implementation: string;
  readonly scenario: string;
  readonly operation: string;
  readonly metric: string;
  readonly percentile: number | null;
  readonly unit: string;
  readonly direction: ResultRow['direction'];
  readonly machine: string;
  /** In the order in which they were measured. */
  readonly points: readonly TrendPoint[];
  readonly changes: readonly LevelChange[];
}

export interface Trends {
  readonly trends: readonly Trend[];
  readonly headline: string;
  readonly notes: readonly string[];
}

export interface TrendFilter {
  readonly scenario?: string;
  readonly operation?: string;
  readonly metric?: string;
  /** `headline`: of all operations together, or with a target. */
  readonly family: 'headline' | 'all';
}

/** @param rows of all files; their order does not matter */
export function trendsOf(rows: readonly ResultRow[], filter: TrendFilter): Trends {
  const asked = rows.filter((row) => isAsked(row, filter));
  const usable = asked.filter(
    ({ place, validity, value }) => place === null && validity !== 'invalid' && value !== null,
  );
  const histories = Map.groupBy(usable, historyOf);
  const trends = [...histories.values()].map(trendOf).sort(byTelling);
  const changed = trends.filter(({ changes }) => changes.length > 0).length;
  return {
    trends,
    headline: `${trends.length} histories, ${changed} of them with a change of level`,
    notes: notesOf(asked, trends),
  };
}

/** What is declared, or the highest of all values, has no level that could change. */
function isAsked(row: ResultRow, { scenario, operation, metric, family }: TrendFilter): boolean {
  return (
    row.verdict !== 'declared' &&
    row.percentile !== 100 &&
    (scenario === undefined || row.scenario === scenario) &&
    (metric === undefined || row.metric === metric) &&
    (operation === undefined
      ? family === 'all' || familyOf(row) === 'headline'
      : row.operation === operation)
  );
}

function historyOf(row: ResultRow): string {
  return `${row.implName} ${keyOf(row)} ${conditionsOf(row)}`;
}

function trendOf(rows: readonly ResultRow[]): Trend {
  const { caseId, implName, scenario, operation, metric, percentile, unit, direction, machine } =
    rows[0]!;
  const points = [...Map.groupBy(rows, ({ run }) => run).values()]
    .map(pointOf)
    .sort((a, b) => (a.startedUtc < b.startedUtc ? -1 : a.startedUtc > b.startedUtc ? 1 : 0));
  const found = largeChanges(
    points.map(({ value }) => value),
    changePoints(points.map(({ value }) => value)),
  );
  return {
    ...{
      caseId,
      implementation: implName,
      scenario,
      operation,
      metric,
      percentile,
      unit,
      direction,
      machine,
    },
    points,
    changes: found.map(({ at, p, before, after }) =>
      describe(points, direction, { at, p, before, after }),
    ),
  };
}

/** A scenario may measure a figure several times in a run; what counts as one is the run. */
function pointOf(rows: readonly ResultRow[]): TrendPoint {
  const { run, startedUtc, implVersion, gitSha, specVersion } = rows[0]!;
  const value = median(rows.map((row) => row.value!));
  return { run, startedUtc, implVersion, gitSha, specVersion, value };
}

interface Step extends ChangePoint {
  readonly before: number;
  readonly after: number;
}

/** A certain change that is smaller than what a comparison calls one is no change of level: its two stretches are one. */
function largeChanges(values: readonly number[], found: readonly ChangePoint[]): Step[] {
  const steps = stepsOf(values, found);
  const size = ({ before, after }: Step): number =>
    before > 0 && after > 0 ? Math.abs(Math.log(after / before)) : before === after ? 0 : Infinity;
  const least = steps.reduce<Step | undefined>(
    (small, step) => (!small || size(step) < size(small) ? step : small),
    undefined,
  );
  if (!least || size(least) >= MARGIN) return steps;
  return largeChanges(
    values,
    found.filter(({ at }) => at !== least.at),
  );
}

function stepsOf(values: readonly number[], found: readonly ChangePoint[]): Step[] {
  const starts = [0, ...found.map(({ at }) => at)];
  const levels = starts.map((from, index) => median(values.slice(from, starts[index + 1])));
  return found.map((change, index) => ({
    ...change,
    before: levels[index]!,
    after: levels[index + 1]!,
  }));
}

function describe(
  points: readonly TrendPoint[],
  direction: ResultRow['direction'],
  { at, p, before, after }: Step,
): LevelChange {
  const { startedUtc, implVersion, gitSha, specVersion } = points[at]!;
  const isBetter = after < before === (direction === 'lower-is-better');
  return {
    ...{ at, startedUtc, implVersion, gitSha, before, after },
    change: before === 0 ? null : after / before - 1,
    verdict: isBetter ? 'improved' : 'regressed',
    p,
    specChanged: points[at - 1]!.specVersion !== specVersion,
  };
}

/** What became worse stands first, then what became better; otherwise by name. */
function byTelling(a: Trend, b: Trend): number {
  return weightOf(b) - weightOf(a) || (trendName(a) < trendName(b) ? -1 : 1);
}

function weightOf({ changes }: Trend): number {
  if (changes.some(({ verdict }) => verdict === 'regressed')) return 2;
  return changes.length > 0 ? 1 : 0;
}

export function trendName(trend: Trend): string {
  return `${trend.implementation} ${nameOf(trend)}`;
}

function notesOf(asked: readonly ResultRow[], trends: readonly Trend[]): string[] {
  const runs = (of: (row: ResultRow) => boolean): number =>
    new Set(asked.filter(of).map(({ run }) => run)).size;
  const paired = runs(({ place }) => place !== null);
  const invalid = runs(({ place, validity }) => place === null && validity === 'invalid');
  const short = trends.filter(({ points }) => points.length < LEAST_HISTORY).length;
  const machines = [...new Set(trends.map(({ machine }) => machine))];
  return [
    ...(paired > 0
      ? [`${paired} runs of bench --ab are left out: they are compared in pairs`]
      : []),
    ...(invalid > 0 ? [`${invalid} runs have invalid figures, which are left out`] : []),
    ...(short > 0
      ? [
          `${short} histories are too short for a change to show: ${LEAST_HISTORY} runs are the least, ${LEAST_RUNS} on each side`,
        ]
      : []),
    ...(machines.length > 1
      ? [`measured on ${machines.length} machines: each has histories of its own`]
      : []),
    ...(trends.some(({ changes }) => changes.some(({ specChanged }) => specChanged))
      ? [
          'where the case study became another version (*), the load may have changed, and not the implementation',
        ]
      : []),
  ];
}

/** With half of the runs on each side, and all of one above all of the other, p just falls below the level. */
export const LEAST_HISTORY = 16;
