/**
 * The Hodges-Lehmann shift and its interval, which belong to the Mann-Whitney test: the median of all differences, bounded where
 * the test would no longer refuse it (Hollander and Wolfe 1999, 4.2 and 4.3). Own code: no library that is kept up has them.
 */
import jstat from 'jstat';
import type { Estimate, Interval } from './estimate.ts';
import { mannWhitneyP, MAX_EXACT, waysBySum } from './mannWhitney.ts';
import { median } from './median.ts';

/** @param baseline logarithms of the figure, one a run, as those of the candidate */
export function shiftOfRuns(baseline: readonly number[], candidate: readonly number[]): Estimate {
  const differences = candidate
    .flatMap((after) => baseline.map((before) => after - before))
    .sort((a, b) => a - b);
  const interval = (tail: number): Interval => {
    const outside = differencesOutside(baseline.length, candidate.length, tail);
    if (outside === 0) return { low: -Infinity, high: Infinity };
    return { low: differences[outside - 1]!, high: differences[differences.length - outside]! };
  };
  return {
    test: 'mann-whitney',
    shift: median(differences),
    interval95: interval(0.025),
    interval90: interval(0.05),
    p: mannWhitneyP(baseline, candidate),
  };
}

/** @returns the rank from either end of the difference that bounds the interval; 0 when there are too few runs for one */
function differencesOutside(baseline: number, candidate: number, tail: number): number {
  if (baseline + candidate > MAX_EXACT) {
    const deviation = Math.sqrt((baseline * candidate * (baseline + candidate + 1)) / 12);
    const rank = (baseline * candidate) / 2 - jstat.normal.inv(1 - tail, 0, 1) * deviation;
    return Math.max(0, Math.floor(rank));
  }
  const ranks = Array.from({ length: baseline + candidate }, (_, index) => index + 1);
  const ways = waysBySum(ranks, candidate);
  const all = ways.reduce((sum, count) => sum + count, 0);
  const least = (candidate * (candidate + 1)) / 2;
  let outside = 0;
  let share = ways[least]! / all;
  while (share <= tail) {
    outside += 1;
    share += ways[least + outside]! / all;
  }
  return outside;
}
