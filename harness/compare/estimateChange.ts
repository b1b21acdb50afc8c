/** How much a figure changed and how certain that is, by the test that fits how its runs were made. */
import type { Estimate } from './statistics/estimate.ts';
import { shiftOfRuns } from './statistics/hodgesLehmann.ts';
import { mannWhitneyP } from './statistics/mannWhitney.ts';
import { median } from './statistics/median.ts';
import { pairedT } from './statistics/pairedT.ts';

export interface Pair {
  readonly baseline: number;
  readonly candidate: number;
  /** Which run was made first. */
  readonly first: 'baseline' | 'candidate';
}

/** One value a run; none is negative. */
export type Samples =
  | {
      readonly kind: 'interleaved';
      readonly pairs: readonly Pair[];
      /** Neighbouring runs of the same side, in the order in which they were made. */
      readonly neighbours: readonly (readonly [number, number])[];
    }
  | {
      readonly kind: 'separate';
      readonly baseline: readonly number[];
      readonly candidate: readonly number[];
    };

export function estimateChange(samples: Samples): Estimate {
  const [baseline, candidate] = sidesOf(samples);
  if ([...baseline, ...candidate].some((value) => value === 0)) {
    return withoutRatio(baseline, candidate);
  }
  return samples.kind === 'interleaved'
    ? pairedT(
        samples.pairs.map(({ baseline: before, candidate: after, first }) => ({
          logRatio: Math.log(after / before),
          first,
        })),
      )
    : shiftOfRuns(baseline.map(Math.log), candidate.map(Math.log));
}

export function sidesOf(samples: Samples): readonly [readonly number[], readonly number[]] {
  if (samples.kind === 'separate') return [samples.baseline, samples.candidate];
  return [
    samples.pairs.map(({ baseline }) => baseline),
    samples.pairs.map(({ candidate }) => candidate),
  ];
}

/** Zeros have an order and no ratio: their test is by ranks, and a figure that leaves zero has changed without bound. */
function withoutRatio(baseline: readonly number[], candidate: readonly number[]): Estimate {
  const [before, after] = [median(baseline), median(candidate)];
  const isConstant = new Set([...baseline, ...candidate]).size === 1;
  const bound = isConstant ? 0 : Infinity;
  const interval = { low: -bound, high: bound };
  return {
    test: 'mann-whitney',
    shift: before === after ? 0 : Math.log(after / before),
    interval95: interval,
    interval90: interval,
    p: mannWhitneyP(baseline, candidate),
  };
}
