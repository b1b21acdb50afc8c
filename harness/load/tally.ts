/** What a load generator counts, of one operation or of all. */
import type { Histogram } from 'hdr-histogram-js';
import { latencyHistogram } from './latencyHistogram.ts';

export interface Tally {
  ok: number;
  refused: number;
  errors: number;
  timeouts: number;
  /** Intended start to last byte, of ok and refused; a timeout stands here at its age, which is less than the truth. */
  readonly response: Histogram;
  /** Send to last byte, of ok and refused. */
  readonly service: Histogram;
}

export function tally(): Tally {
  return {
    ok: 0,
    refused: 0,
    errors: 0,
    timeouts: 0,
    response: latencyHistogram(),
    service: latencyHistogram(),
  };
}
