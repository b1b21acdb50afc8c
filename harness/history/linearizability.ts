/**
 * Linearizability of a history, partition by partition: `ok`, `illegal` or `unknown`. A bound that was reached gives `unknown`, and so
 * does a history without evidence. `explainIllegal.ts` says afterwards, with a budget of its own, why a partition is illegal.
 */
import { collapseRetries } from './collapseRetries.ts';
import { configurationCache } from './configurationCache.ts';
import type { ConfigurationCache } from './configurationCache.ts';
import type { HistoryOperation } from './history.ts';
import { internModel } from './internedModel.ts';
import type { InternedModel } from './internedModel.ts';
import { searchLinearization } from './linearizationSearch.ts';
import type { SearchBudget, SearchResult, UnknownCause } from './linearizationSearch.ts';
import type { Model } from './model.ts';
import { preparePartition } from './preparePartition.ts';

export interface CheckBounds {
  /** For the whole history. Default 60 000. */
  readonly timeLimitMs?: number;
  /** Remembered configurations of one partition. Default 4 000 000, about two seconds of search. */
  readonly maxEntries?: number;
  /** For them, in bytes. Default 256 MiB. */
  readonly maxMemoryBytes?: number;
  /** Distinct states of the model, whose size only the model knows. Default 250 000. */
  readonly maxStates?: number;
  /** Default: performance.now. */
  readonly nowMs?: () => number;
}

export interface PartitionVerdict {
  readonly partition: string;
  readonly verdict: 'ok' | 'illegal' | 'unknown';
  readonly cause?: UnknownCause;
  /** Its operations, attempts of one command joined. */
  readonly operations: readonly HistoryOperation[];
}

/** How many operations and partitions were looked at, and how many of the latter ended how. */
export interface CheckCounts {
  /** With a definite outcome: the evidence. */
  readonly operations: number;
  readonly indeterminate: number;
  readonly partitions: number;
  readonly unknownPartitions: number;
  /** The most configurations that one partition needed. */
  readonly mostEntries: number;
}

export type LinearizabilityVerdict =
  | { readonly verdict: 'ok'; readonly counts: CheckCounts }
  /** The first illegal partition; those after it were not looked at. */
  | {
      readonly verdict: 'illegal';
      readonly counts: CheckCounts;
      readonly illegal: PartitionVerdict;
    }
  | {
      readonly verdict: 'unknown';
      readonly counts: CheckCounts;
      /** Why the first undecided partition is undecided, or that nothing definite was observed at all. */
      readonly cause: UnknownCause | 'no-evidence';
    };

/** The states and steps of many partitions are shared up to this size, then forgotten. */
const MAX_SHARED_STATES = 20_000;
const MAX_SHARED_CLASSES = 100_000;
/** Part of the entries that may be spent on finding that the indeterminate operations are not needed at all. */
const SHORT_CUT_SHARE = 1 / 16;

export const DEFAULT_BOUNDS = {
  timeLimitMs: 60_000,
  maxEntries: 4_000_000,
  maxMemoryBytes: 256 * 1024 * 1024,
  maxStates: 250_000,
  nowMs: (): number => performance.now(),
} as const;

export function checkLinearizability<State>(
  model: Model<State>,
  history: readonly HistoryOperation[],
  bounds: CheckBounds = {},
): LinearizabilityVerdict {
  const checker = partitionChecker(model, bounds);
  const counts = { operations: 0, indeterminate: 0, partitions: 0, unknownPartitions: 0 };
  const total = (): CheckCounts => ({ ...counts, mostEntries: checker.mostEntries() });
  let cause: UnknownCause | undefined;
  for (const [partition, operations] of partitionsOf(model, history)) {
    const definite = operations.filter(({ outcome }) => outcome === 'ok').length;
    if (definite === 0) continue;
    counts.partitions++;
    counts.operations += definite;
    counts.indeterminate += operations.filter(({ outcome }) => outcome === 'info').length;
    const result = checker.check(operations);
    if (result.verdict === 'illegal') {
      const illegal = { partition, verdict: result.verdict, operations };
      return { verdict: 'illegal', counts: total(), illegal };
    }
    if (result.verdict === 'unknown') {
      counts.unknownPartitions++;
      cause ??= result.cause;
    }
  }
  if (cause !== undefined) return { verdict: 'unknown', counts: total(), cause };
  if (counts.operations === 0) {
    return { verdict: 'unknown', counts: total(), cause: 'no-evidence' };
  }
  return { verdict: 'ok', counts: total() };
}

/** The partitions in the order of their first operation. */
export function partitionsOf<State>(
  model: Model<State>,
  history: readonly HistoryOperation[],
): Map<string, HistoryOperation[]> {
  const partitions = new Map<string, HistoryOperation[]>();
  for (const operation of collapseRetries(history)) {
    const partition = model.partitionOf?.(operation) ?? operation.partition;
    const operations = partitions.get(partition);
    if (operations === undefined) partitions.set(partition, [operation]);
    else operations.push(operation);
  }
  return partitions;
}

/** Checks one partition after the other against one budget. */
export interface PartitionChecker {
  check(operations: readonly HistoryOperation[]): SearchResult;
  mostEntries(): number;
}

export function partitionChecker<State>(
  model: Model<State>,
  bounds: CheckBounds,
): PartitionChecker {
  const { timeLimitMs, maxEntries, maxMemoryBytes, maxStates, nowMs } = {
    ...DEFAULT_BOUNDS,
    ...bounds,
  };
  const deadlineMs = nowMs() + timeLimitMs;
  const budget: SearchBudget = { isOver: () => nowMs() > deadlineMs, maxStates };
  const cache = configurationCache({ maxEntries, maxMemoryBytes });
  const shortCutCache = configurationCache({
    maxEntries: Math.ceil(maxEntries * SHORT_CUT_SHARE),
    maxMemoryBytes: Math.ceil(maxMemoryBytes * SHORT_CUT_SHARE),
  });
  let interned = internModel(model);
  let mostEntries = 0;

  const search = (
    operations: readonly HistoryOperation[],
    indeterminate: 'with-indeterminate' | 'without-indeterminate',
    memory: ConfigurationCache,
  ): SearchResult => {
    const prepared = preparePartition(model, interned, operations, indeterminate);
    const result = searchLinearization(prepared, interned, memory, budget);
    mostEntries = Math.max(mostEntries, memory.size());
    return result;
  };

  return {
    check(operations) {
      if (budget.isOver()) return { verdict: 'unknown', cause: 'deadline' };
      if (isLarge(interned, maxStates)) interned = internModel(model);
      if (operations.some(({ outcome }) => outcome === 'info')) {
        // Leaving them out can only make it harder: ok stays ok, and nothing else is concluded.
        const without = search(operations, 'without-indeterminate', shortCutCache);
        if (without.verdict === 'ok') return without;
      }
      return search(operations, 'with-indeterminate', cache);
    },
    mostEntries: () => mostEntries,
  };
}

/** What others left behind must not use up the bound of the next partition. */
function isLarge(interned: InternedModel, maxStates: number): boolean {
  const mostStates = Math.min(MAX_SHARED_STATES, maxStates / 8);
  return interned.stateCount() > mostStates || interned.classCount() > MAX_SHARED_CLASSES;
}
