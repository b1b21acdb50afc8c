/**
 * The paired t test on log ratios: what ABBA-interleaved runs are judged by. A machine that drifts moves both runs of a pair, and the
 * turned order of the next pair takes out what is left.
 */
import jstat from 'jstat';
import type { Estimate, Interval } from './estimate.ts';
import { median } from './median.ts';

/** @param logRatios log(candidate / baseline), one a pair; two or more */
export function pairedT(logRatios: readonly number[]): Estimate {
  const n = logRatios.length;
  if (n < 2) throw new RangeError(`${n} pairs have no spread: two are the least.`);
  const mean = logRatios.reduce((sum, each) => sum + each, 0) / n;
  const squares = logRatios.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const standardError = Math.sqrt(squares / (n - 1) / n);
  const interval = (tail: number): Interval => {
    const halfWidth = jstat.studentt.inv(1 - tail, n - 1) * standardError;
    return { low: mean - halfWidth, high: mean + halfWidth };
  };
  return {
    test: 'paired-t',
    shift: median(logRatios),
    interval95: interval(0.025),
    interval90: interval(0.05),
    p: pValue(mean, standardError, n - 1),
  };
}

/** Figures without any spread (a size that is the same in every run) are a change for certain, or none. */
function pValue(mean: number, standardError: number, degrees: number): number {
  if (standardError === 0) return mean === 0 ? 1 : 0;
  return Math.min(1, 2 * jstat.studentt.cdf(-Math.abs(mean) / standardError, degrees));
}
