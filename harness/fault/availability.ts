/**
 * The four numbers of availability: over all, in the steady phase, inside the windows of each kind of fault, and the time to recover.
 * Pure functions of what was recorded. An indeterminate outcome counts as unavailable, a definite refusal of the domain (sold out,
 * declined) as available: whoever makes the operations decides so.
 */
import { binomialInterval } from './binomialInterval.ts';
import type { Interval } from './binomialInterval.ts';
import type { FaultWindow } from './faultEvent.ts';
import type { FaultKind } from './faultKind.ts';
import { whatItShows } from './whatItShows.ts';

export interface ObservedOperation {
  readonly startMs: number;
  readonly endMs: number;
  readonly available: boolean;
}

export interface TimeSpan {
  readonly startMs: number;
  readonly endMs: number;
}

export interface AvailabilityOptions {
  readonly operations: readonly ObservedOperation[];
  readonly windows: readonly FaultWindow[];
  readonly steady: TimeSpan;
  /** When the last operation was sent: what has not recovered by then is not known to. */
  readonly endMs: number;
  /** After the end of a fault failures are explained by it for so long. */
  readonly recoveryBoundMs: number;
  /** Met for a second: at most this share of the operations of that second was slower, or failed. */
  readonly slo: { readonly latencyMs: number; readonly maxMissShare: number };
}

export interface SuccessRate {
  readonly available: number;
  readonly total: number;
  /** Undefined without an operation: no evidence is no availability. */
  readonly rate: number | undefined;
  /** Clopper-Pearson, two-sided, 95 %. */
  readonly interval: Interval;
  readonly shows: string;
}

export interface RecoveryTimes {
  readonly recovered: number;
  /** Not before the next fault or the end, or another fault was still there: how long it takes is not known. */
  readonly notSeen: number;
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  readonly maxMs: number | undefined;
}

export interface Availability {
  readonly overall: SuccessRate;
  readonly steady: SuccessRate;
  readonly insideFaults: ReadonlyMap<FaultKind, SuccessRate>;
  /** From the end of a fault to the first operation that was sent after it and succeeded. */
  readonly toFirstSuccess: ReadonlyMap<FaultKind, RecoveryTimes>;
  /** From the end of a fault to the beginning of the first second in which the SLO was met. */
  readonly toSlo: ReadonlyMap<FaultKind, RecoveryTimes>;
  /** Failures outside of every fault and its recovery bound. */
  readonly unexplained: SuccessRate;
}

/** For so long the SLO has to be met before it counts as met again. */
const SLO_HELD_MS = 1_000;

export function availability(options: AvailabilityOptions): Availability {
  const operations = [...options.operations].sort((a, b) => a.startMs - b.startMs);
  const { windows, steady, endMs, recoveryBoundMs } = options;
  const spans = windows.map((window) => ({
    kind: window.fault,
    startMs: window.startMs,
    healedMs: window.healedMs,
    endMs: window.healedMs ?? Infinity,
  }));
  const kinds = [...new Set(spans.map(({ kind }) => kind))].sort();
  const explained = spans.map((span) => ({
    startMs: span.startMs,
    endMs: span.endMs + recoveryBoundMs,
  }));

  const recoveries = spans.map(({ kind, healedMs }) => {
    const notSeen = { kind, firstMs: undefined, sloMs: undefined };
    if (healedMs === undefined) return notSeen;
    const nextMs = Math.min(
      endMs,
      ...spans.map(({ startMs }) => startMs).filter((startMs) => startMs >= healedMs),
    );
    // Another fault is still there: whose recovery it would be cannot be told.
    const overlapped = spans.some((span) => span.startMs < healedMs && span.endMs > healedMs);
    if (overlapped) return notSeen;
    const after = operations.slice(firstFrom(operations, healedMs), firstFrom(operations, nextMs));
    const first = after
      .filter(({ available }) => available)
      .reduce((least, each) => Math.min(least, each.endMs), Infinity);
    const sloMs = sloMetFrom(after, healedMs, nextMs, options.slo);
    return {
      kind,
      firstMs: first < nextMs ? first - healedMs : undefined,
      sloMs: sloMs === undefined ? undefined : sloMs - healedMs,
    };
  });
  const timesOf = (kind: FaultKind, which: 'firstMs' | 'sloMs'): RecoveryTimes =>
    recoveryTimes(recoveries.filter((each) => each.kind === kind).map((each) => each[which]));

  return {
    overall: successRate(operations),
    steady: successRate(
      operations.filter(({ startMs }) => startMs >= steady.startMs && startMs < steady.endMs),
    ),
    insideFaults: new Map(
      kinds.map((kind) => {
        const own = spans.filter((span) => span.kind === kind);
        return [kind, successRate(operations.filter((each) => overlapsAny(each, own)))];
      }),
    ),
    toFirstSuccess: new Map(kinds.map((kind) => [kind, timesOf(kind, 'firstMs')])),
    toSlo: new Map(kinds.map((kind) => [kind, timesOf(kind, 'sloMs')])),
    unexplained: successRate(
      operations.map((each) => ({
        available: each.available || overlapsAny(each, explained),
      })),
    ),
  };
}

export function successRate(
  operations: readonly Pick<ObservedOperation, 'available'>[],
): SuccessRate {
  const total = operations.length;
  const available = operations.reduce((sum, each) => sum + (each.available ? 1 : 0), 0);
  return {
    available,
    total,
    rate: total === 0 ? undefined : available / total,
    interval: total === 0 ? { low: 0, high: 1 } : binomialInterval(available, total),
    shows: whatItShows(available, total).sentence,
  };
}

/** Percentiles by the nearest rank: each is a time that was measured. */
export function recoveryTimes(timesMs: readonly (number | undefined)[]): RecoveryTimes {
  const known = timesMs.filter((time) => time !== undefined).sort((a, b) => a - b);
  const rank = (percent: number): number | undefined =>
    known[Math.max(0, Math.ceil((percent / 100) * known.length) - 1)];
  return {
    recovered: known.length,
    notSeen: timesMs.length - known.length,
    p50Ms: rank(50),
    p99Ms: rank(99),
    maxMs: known.at(-1),
  };
}

/** The beginning of the first second, from fromMs on, that ended before untilMs and in which the SLO was met. */
function sloMetFrom(
  operations: readonly ObservedOperation[],
  fromMs: number,
  untilMs: number,
  { latencyMs, maxMissShare }: AvailabilityOptions['slo'],
): number | undefined {
  const missed = operations.map((each) => !each.available || each.endMs - each.startMs > latencyMs);
  const startsMs = [fromMs, ...operations.map(({ startMs }) => startMs)];
  let first = 0;
  let behind = 0;
  let misses = 0;
  for (const startMs of startsMs) {
    if (startMs + SLO_HELD_MS > untilMs) return undefined;
    while (behind < operations.length && operations[behind]!.startMs < startMs + SLO_HELD_MS) {
      if (missed[behind]) misses += 1;
      behind += 1;
    }
    while (first < behind && operations[first]!.startMs < startMs) {
      if (missed[first]) misses -= 1;
      first += 1;
    }
    const inside = behind - first;
    if (inside > 0 && misses <= maxMissShare * inside) return startMs;
  }
  return undefined;
}

/** Index of the first operation that was sent at that time or later. */
function firstFrom(operations: readonly ObservedOperation[], atMs: number): number {
  let low = 0;
  let high = operations.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (operations[middle]!.startMs < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function overlapsAny({ startMs, endMs }: TimeSpan, spans: readonly TimeSpan[]): boolean {
  return spans.some((span) => startMs <= span.endMs && endMs >= span.startMs);
}
