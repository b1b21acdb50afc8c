/** The figures that two sides have, and what can be asked of each. */
import { differencesOf } from './comparability.ts';
import type { Incomparable } from './comparison.ts';
import type { Pair, Samples } from './estimateChange.ts';
import type { Question } from './judgeChanges.ts';
import { keyOf } from './resultRow.ts';
import type { ResultRow, SeriesPlace, Side } from './resultRow.ts';
import type { Sides } from './sides.ts';

export interface Figure {
  /** What the rows have in common. */
  readonly row: ResultRow;
  readonly family: Question['family'];
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
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

/** Not of the headline: parts of another figure, and one operation of many. */
const PART_METRICS: readonly string[] = ['service-time'];

export function figuresOf({ design, baseline, candidate }: Sides): Figure[] {
  const before = groupByKey(baseline);
  const after = groupByKey(candidate);
  const runs = { baseline: runsOf(baseline), candidate: runsOf(candidate) };
  return [...new Set([...before.keys(), ...after.keys()])].map((key) => {
    const [ofBaseline, ofCandidate] = [before.get(key) ?? [], after.get(key) ?? []];
    const row = (ofCandidate[0] ?? ofBaseline[0])!;
    return {
      row,
      family: familyOf(row),
      baseline: ofBaseline.map(({ value }) => value!),
      candidate: ofCandidate.map(({ value }) => value!),
      ask: askOf(design, ofBaseline, ofCandidate, runs),
    };
  });
}

function askOf(
  design: Sides['design'],
  before: readonly ResultRow[],
  after: readonly ResultRow[],
  runs: Readonly<Record<Side, readonly string[]>>,
): Ask {
  const rows = [...before, ...after];
  const { percentile } = rows[0]!;
  const none = (
    verdict: Extract<Ask, { kind: 'none' }>['verdict'],
    reason: string,
    cause: Incomparable | null = null,
  ): Ask => ({ kind: 'none', verdict, reason, cause });

  if (rows.some(({ verdict }) => verdict === 'declared')) {
    return none('inconclusive', 'declared by the implementation itself: shown, and not judged');
  }
  if (percentile === 100) return none('inconclusive', 'a single request decides the highest value');
  if (percentile !== null && percentile >= HIGH_PERCENTILE) {
    const needed = Math.round(LEAST_BEYOND / (1 - percentile / 100));
    const all = Math.max(runs.baseline.length, runs.candidate.length);
    const isThin = rows.some(({ n }) => n < needed) || before.length < all || after.length < all;
    if (isThin) return none('inconclusive', `p${percentile} takes ${needed} samples in every run`);
  }
  if (before.length === 0) return none('incomparable', 'only the candidate has it', 'added');
  if (after.length === 0) return none('incomparable', 'only the baseline has it', 'missing');
  const [difference, ...others] = differencesOf(rows);
  if (difference) {
    const reasons = [difference, ...others].map(({ reason }) => reason).join('; ');
    return none('incomparable', reasons, difference.cause);
  }
  const invalid = rows.filter(({ validity }) => validity === 'invalid');
  if (invalid.length > 0) {
    return none(
      'invalid',
      `${invalid.length} of ${rows.length} runs are invalid: ${invalid[0]!.validityReasons}`,
    );
  }
  for (const [side, has] of [
    ['baseline', before],
    ['candidate', after],
  ] as const) {
    if (has.length === runs[side].length) continue;
    return none('invalid', `the ${side} has it in ${has.length} of ${runs[side].length} runs`);
  }
  if (rows.some(({ value }) => value! < 0)) {
    return none('inconclusive', 'a figure below zero has no ratio');
  }
  return { kind: 'judge', samples: samplesOf(design, before, after) };
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
