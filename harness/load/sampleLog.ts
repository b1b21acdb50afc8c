/**
 * What became of each request of an open loop: one slot a request, in memory that the generator's threads share. Nothing is
 * allocated while the load runs, threads need no merging, and any histogram can be made afterwards.
 */

/**
 * `ok`: 2xx with the contract's message. `refused`: a reply that says no, in a way that the workload expects. `shed`: turned away
 * because there is too much to do. `error`: any other reply, or none. `timeout`: no whole reply in time. `missed`: never sent,
 * because too much was in flight.
 */
export const OUTCOMES = ['ok', 'refused', 'shed', 'error', 'timeout', 'missed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Times are microseconds from the request's intended start. */
export interface SampleLog {
  /** Names of the operations, in the order of the numbers in `operation`. */
  readonly operations: readonly string[];
  /** Intended starts in ms from time zero, ascending. */
  readonly startsMs: Float64Array;
  /** When the generator took the request up: its own delay. */
  readonly lagUs: Int32Array;
  /** When it went out; later than the former while every lane was busy. 0 when it never did. */
  readonly sentUs: Int32Array;
  /** When its last byte came, or it was given up: its age then. */
  readonly endUs: Int32Array;
  /** Place in OUTCOMES plus one; 0 as long as nothing has become of it. */
  readonly outcome: Uint8Array;
  /** Place in `operations` plus one; 0 when it was never made. */
  readonly operation: Uint8Array;
}

/** Longer times stand as this: 35 minutes. */
const MAX_US = 2 ** 31 - 1;

/** @param startsMs on shared memory, when threads are to write to the log */
export function sampleLog(operations: readonly string[], startsMs: Float64Array): SampleLog {
  const n = startsMs.length;
  const words = (): Int32Array => new Int32Array(new SharedArrayBuffer(4 * n));
  const bytes = (): Uint8Array => new Uint8Array(new SharedArrayBuffer(n));
  return {
    operations,
    startsMs,
    lagUs: words(),
    sentUs: words(),
    endUs: words(),
    outcome: bytes(),
    operation: bytes(),
  };
}

/** @returns whole microseconds, within the range of a slot */
export function toUs(ms: number): number {
  const us = Math.round(ms * 1000);
  return us < 0 ? 0 : us > MAX_US ? MAX_US : us;
}

export function outcomeOf(log: SampleLog, index: number): Outcome | undefined {
  return OUTCOMES[log.outcome[index]! - 1];
}

/** Index of the first request that is due at `ms` or later; the number of requests when there is none. */
export function firstDue({ startsMs }: Pick<SampleLog, 'startsMs'>, ms: number): number {
  let from = 0;
  let to = startsMs.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (startsMs[middle]! < ms) from = middle + 1;
    else to = middle;
  }
  return from;
}
