/**
 * Counts latencies by the microsecond where they are short, which costs a tenth of what an HDR histogram of packed counters does
 * and keeps more digits; they go into one at the end.
 */
import type { Histogram } from 'hdr-histogram-js';
import { recordMs } from '../latencyHistogram.ts';

export interface MicrosecondCounts {
  readonly counts: Uint32Array;
  /** Those that are longer go straight in. */
  readonly histogram: Histogram;
}

/** 64 KB of counters: they stay in the second-level cache, and nearly all of what loopback answers is below 16 ms. */
const COUNTED_US = 16_384;

export function microsecondCounts(histogram: Histogram): MicrosecondCounts {
  return { counts: new Uint32Array(COUNTED_US), histogram };
}

export function countMs({ counts, histogram }: MicrosecondCounts, ms: number): void {
  const us = Math.round(ms * 1000);
  if (us >= 1 && us < COUNTED_US) counts[us]! += 1;
  else recordMs(histogram, ms);
}

/** Moves all counts into the histogram. */
export function flushCounts({ counts, histogram }: MicrosecondCounts): Histogram {
  counts.forEach((count, us) => {
    if (count > 0) histogram.recordValueWithCount(us, count);
  });
  counts.fill(0);
  return histogram;
}
