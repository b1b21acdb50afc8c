/** The truth that a freeze is compared with: one server, first come first served, the same time for each request, and one stall. */

export interface FifoQueue {
  /** In ms, ascending. */
  readonly startsMs: Float64Array;
  readonly serviceMs: number;
  /** Nothing begins within it. */
  readonly stall: { readonly beginsMs: number; readonly lengthMs: number };
}

/** @returns from start to reply, of each request in ms */
export function fifoResponsesMs({ startsMs, serviceMs, stall }: FifoQueue): Float64Array {
  const stallEndsMs = stall.beginsMs + stall.lengthMs;
  let freeMs = 0;
  return startsMs.map((startMs) => {
    const beginsMs = Math.max(startMs, freeMs);
    const isStalled = beginsMs >= stall.beginsMs && beginsMs < stallEndsMs;
    freeMs = (isStalled ? stallEndsMs : beginsMs) + serviceMs;
    return freeMs - startMs;
  });
}

/** The smallest value that so many per cent of all do not exceed. */
export function percentileIn(values: Float64Array, percentile: number): number {
  const sorted = values.toSorted();
  return sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)]!;
}
