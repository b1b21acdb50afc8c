/**
 * The paired t test on log ratios, for pairs whose order turns (A B, B A, ...): what ABBA-interleaved runs are judged by. A machine that
 * drifts makes the second run of each pair slower, whichever side that is; the mean difference between both orders is taken out before
 * the test, for one degree of freedom (the period effect of a two-period crossover trial: Hills and Armitage 1979).
 */
import jstat from 'jstat';
import type { Estimate, Interval } from './estimate.ts';
import { median } from './median.ts';

export interface PairRatio {
  /** log(candidate / baseline) */
  readonly logRatio: number;
  readonly first: 'baseline' | 'candidate';
}

/** Both order means and the spread about them: fewer pairs have no test. */
const LEAST_FOR_SPREAD = 3;

export function pairedT(pairs: readonly PairRatio[]): Estimate {
  const n = pairs.length;
  if (n < LEAST_FOR_SPREAD) throw new RangeError(`${n} pairs have no spread: three are the least.`);
  const drift = driftOf(pairs);
  const corrected = pairs.map(({ logRatio, first }) =>
    first === 'baseline' ? logRatio - drift : logRatio + drift,
  );
  const degrees = hasBothOrders(pairs) ? n - 2 : n - 1;
  const mean = meanOf(corrected);
  const squares = corrected.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const standardError = Math.sqrt(squares / degrees / countedPairs(pairs));
  const interval = (tail: number): Interval => {
    const halfWidth = jstat.studentt.inv(1 - tail, degrees) * standardError;
    return { low: mean - halfWidth, high: mean + halfWidth };
  };
  return {
    test: 'paired-t',
    shift: median(corrected),
    interval95: interval(0.025),
    interval90: interval(0.05),
    p: pValue(mean, standardError, degrees),
  };
}

/** By how much the second run of a pair is above the first, whichever it is. */
function driftOf(pairs: readonly PairRatio[]): number {
  if (!hasBothOrders(pairs)) return 0;
  const ratiosOf = (side: PairRatio['first']): number[] =>
    pairs.filter(({ first }) => first === side).map(({ logRatio }) => logRatio);
  return (meanOf(ratiosOf('baseline')) - meanOf(ratiosOf('candidate'))) / 2;
}

/**
 * The mean of the corrected ratios is that of the two order means, whose variance is s^2/4 (1/n1 + 1/n2): where one order has more pairs
 * than the other (a series that was cut short), they count as fewer.
 */
export function countedPairs(pairs: readonly Pick<PairRatio, 'first'>[]): number {
  if (!hasBothOrders(pairs)) return pairs.length;
  const baselineFirst = pairs.filter(({ first }) => first === 'baseline').length;
  return 4 / (1 / baselineFirst + 1 / (pairs.length - baselineFirst));
}

function hasBothOrders(pairs: readonly Pick<PairRatio, 'first'>[]): boolean {
  return new Set(pairs.map(({ first }) => first)).size === 2;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}

/** Figures without any spread (a size that is the same in every run) are a change for certain, or none. */
function pValue(mean: number, standardError: number, degrees: number): number {
  if (standardError === 0) return mean === 0 ? 1 : 0;
  return Math.min(1, 2 * jstat.studentt.cdf(-Math.abs(mean) / standardError, degrees));
}
