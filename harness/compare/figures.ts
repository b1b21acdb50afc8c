/** The figures that two sides have, and what can be asked of each. */
import { differencesOf } from './comparability.ts';
import type { ComparedRun, Incomparable } from './comparison.ts';
import type { Pair, Samples } from './estimateChange.ts';
import type { Question } from './judgeChanges.ts';
import { keyOf } from './resultRow.ts';
import type { ResultRow, SeriesPlace, Side } from './resultRow.ts';
import type { Sides } from './sides.ts';
import { median } from './statistics/median.ts';

export interface Figure {
  /** What the rows have in common. */
  readonly row: ResultRow;
  readonly family: Question['family'];
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
  readonly runs: readonly ComparedRun[];
  readonly ask: Ask;
}

export type Ask =
  | { readonly kind: 'judge'; readonly samples: Samples }
  | {
      readonly kind: 'none';
      readonly verdict: 'incomparable' | 'invalid' | 'inconclusive';
      readonly cause: Incomparable | null;
      readonly reason: string;
    };

/** A percentile that fewer samples than this lie beyond is a matter of chance: p99.9 takes 10 000. */
const LEAST_BEYOND = 10;
/** Below it a percentile has samples enough in any run that is worth comparing. */
const HIGH_PERCENTILE = 99.9;
/** What has a high percentile has this one too. */
const COMMON_PERCENTILE = 99;

/** Not of the headline: parts of another figure, and one operation of many. */
const PART_METRICS: readonly string[] = ['service-time'];
/** More of them is neither better nor worse. */
const COUNTS: readonly string[] = ['stream-messages', 'messages-in', 'messages-out'];

export function figuresOf({ design, baseline, candidate }: Sides): Figure[] {
  const before = groupByKey(baseline);
  const after = groupByKey(candidate);
  const runs = { baseline: runsOf(baseline), candidate: runsOf(candidate) };
  const isThinned = (row: ResultRow): boolean =>
    isHighPercentile(row) &&
    [before, after].every((rows) => rows.has(keyOf({ ...row, percentile: COMMON_PERCENTILE })));
  return [...new Set([...before.keys(), ...after.keys()])].map((key) => {
    const [ofBaseline, ofCandidate] = [before.get(key) ?? [], after.get(key) ?? []];
    const row = (ofCandidate[0] ?? ofBaseline[0])!;
    return {
      row,
      family: familyOf(row),
      baseline: oneARun(ofBaseline).map(({ value }) => value!),
      candidate: oneARun(ofCandidate).map(({ value }) => value!),
      runs: [...comparedRuns('baseline', ofBaseline), ...comparedRuns('candidate', ofCandidate)],
      ask:
        isThinned(row) && (ofBaseline.length === 0 || ofCandidate.length === 0)
          ? thin(row)
          : askOf(design, ofBaseline, ofCandidate, runs),
    };
  });
}

/** A scenario may measure a figure several times in a run; what counts as one is the run. */
function oneARun(rows: readonly ResultRow[]): ResultRow[] {
  return [...Map.groupBy(rows, ({ run }) => run).values()].map((of) => ({
    ...of[0]!,
    value: median(of.map(({ value }) => value!)),
  }));
}

function comparedRuns(side: Side, rows: readonly ResultRow[]): ComparedRun[] {
  return oneARun(rows).map(({ place, value }) => ({
    ...{ side, order: place?.order ?? null, value: value! },
  }));
}

function isHighPercentile({ percentile }: ResultRow): boolean {
  return percentile !== null && percentile >= HIGH_PERCENTILE && percentile < 100;
}

function samplesFor({ percentile }: ResultRow): number {
  return Math.round(LEAST_BEYOND / (1 - percentile! / 100));
}

function thin(row: ResultRow): Ask {
  const reason = `p${row.percentile} takes ${samplesFor(row)} samples in every run`;
  return { kind: 'none', verdict: 'inconclusive', cause: null, reason };
}

/** Comparability first: what has no verdict of its own (a maximum) still says that something else was measured. */
function askOf(
  design: Sides['design'],
  before: readonly ResultRow[],
  after: readonly ResultRow[],
  runs: Readonly<Record<Side, readonly string[]>>,
): Ask {
  const rows = [...before, ...after];
  const row = rows[0]!;
  const none = (
    verdict: Extract<Ask, { kind: 'none' }>['verdict'],
    reason: string,
    cause: Incomparable | null = null,
  ): Ask => ({ kind: 'none', verdict, reason, cause });

  if (before.length === 0) return none('incomparable', 'only the candidate has it', 'added');
  if (after.length === 0) return none('incomparable', 'only the baseline has it', 'missing');
  const isDeclared = rows.every(({ verdict }) => verdict === 'declared');
  if (!isDeclared && rows.some(({ verdict }) => verdict === 'declared')) {
    return none('incomparable', 'measured in some runs, and only declared in others', 'load');
  }
  // Whose own program it was is no condition: nothing is judged by it.
  const [difference, ...others] = isDeclared ? [] : differencesOf(rows);
  if (difference) {
    const reasons = [difference, ...others].map(({ reason }) => reason).join('; ');
    return none('incomparable', reasons, difference.cause);
  }
  const invalid = rows.filter(({ validity }) => validity === 'invalid');
  if (invalid.length > 0) {
    return none(
      'invalid',
      `${runsOf(invalid).length} of ${runsOf(rows).length} runs are invalid: ${invalid[0]!.validityReasons}`,
    );
  }
  const counts = { baseline: runsOf(before).length, candidate: runsOf(after).length };
  if (isHighPercentile(row)) {
    const isPartial =
      counts.baseline < runs.baseline.length || counts.candidate < runs.candidate.length;
    if (isPartial || rows.some(({ n }) => n < samplesFor(row))) return thin(row);
  }
  for (const side of ['baseline', 'candidate'] as const) {
    if (counts[side] === runs[side].length) continue;
    return none('invalid', `the ${side} has it in ${counts[side]} of ${runs[side].length} runs`);
  }
  if (isDeclared) {
    return none('inconclusive', 'declared by the implementation itself: shown, and not judged');
  }
  if (row.percentile === 100) {
    return none('inconclusive', 'a single request decides the highest value');
  }
  if (COUNTS.includes(row.metric)) {
    return none('inconclusive', 'a count of what happened, neither better nor worse');
  }
  if (rows.some(({ value }) => value! < 0)) {
    return none('inconclusive', 'a figure below zero has no ratio');
  }
  return { kind: 'judge', samples: samplesOf(design, oneARun(before), oneARun(after)) };
}

function samplesOf(
  design: Sides['design'],
  before: readonly ResultRow[],
  after: readonly ResultRow[],
): Samples {
  const valuesOf = (rows: readonly ResultRow[]): number[] => rows.map(({ value }) => value!);
  if (design === 'separate') {
    return { kind: 'separate', baseline: valuesOf(before), candidate: valuesOf(after) };
  }
  return {
    kind: 'interleaved',
    pairs: pairsOf(before, after),
    neighbours: neighboursOf(before, after),
  };
}

/** A pair of which one run is missing is left out: the other run has nothing to be compared with. */
function pairsOf(before: readonly ResultRow[], after: readonly ResultRow[]): Pair[] {
  const byPair = new Map(after.map((row) => [row.place!.pair, row]));
  return before.flatMap((row) => {
    const other = byPair.get(row.place!.pair);
    if (!other) return [];
    const first = row.place!.order < other.place!.order ? 'baseline' : 'candidate';
    return [{ baseline: row.value!, candidate: other.value!, first }];
  });
}

function neighboursOf(
  before: readonly ResultRow[],
  after: readonly ResultRow[],
): (readonly [number, number])[] {
  const placed = (row: ResultRow): SeriesPlace => row.place!;
  const inOrder = [...before, ...after].sort((a, b) => placed(a).order - placed(b).order);
  return inOrder.slice(1).flatMap((row, index) => {
    const previous = inOrder[index]!;
    const isNext = placed(row).order === placed(previous).order + 1;
    if (!isNext || placed(row).side !== placed(previous).side) return [];
    return [[previous.value!, row.value!] as const];
  });
}

export function familyOf({ operation, metric, targetId }: ResultRow): Question['family'] {
  const isWhole = operation === 'all' && !PART_METRICS.includes(metric);
  return isWhole || targetId !== '' ? 'headline' : 'detail';
}

function groupByKey(rows: readonly ResultRow[]): Map<string, ResultRow[]> {
  return Map.groupBy(
    rows.filter(({ value }) => value !== null),
    keyOf,
  );
}

function runsOf(rows: readonly ResultRow[]): string[] {
  return [...new Set(rows.map(({ run }) => run))];
}
