/** Latencies in microseconds, in an HDR histogram: 1 us to 120 s with three digits, whatever the number of samples. */
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { Histogram } from 'hdr-histogram-js';

const LOWEST_US = 1;
const HIGHEST_US = 120_000_000;
const DIGITS = 3;

/** Of the 95 % interval. */
const Z_95 = 1.96;

export interface Percentile {
  readonly valueUs: number;
  /** 95 % interval by the binomial distribution of ranks; null where the samples are too few to have both bounds. */
  readonly lowUs: number | null;
  readonly highUs: number | null;
}

export function latencyHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: LOWEST_US,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: DIGITS,
    bitBucketSize: 'packed',
    useWebAssembly: false,
  });
}

export function recordMs(histogram: Histogram, ms: number): void {
  recordUs(histogram, Math.round(ms * 1000));
}

/** @param us whole microseconds */
export function recordUs(histogram: Histogram, us: number): void {
  histogram.recordValue(Math.min(HIGHEST_US, Math.max(LOWEST_US, us)));
}

/**
 * The interval takes the samples as independent, which those of a queue are not: it is the narrowest that can be claimed.
 * @param percentile 0..100
 */
export function percentileOf(histogram: Histogram, percentile: number): Percentile {
  const n = histogram.totalCount;
  const share = percentile / 100;
  const margin = 100 * Z_95 * Math.sqrt((share * (1 - share)) / Math.max(1, n));
  const low = percentile - margin;
  const high = percentile + margin;
  // Beyond the last sample there is no bound to be had.
  const hasBounds = low > 0 && high < 100 - 50 / Math.max(1, n);
  return {
    valueUs: histogram.getValueAtPercentile(percentile),
    lowUs: hasBounds ? histogram.getValueAtPercentile(low) : null,
    highUs: hasBounds ? histogram.getValueAtPercentile(high) : null,
  };
}

/** HDR V2, compressed, base64: what other HDR tools read. */
export function encodeHistogram(histogram: Histogram): string {
  return encodeIntoCompressedBase64(histogram);
}

export function decodeHistogram(text: string): Histogram {
  return decodeFromCompressedBase64(text, 'packed', false);
}

/** Exact: both count in the same buckets. */
export function addHistogram(to: Histogram, from: Histogram): void {
  to.add(from as Parameters<Histogram['add']>[0]);
}
