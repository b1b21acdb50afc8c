/**
 * The verdict on each of several figures that were measured a number of times on two sides. Pure arithmetic: which runs may be
 * compared at all was decided before.
 */
import type { Direction } from '../report/measurement.ts';
import { estimateChange, sidesOf } from './estimateChange.ts';
import type { Samples } from './estimateChange.ts';
import { floorOfPairs, floorOfSides } from './statistics/floorOfRuns.ts';
import { holm } from './statistics/holm.ts';
import { leastP } from './statistics/mannWhitney.ts';
import { countedPairs } from './statistics/pairedT.ts';
import { shortP } from './shortP.ts';
import type { Estimate } from './statistics/estimate.ts';

export interface Question {
  readonly samples: Samples;
  readonly direction: Direction;
  /** The headline figures are corrected for each other only; the details for all, so that many of them do not hide a headline. */
  readonly family: 'headline' | 'detail';
}

export type ChangeVerdict = 'improved' | 'regressed' | 'equivalent' | 'inconclusive';

export interface Judgement {
  readonly verdict: ChangeVerdict;
  /** One sentence. */
  readonly reason: string;
  readonly estimate: Estimate | null;
  /** After Holm; null where nothing was tested. */
  readonly pAdjusted: number | null;
  /** The smallest change that counts, on the logarithmic scale: the A/A floor where it is above 5 %. */
  readonly leastChange: number | null;
  readonly floor: number | null;
  /** Worse, and large and certain enough before the correction: what a re-run has to decide. */
  readonly isSuspect: boolean;
}

export const LEVEL = 0.05;
/** Smaller changes are not what a build should fail for, and two sides that differ by less are called equivalent. */
export const MARGIN = Math.log(1.05);
/** With 3 % of noise a run, 6 pairs find a change of 10 % in about 95 of 100 tries (npm run bench:compare); fewer know their own noise too badly. */
export const LEAST_PAIRS = 6;
/** Beyond it no more runs are asked for. */
const MAX_RUNS_NEEDED = 100;

export function judgeChanges(questions: readonly Question[]): Judgement[] {
  const estimates = questions.map(({ samples }) =>
    isEnough(samples) ? estimateChange(samples) : null,
  );
  const tested = questions.flatMap((_, index) => (estimates[index] ? [index] : []));
  const headline = tested.filter((index) => questions[index]!.family === 'headline');
  const pOf = (index: number): number => estimates[index]!.p;
  const amongAll = holm(tested.map(pOf));
  const amongHeadline = holm(headline.map(pOf));
  return questions.map((question, index) => {
    const estimate = estimates[index]!;
    if (!estimate) return tooFew(question.samples, estimateOrNull(question.samples));
    const isHeadline = question.family === 'headline';
    return judge(
      question,
      estimate,
      isHeadline ? amongHeadline[headline.indexOf(index)]! : amongAll[tested.indexOf(index)]!,
      isHeadline ? headline.length : tested.length,
    );
  });
}

function judge(
  { samples, direction }: Question,
  estimate: Estimate,
  pAdjusted: number,
  together: number,
): Judgement {
  const floor = floorOf(samples);
  const leastChange = Math.max(MARGIN, floor);
  const { shift, interval90 } = estimate;
  const isLarge = Math.abs(shift) >= leastChange;
  const better = shift < 0 === (direction === 'lower-is-better');
  const isSuspect = isLarge && !better && estimate.p < LEVEL;
  const judged = { estimate, pAdjusted, leastChange, floor, isSuspect };
  const isReal = pAdjusted < LEVEL;
  if (isReal && isLarge) {
    const reason = `the change is above ${percent(leastChange)} and p is ${shortP(pAdjusted)}`;
    return { ...judged, verdict: better ? 'improved' : 'regressed', reason };
  }
  if (interval90.low > -MARGIN && interval90.high < MARGIN) {
    return { ...judged, verdict: 'equivalent', reason: `within ${percent(MARGIN)} either way` };
  }
  return {
    ...judged,
    verdict: 'inconclusive',
    reason: whyNot(samples, together, isReal, leastChange),
  };
}

function whyNot(samples: Samples, together: number, isReal: boolean, leastChange: number): string {
  const needed = runsNeeded(samples, together);
  if (needed !== null) {
    return `${sizeOf(samples)} cannot show a change among ${together} figures: ${needed} runs a side can`;
  }
  if (isReal) {
    return leastChange > MARGIN
      ? `a change, but below the ${percent(leastChange)} that this machine shows between equal runs`
      : `a change, but below ${percent(leastChange)}`;
  }
  return 'neither a change nor its absence is shown: more runs would decide';
}

/** @returns null when there are enough */
function runsNeeded(samples: Samples, together: number): number | null {
  if (samples.kind === 'interleaved') return null;
  const { baseline, candidate } = samples;
  if (leastP(baseline.length, candidate.length) * together < LEVEL) return null;
  return leastRuns(together);
}

/** @returns the runs a side with which a Mann-Whitney test can find a change in one of so many figures */
export function leastRuns(together: number): number {
  for (let runs = 1; runs < MAX_RUNS_NEEDED; runs += 1) {
    if (leastP(runs, runs) * together < LEVEL) return runs;
  }
  return MAX_RUNS_NEEDED;
}

function isEnough(samples: Samples): boolean {
  return samples.kind === 'interleaved'
    ? samples.pairs.length >= LEAST_PAIRS
    : leastP(samples.baseline.length, samples.candidate.length) < LEVEL;
}

/** Even one run a side has a change to be shown; it has no verdict. */
function tooFew(samples: Samples, estimate: Estimate | null): Judgement {
  const needed =
    samples.kind === 'interleaved'
      ? `${LEAST_PAIRS} pairs are needed`
      : `${leastRuns(1)} runs a side are needed at least`;
  const reason = `${sizeOf(samples)} cannot show anything: ${needed}`;
  return {
    verdict: 'inconclusive',
    reason,
    estimate: estimate && { ...estimate, interval95: UNKNOWN, interval90: UNKNOWN },
    pAdjusted: null,
    leastChange: null,
    floor: null,
    isSuspect: false,
  };
}

const UNKNOWN = { low: -Infinity, high: Infinity };

function estimateOrNull(samples: Samples): Estimate | null {
  const [baseline, candidate] = sidesOf(samples);
  if (baseline.length === 0 || candidate.length === 0) return null;
  return estimateChange({ kind: 'separate', baseline, candidate });
}

function floorOf(samples: Samples): number {
  if (samples.kind === 'interleaved') {
    return floorOfPairs(
      samples.neighbours.filter(bothAboveZero).map(([first, second]) => Math.log(second / first)),
      countedPairs(samples.pairs),
    );
  }
  const logs = (values: readonly number[]): number[] =>
    values.filter((value) => value > 0).map(Math.log);
  return floorOfSides(logs(samples.baseline), logs(samples.candidate));
}

function bothAboveZero([first, second]: readonly [number, number]): boolean {
  return first > 0 && second > 0;
}

function sizeOf(samples: Samples): string {
  if (samples.kind === 'interleaved') return `${samples.pairs.length} pairs`;
  const [before, after] = [samples.baseline.length, samples.candidate.length];
  return `${before} ${before === 1 ? 'run' : 'runs'} against ${after}`;
}

function percent(logarithm: number): string {
  return `${Number(((Math.exp(logarithm) - 1) * 100).toPrecision(3))} %`;
}
