/** What a test says of a change. Everything is on the logarithmic scale: 0 is no change, log(1.1) ten per cent more. */
export interface Interval {
  /** -Infinity where the sample is too small to bound it. */
  readonly low: number;
  readonly high: number;
}

export interface Estimate {
  readonly test: 'paired-t' | 'mann-whitney';
  /** Of candidate over baseline: the median of the pairs, or the Hodges-Lehmann shift. */
  readonly shift: number;
  /** With a confidence of 95 %. */
  readonly interval95: Interval;
  /** With a confidence of 90 %: within the margin, both one-sided tests of equivalence hold at 5 %. */
  readonly interval90: Interval;
  /** Two-sided, of no change, before any correction for many metrics. */
  readonly p: number;
}
