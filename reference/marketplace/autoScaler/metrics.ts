/** The load that a fleet saw: samples in the order of their times, one a time, the newest of them. */
export interface Sample {
  readonly atMs: number;
  /** Requests a second. */
  readonly rps: number;
}

/** The contract's least: fourteen days of one a minute. */
export const MAX_SAMPLES = 20_000;

/** Both in order of their times. A sample of a time that is known replaces it; of those of one time the last counts. */
export function mergeSamples(known: readonly Sample[], added: readonly Sample[]): Sample[] {
  const fresh = inOrder(added);
  const merged: Sample[] = [];
  let next = 0;
  for (const sample of known) {
    while (next < fresh.length && fresh[next]!.atMs < sample.atMs) merged.push(fresh[next++]!);
    const isReplaced = next < fresh.length && fresh[next]!.atMs === sample.atMs;
    if (!isReplaced) merged.push(sample);
  }
  while (next < fresh.length) merged.push(fresh[next++]!);
  return merged.slice(-MAX_SAMPLES);
}

function inOrder(samples: readonly Sample[]): Sample[] {
  const latest = new Map(samples.map((sample) => [sample.atMs, sample]));
  return [...latest.values()].sort((a, b) => a.atMs - b.atMs);
}

/** How many samples are at or before that time. */
export function countUntil(samples: readonly Sample[], atMs: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (samples[middle]!.atMs <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What is older than that says nothing about the present load: the contract's five minutes. */
const OBSERVED_FOR_MS = 300_000;

/** The newest load at or before nowMs that is not too old; null without one. */
export function observedRps(samples: readonly Sample[], nowMs: number): number | null {
  const newest = samples[countUntil(samples, nowMs) - 1];
  return newest && nowMs - newest.atMs <= OBSERVED_FOR_MS ? newest.rps : null;
}
