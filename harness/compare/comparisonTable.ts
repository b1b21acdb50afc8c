/** The comparison as one table of words, for a terminal and for Markdown alike. */
import type {
  Comparison,
  ComparedClause,
  ConformanceComparison,
  FigureComparison,
  Leaderboard,
  RunsComparison,
} from './comparison.ts';
import { decidesExitCode, nameOf } from './compareRuns.ts';
import { shortP } from './shortP.ts';

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

function runsTable({ figures }: RunsComparison): ComparisonTable {
  const shown = shownOf(figures);
  const hidden = figures.filter((figure) => !shown.includes(figure));
  const deciding = hidden.filter(decidesExitCode);
  const silent = hidden.length - deciding.length;
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
      ...reasonsOf([...shown, ...deciding]),
      ...(silent > 0
        ? [
            `${silent} details (service times, single operations) became neither better nor worse for certain`,
          ]
        : []),
    ],
  };
}

/**
 * The details are many and say something only where they changed, or decide the exit code; for a reason that stands at a headline figure
 * already (another machine) they would say it again.
 */
function shownOf(figures: readonly FigureComparison[]): FigureComparison[] {
  const headline = figures.filter(({ family }) => family === 'headline');
  const told = new Set(headline.map(toldOf));
  const details = figures.filter(
    (figure) =>
      figure.family === 'detail' &&
      (figure.verdict === 'improved' ||
        figure.verdict === 'regressed' ||
        (decidesExitCode(figure) && !told.has(toldOf(figure)))),
  );
  return [...headline, ...details];
}

function toldOf({ verdict, reason }: FigureComparison): string {
  return `${verdict}: ${reason}`;
}

/** Each reason once, with what it is about: one machine differs for all figures. */
function reasonsOf(figures: readonly FigureComparison[]): string[] {
  const told = figures.filter(({ verdict }) => verdict !== 'equivalent');
  const byReason = Map.groupBy(told, toldOf);
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

export function valueOf(value: number | null, unit: string): string {
  return value === null ? '' : `${Number(value.toPrecision(4))} ${unit}`;
}

export function signed(share: number | null): string {
  if (share === null) return '';
  const percent = Number((share * 100).toFixed(1));
  return `${percent > 0 ? '+' : ''}${percent} %`;
}
