/**
 * The A/A floor: how far the median change of a series may lie from zero when an implementation is compared with itself, in 95 of 100
 * series of that size. It comes from the series' own runs: no change below it is called one, whatever its p.
 */
import jstat from 'jstat';

const CONFIDENCE_TAIL = 0.025;
/** The median of normal values spreads by so much more than their mean. */
const MEDIAN_OVER_MEAN = Math.sqrt(Math.PI / 2);

/**
 * @param logRatios between neighbouring runs of the same side, in the order in which they were made
 * @returns on the logarithmic scale; 0 for fewer than two ratios
 */
export function floorOfPairs(logRatios: readonly number[], pairs: number): number {
  if (logRatios.length < 2) return 0;
  // About their mean: a steady drift is taken out of the pairs as well.
  const variance = squaresOf(logRatios) / (logRatios.length - 1);
  return halfWidth(Math.sqrt(variance / pairs));
}

/** For runs that were not interleaved: from the spread within each side. */
export function floorOfSides(baseline: readonly number[], candidate: readonly number[]): number {
  const degrees = baseline.length + candidate.length - 2;
  if (degrees <= 0) return 0;
  const variance = (squaresOf(baseline) + squaresOf(candidate)) / degrees;
  return halfWidth(Math.sqrt(variance / baseline.length + variance / candidate.length));
}

function squaresOf(values: readonly number[]): number {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  return values.reduce((sum, each) => sum + (each - mean) ** 2, 0);
}

function halfWidth(standardError: number): number {
  return jstat.normal.inv(1 - CONFIDENCE_TAIL, 0, 1) * MEDIAN_OVER_MEAN * standardError;
}
