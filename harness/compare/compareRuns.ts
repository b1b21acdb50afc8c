/** The runs of two sides, figure by figure: what became better or worse, what did not, and what cannot be said. */
import { EXIT } from '../report/exitCode.ts';
import { COMPARISON_SCHEMA_VERSION } from './comparison.ts';
import type { FigureComparison, FigureVerdict, RunsComparison } from './comparison.ts';
import { confirmChanges } from './confirmChanges.ts';
import type { Confirmed } from './confirmChanges.ts';
import { figuresOf } from './figures.ts';
import type { Ask, Figure } from './figures.ts';
import { judgeChanges } from './judgeChanges.ts';
import type { Question } from './judgeChanges.ts';
import { keyOf } from './resultRow.ts';
import type { ResultRow } from './resultRow.ts';
import { describeSide } from './sides.ts';
import type { Sides } from './sides.ts';
import { median } from './statistics/median.ts';

type NotAsked = Extract<Ask, { kind: 'none' }>;
/** The figure of the series that the numbers come from. */
type Answer = { readonly figure: Figure; readonly found: Confirmed | NotAsked };

export function compareRuns(sides: Sides): RunsComparison {
  const series = seriesOf(sides);
  const [first, second] = series.map(figuresOf);
  const answers = answersOf(first!, sides.design === 'separate' ? 'none is made' : second);
  const figures = answers.map(describe).sort(byName);
  const counts = countVerdicts(figures);
  return {
    schemaVersion: COMPARISON_SCHEMA_VERSION,
    kind: 'runs',
    design: sides.design,
    series: series.length,
    baseline: describeSide(sides.baseline),
    candidate: describeSide(sides.candidate),
    counts,
    headline: headlineOf(counts, figures),
    exitCode: exitCodeOf(figures, answers),
    figures,
    notes: notesOf(sides, series),
  };
}

/** Which figures a second series has to decide, before a build fails by them. */
export function suspectsOf(sides: Sides): string[] {
  const asked = askedOf(figuresOf(sides));
  const judged = judgeChanges(asked.map(({ question }) => question));
  return asked
    .filter((_, index) => judged[index]!.isSuspect)
    .map(({ figure }) => nameOf(figure.row));
}

/** @param second undefined where a second series belongs to the design, and was not made */
function answersOf(
  first: readonly Figure[],
  second: readonly Figure[] | undefined | 'none is made',
): Answer[] {
  const asked = askedOf(first);
  const judged = judgeChanges(asked.map(({ question }) => question));
  const again = new Map(
    second === 'none is made' ? [] : second?.map((figure) => [keyOf(figure.row), figure]),
  );
  const repeated = asked.map(({ figure }) => again.get(keyOf(figure.row)));
  const confirmed =
    second === 'none is made'
      ? judged.map((judgement) => ({ ...judgement, isRepeated: false }))
      : confirmChanges(
          judged,
          repeated.map((figure) =>
            second ? questionOf(figure) : 'it is not confirmed by a second series',
          ),
        );
  const answers = new Map(
    asked.map(({ figure }, index): [Figure, Answer] => {
      const found = confirmed[index]!;
      return [figure, { figure: found.isRepeated ? repeated[index]! : figure, found }];
    }),
  );
  return first.map((figure) =>
    figure.ask.kind === 'none' ? { figure, found: figure.ask } : answers.get(figure)!,
  );
}

function askedOf(figures: readonly Figure[]): { figure: Figure; question: Question }[] {
  return figures.flatMap((figure) => {
    const question = questionOf(figure);
    return typeof question === 'string' ? [] : [{ figure, question }];
  });
}

/** @returns why nothing can be asked, where it cannot */
function questionOf(figure: Figure | undefined): Question | string {
  if (!figure) return 'the second series does not have it';
  const { ask, row, family } = figure;
  if (ask.kind === 'none') return `the second series does not tell: ${ask.reason}`;
  return { samples: ask.samples, direction: row.direction, family };
}

function seriesOf({ design, baseline, candidate }: Sides): Sides[] {
  if (design === 'separate') return [{ design, baseline, candidate }];
  const numberOf = (row: ResultRow): number => row.place!.series;
  const numbers = [...new Set([...baseline, ...candidate].map(numberOf))].sort((a, b) => a - b);
  return numbers.map((number) => ({
    design,
    baseline: baseline.filter((row) => numberOf(row) === number),
    candidate: candidate.filter((row) => numberOf(row) === number),
  }));
}

function describe({ figure, found }: Answer): FigureComparison {
  const { caseId, scenario, operation, metric, percentile, unit, direction } = figure.row;
  const estimate = 'estimate' in found ? found.estimate : null;
  const side = (values: readonly number[]): FigureComparison['baseline'] => ({
    value: values.length === 0 ? null : median(values),
    runs: values.length,
  });
  const both = figure.baseline.length > 0 && figure.candidate.length > 0;
  const plain = both ? Math.log(median(figure.candidate) / median(figure.baseline)) : NaN;
  return {
    ...{ caseId, scenario, operation, metric, percentile, unit, direction },
    family: figure.family,
    verdict: found.verdict,
    reason: found.reason,
    cause: 'cause' in found ? found.cause : null,
    baseline: side(figure.baseline),
    candidate: side(figure.candidate),
    change: shareOf(estimate?.shift ?? plain),
    changeLow: shareOf(estimate?.interval95.low),
    changeHigh: shareOf(estimate?.interval95.high),
    test: 'pAdjusted' in found && found.pAdjusted !== null ? (estimate?.test ?? null) : null,
    p: 'pAdjusted' in found && found.pAdjusted !== null ? (estimate?.p ?? null) : null,
    pAdjusted: 'pAdjusted' in found ? found.pAdjusted : null,
    floorAa: 'floor' in found ? shareOf(found.floor) : null,
    leastChange: 'leastChange' in found ? shareOf(found.leastChange) : null,
    runs: figure.runs,
  };
}

/** @returns null for what is not finite */
function shareOf(logarithm: number | null | undefined): number | null {
  if (logarithm === null || logarithm === undefined || !Number.isFinite(logarithm)) return null;
  return Math.expm1(logarithm);
}

const VERDICTS: readonly FigureVerdict[] = [
  ...(['regressed', 'improved', 'equivalent', 'inconclusive', 'invalid', 'incomparable'] as const),
];

function countVerdicts(figures: readonly FigureComparison[]): RunsComparison['counts'] {
  const count = (verdict: FigureVerdict): number =>
    figures.filter((figure) => figure.verdict === verdict).length;
  return Object.fromEntries(
    VERDICTS.map((verdict) => [verdict, count(verdict)]),
  ) as unknown as RunsComparison['counts'];
}

const MISTAKES: readonly FigureComparison['cause'][] = ['environment', 'load', 'missing'];

/** By itself, whatever the others are. */
export function decidesExitCode({ verdict, cause }: FigureComparison): boolean {
  return verdict === 'regressed' || verdict === 'invalid' || MISTAKES.includes(cause);
}

/**
 * What a changed suite brings makes only its own figures incomparable, as long as others could be asked about; what was measured
 * otherwise, or not at all, is a mistake.
 */
function exitCodeOf(figures: readonly FigureComparison[], answers: readonly Answer[]): number {
  if (figures.some(({ verdict }) => verdict === 'regressed')) return EXIT.regressed;
  if (figures.some(({ verdict }) => verdict === 'invalid')) return EXIT.invalidMeasurement;
  const isMistake = figures.some(({ cause }) => MISTAKES.includes(cause));
  const isNothing =
    figures.some(({ verdict }) => verdict === 'incomparable') &&
    answers.every(({ figure }) => figure.ask.kind === 'none');
  return isMistake || isNothing ? EXIT.incomparable : EXIT.ok;
}

function headlineOf(
  counts: RunsComparison['counts'],
  figures: readonly FigureComparison[],
): string {
  const told = VERDICTS.filter((verdict) => counts[verdict] > 0).map(
    (verdict) => `${counts[verdict]} ${verdict}`,
  );
  const worse = figures.filter(({ verdict }) => verdict === 'regressed').map(nameOf);
  const named = worse.length > 0 ? ` (worse: ${worse.join(', ')})` : '';
  return `${figures.length} figures: ${told.join(', ')}${named}`;
}

export function nameOf({
  scenario,
  operation,
  metric,
  percentile,
}: Pick<FigureComparison, 'scenario' | 'operation' | 'metric' | 'percentile'>): string {
  return `${scenario} ${operation} ${metric}${percentile === null ? '' : ` p${percentile}`}`;
}

function notesOf({ design }: Sides, series: readonly Sides[]): string[] {
  if (design === 'separate') {
    return [
      'The runs were not interleaved: a machine that became slower between the two sides looks like a regression. `casemark bench --ab` is not misled by it.',
    ];
  }
  const pairs = series.map(({ baseline, candidate }) => {
    const of = (rows: readonly ResultRow[]): Set<number> =>
      new Set(rows.map(({ place }) => place!.pair));
    const [before, after] = [of(baseline), of(candidate)];
    return {
      whole: [...before].filter((pair) => after.has(pair)).length,
      all: new Set([...before, ...after]).size,
    };
  });
  const torn = pairs.reduce((sum, { whole, all }) => sum + all - whole, 0);
  return [
    `${pairs.map(({ whole }) => whole).join(' and ')} pairs, in the order A B B A`,
    ...(torn > 0
      ? [`${torn} pairs have one run only and are left out: the series was cut short.`]
      : []),
  ];
}

const FAMILY_ORDER = { headline: 0, detail: 1 } as const;

function byName(a: FigureComparison, b: FigureComparison): number {
  return FAMILY_ORDER[a.family] - FAMILY_ORDER[b.family];
}
