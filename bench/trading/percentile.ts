/** Exact percentiles of samples that are all kept. */

/**
 * The smallest sample that so many percent, in steps of a tenth, do not exceed (nearest rank). `sorted` ascending, not empty.
 */
export function percentile(sorted: Float64Array, percent: number): number {
  // In thousandths, because 0.999 x 1000 is a little more than 999 in doubles.
  const rank = Math.max(1, Math.ceil((Math.round(percent * 10) * sorted.length) / 1_000));
  return sorted[rank - 1]!;
}

export function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
