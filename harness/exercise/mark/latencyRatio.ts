/** How long an implementation takes to answer, beside another one that was asked the same in the same run. */
import { median } from '../../compare/statistics/median.ts';
import type { ConversationEntry } from '../../run/event.ts';

/** Of fewer calls a median says little. */
export const MIN_CALLS = 5;
/** Up to this many times the reference's time is as good as its own: a language's runtime must cost nothing. */
export const FULL_RATIO = 2;
/** Full marks, and then one less for each doubling; below 1, which is 16 times the reference's time, there are none. */
const STEPS = 4;
/** What the same code may differ by from one marking to the next, of the share. */
export const LATENCY_STEP = 1 / STEPS;

/** Operation -> durations, in us. */
export type CallTimes = ReadonlyMap<string, readonly number[]>;

export interface OperationLatency {
  operation: string;
  /** Of the implementation that is marked. */
  calls: number;
  medianUs: number;
  referenceMedianUs: number;
  ratio: number;
}

export interface LatencyComparison {
  operations: OperationLatency[];
  /** Asked of the reference, and not by a clause that the implementation passed: they earn nothing. */
  unmeasured: string[];
  /** Geometric mean over the operations; null where there are none. */
  ratio: number | null;
  /** 0 to 1: what the ratio is worth, for the share of the operations that were measured. */
  share: number;
}

/**
 * The answered calls of one clause. Those that began before its process first answered are left out: they waited for the start.
 * @param entries in the order in which they ended
 * @param counts which operations are of interest
 */
export function callTimesOf(
  entries: readonly ConversationEntry[],
  counts: (operation: string) => boolean,
): CallTimes {
  const times = new Map<string, number[]>();
  let upSinceNs: number | undefined;
  for (const { what, answer, startNs, endNs } of entries) {
    if (what === 'kill' || what === 'restart') upSinceNs = undefined;
    if (answer?.kind !== 'ok' && answer?.kind !== 'refused') continue;
    const wasUp = upSinceNs !== undefined && startNs >= upSinceNs;
    upSinceNs ??= endNs;
    if (!wasUp || !counts(what)) continue;
    const known = times.get(what) ?? [];
    known.push((endNs - startNs) / 1000);
    times.set(what, known);
  }
  return times;
}

export function mergeTimes(all: readonly CallTimes[]): CallTimes {
  const merged = new Map<string, number[]>();
  for (const times of all) {
    for (const [operation, durations] of times) {
      merged.set(operation, [...(merged.get(operation) ?? []), ...durations]);
    }
  }
  return merged;
}

/**
 * @param asked operations that the clauses ask of the reference, those too that the implementation fails
 * @param reference in the clauses that the implementation passes
 */
export function compareLatency(
  asked: readonly string[],
  reference: CallTimes,
  solution: CallTimes,
): LatencyComparison {
  const operations = asked.flatMap((operation) => {
    const own = solution.get(operation) ?? [];
    const others = reference.get(operation) ?? [];
    if (own.length < MIN_CALLS || others.length < MIN_CALLS) return [];
    const medianUs = median(own);
    const referenceMedianUs = median(others);
    return [
      {
        operation,
        calls: own.length,
        medianUs,
        referenceMedianUs,
        // A clock may see no time pass at all.
        ratio: Math.max(medianUs, 1) / Math.max(referenceMedianUs, 1),
      },
    ];
  });
  const measured = new Set(operations.map(({ operation }) => operation));
  const unmeasured = asked.filter((operation) => !measured.has(operation));
  const ratio = geometricMean(operations.map((each) => each.ratio));
  const share =
    ratio === null ? 0 : (shareOfRatio(ratio) * operations.length) / Math.max(asked.length, 1);
  return { operations, unmeasured, ratio, share };
}

/** 1 up to twice the reference's time, a quarter less for each doubling after that, 0 from sixteen times. */
export function shareOfRatio(ratio: number): number {
  const doublings = Math.ceil(Math.log2(ratio / FULL_RATIO));
  // Sixteen times itself is three doublings beyond two, and earns nothing.
  const lost = ratio >= FULL_RATIO * 2 ** (STEPS - 1) ? STEPS : Math.max(0, doublings);
  return (STEPS - lost) / STEPS;
}

function geometricMean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const logs = values.reduce((sum, value) => sum + Math.log(value), 0);
  return Math.exp(logs / values.length);
}
