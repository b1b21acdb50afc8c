/** Several implementations side by side, figure by figure. No test is made: it says who is where, not who is better for certain. */
import { EXIT } from '../report/exitCode.ts';
import { differencesOf } from './comparability.ts';
import { COMPARISON_SCHEMA_VERSION } from './comparison.ts';
import type { Leaderboard, LeaderboardFigure, LeaderboardRow } from './comparison.ts';
import { familyOf } from './figures.ts';
import { nameOf } from './compareRuns.ts';
import { keyOf } from './resultRow.ts';
import type { ResultRow } from './resultRow.ts';
import { median } from './statistics/median.ts';

/** @param rows of all files */
export function leaderboard(rows: readonly ResultRow[]): Leaderboard {
  const usable = rows.filter(
    (row) =>
      row.value !== null &&
      row.verdict !== 'declared' &&
      row.percentile !== 100 &&
      familyOf(row) === 'headline',
  );
  const notes: string[] = [];
  const figures = [...Map.groupBy(usable, keyOf).values()].flatMap((all) => {
    const { figure, note } = figureOf(all);
    if (note !== null) notes.push(`${nameOf(all[0]!)}: ${note}`);
    return figure ? [figure] : [];
  });
  const implementations = new Set(rows.map(entryOf)).size;
  return {
    schemaVersion: COMPARISON_SCHEMA_VERSION,
    kind: 'leaderboard',
    headline: `${implementations} implementations, ${figures.length} figures that can be ranked`,
    exitCode: figures.length === 0 ? EXIT.incomparable : EXIT.ok,
    figures,
    notes,
  };
}

function figureOf(all: readonly ResultRow[]): {
  figure: LeaderboardFigure | null;
  note: string | null;
} {
  const rows = all.filter(({ validity }) => validity !== 'invalid');
  const invalid = all.length - rows.length;
  const note = invalid > 0 ? `${invalid} invalid runs are left out` : null;
  if (new Set(rows.map(entryOf)).size < 2) {
    return { figure: null, note: note ?? 'only one implementation has it' };
  }
  const differences = differencesOf(rows);
  const changed = differences.find(({ cause }) => cause === 'case-study');
  if (changed) return { figure: null, note: `not ranked, ${changed.reason}` };
  const [difference] = differences;
  if (difference && rows.some(({ floorRatio }) => floorRatio === null)) {
    return { figure: null, note: `not ranked, ${difference.reason}, and not all are calibrated` };
  }
  const { caseId, scenario, operation, metric, percentile, unit, direction } = rows[0]!;
  const rankedBy = difference ? 'floor-ratio' : 'value';
  const figure = {
    ...{ caseId, scenario, operation, metric, percentile, unit, direction },
    rankedBy,
    rows: rank(rows, rankedBy, direction),
  } as const;
  return { figure, note };
}

function rank(
  rows: readonly ResultRow[],
  by: LeaderboardFigure['rankedBy'],
  direction: ResultRow['direction'],
): LeaderboardRow[] {
  const entries = [...Map.groupBy(rows, entryOf).values()].map(
    (of): Omit<LeaderboardRow, 'rank'> => {
      const ratios = of.flatMap(({ floorRatio }) => (floorRatio === null ? [] : [floorRatio]));
      return {
        implementation: of[0]!.implName,
        version: of[0]!.implVersion,
        files: [...new Set(of.map(({ file }) => file))],
        runs: of.length,
        value: median(of.map(({ value }) => value!)),
        floorRatio: ratios.length === 0 ? null : median(ratios),
      };
    },
  );
  const key = (entry: Omit<LeaderboardRow, 'rank'>): number =>
    by === 'value' ? entry.value : entry.floorRatio!;
  const sign = direction === 'lower-is-better' ? 1 : -1;
  return entries
    .sort((a, b) => sign * (key(a) - key(b)))
    .map((entry, index) => ({ rank: index + 1, ...entry }));
}

function entryOf({ implName, implVersion }: ResultRow): string {
  return `${implName} ${implVersion}`;
}
