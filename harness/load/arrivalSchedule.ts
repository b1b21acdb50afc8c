/** When each request of an open loop is to start, decided before the first one is sent. */
import { seededRandom } from './seededRandom.ts';

export type Arrival = 'constant' | 'poisson';

export interface ScheduleOptions {
  readonly arrival: Arrival;
  readonly ratePerS: number;
  readonly durationMs: number;
  readonly seed: number;
}

/** A schedule of this many requests takes 160 MB: a longer run belongs in several. */
const MAX_REQUESTS = 20_000_000;

/** @returns intended starts in ms from time zero, ascending, all below durationMs */
export function arrivalSchedule(options: ScheduleOptions): Float64Array {
  const { arrival, ratePerS, durationMs, seed } = options;
  const expected = (ratePerS * durationMs) / 1000;
  if (!(ratePerS > 0) || !(expected <= MAX_REQUESTS)) {
    throw new RangeError(
      `${ratePerS} requests/s for ${durationMs} ms: give a rate above 0 and at most ${MAX_REQUESTS} requests in all.`,
    );
  }
  const gapMs = 1000 / ratePerS;
  if (arrival === 'constant') {
    return Float64Array.from({ length: Math.round(expected) }, (_, index) => index * gapMs);
  }
  // Exponential gaps: a Poisson process, as of many clients who know nothing of each other.
  const random = seededRandom(seed);
  const starts: number[] = [];
  for (let at = 0; starts.length < MAX_REQUESTS;) {
    at += -Math.log(1 - random()) * gapMs;
    if (at >= durationMs) break;
    starts.push(at);
  }
  return Float64Array.from(starts);
}
