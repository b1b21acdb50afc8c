/** The comparison as one table of words, for a terminal and for Markdown alike. */
import type {
  Comparison,
  ComparedClause,
  ConformanceComparison,
  FigureComparison,
  Leaderboard,
  RunsComparison,
} from './comparison.ts';
import { nameOf } from './compareRuns.ts';

export interface ComparisonTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What stands under it: reasons, each once. */
  readonly remarks: readonly string[];
}

export function comparisonTable(comparison: Comparison): ComparisonTable {
  switch (comparison.kind) {
    case 'runs':
      return runsTable(comparison);
    case 'leaderboard':
      return leaderboardTable(comparison);
    case 'conformance':
      return conformanceTable(comparison);
  }
}

/** The details are many and say something only where they changed. */
const TOLD_DETAILS: readonly FigureComparison['verdict'][] = ['regressed', 'improved'];

function runsTable({ figures }: RunsComparison): ComparisonTable {
  const shown = figures.filter(
    ({ family, verdict }) => family === 'headline' || TOLD_DETAILS.includes(verdict),
  );
  const hidden = figures.length - shown.length;
  return {
    head: ['figure', 'baseline', 'candidate', 'change', '95 % interval', 'p', 'verdict'],
    rows: shown.map((figure) => [
      nameOf(figure),
      valueOf(figure.baseline.value, figure.unit),
      valueOf(figure.candidate.value, figure.unit),
      signed(figure.change),
      figure.changeLow === null || figure.changeHigh === null
        ? ''
        : `${signed(figure.changeLow)} .. ${signed(figure.changeHigh)}`,
      figure.pAdjusted === null ? '' : shortP(figure.pAdjusted),
      figure.verdict,
    ]),
    remarks: [
      ...reasonsOf(shown),
      ...(hidden > 0
        ? [
            `${hidden} details (service times, single operations) became neither better nor worse for certain`,
          ]
        : []),
    ],
  };
}

/** Each reason once, with what it is about: one machine differs for all figures. */
function reasonsOf(figures: readonly FigureComparison[]): string[] {
  const told = figures.filter(({ verdict }) => verdict !== 'equivalent');
  const byReason = Map.groupBy(told, ({ verdict, reason }) => `${verdict}: ${reason}`);
  return [...byReason].map(([reason, of]) => `${reason} (${someOf(of.map(nameOf))})`);
}

/** More names say nothing more; comparison.csv has them all. */
const MAX_NAMES = 4;

function someOf(names: readonly string[]): string {
  const others = names.length - MAX_NAMES;
  const shown = names.slice(0, MAX_NAMES).join(', ');
  return others > 0 ? `${shown} and ${others} others` : shown;
}

function leaderboardTable({ figures }: Leaderboard): ComparisonTable {
  return {
    head: ['figure', 'rank', 'implementation', 'value', 'x floor', 'runs', 'ranked by'],
    rows: figures.flatMap((figure) =>
      figure.rows.map((row) => [
        nameOf(figure),
        String(row.rank),
        `${row.implementation} ${row.version}`,
        valueOf(row.value, figure.unit),
        row.floorRatio === null ? '' : String(row.floorRatio),
        String(row.runs),
        figure.rankedBy,
      ]),
    ),
    remarks: [],
  };
}

function conformanceTable({ clauses }: ConformanceComparison): ComparisonTable {
  const shown = clauses.filter(({ change }) => change !== 'same');
  const told = ({ reason, known }: ComparedClause): string => (known ? `known: ${reason}` : reason);
  return {
    head: ['clause', 'level', 'change', 'before', 'after', 'statement'],
    rows: shown.map((each) => [
      ...[each.clause, each.level, each.change, each.before ?? '', each.after ?? ''],
      each.statement,
    ]),
    remarks: shown
      .filter(({ change, reason }) => change === 'regressed' && reason !== '')
      .map((each) => `${each.clause}: ${told(each)}`),
  };
}

function valueOf(value: number | null, unit: string): string {
  return value === null ? '' : `${Number(value.toPrecision(4))} ${unit}`;
}

function signed(share: number | null): string {
  if (share === null) return '';
  const percent = Number((share * 100).toFixed(1));
  return `${percent > 0 ? '+' : ''}${percent} %`;
}

function shortP(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
