/**
 * Why a partition is illegal, for people: the shortest beginning of it that is illegal already, and how far each order gets in it before
 * the model refuses everything that could come next. With a budget of its own, so that it never costs the verdict.
 */
import { configurationCache } from './configurationCache.ts';
import type { HistoryOperation } from './history.ts';
import { internModel } from './internedModel.ts';
import { DEFAULT_BOUNDS, partitionChecker } from './linearizability.ts';
import type { CheckBounds } from './linearizability.ts';
import { searchLinearization } from './linearizationSearch.ts';
import { observedOutput, UNKNOWN } from './model.ts';
import type { Model } from './model.ts';
import { isDeterminate, mayHaveEffect, preparePartition } from './preparePartition.ts';

export interface FinalPath {
  /** Ids in the order in which they were placed. */
  readonly placed: readonly number[];
  /** Key of the state that they lead to. */
  readonly state: string;
  /** What the model says to each one that had to come next. */
  readonly refused: readonly { readonly id: number; readonly why: string }[];
}

export interface IllegalExplanation {
  /** Operations by call; those still open at the end of the prefix are `info` here. */
  readonly prefix: readonly HistoryOperation[];
  /** `not-proved`: a budget was reached before every shorter prefix had been found legal. */
  readonly minimality: 'shortest' | 'not-proved';
  /** The one whose return makes it illegal. */
  readonly blocking: HistoryOperation;
  /** The definite operation that returned before it: the prefix up to there is legal. */
  readonly previous?: HistoryOperation;
  /** The ways that get furthest, at most MAX_FINAL_PATHS. */
  readonly finalPaths: readonly FinalPath[];
  /** Ids of the operations without an outcome that might have helped and did not. */
  readonly infoConsidered: readonly number[];
}

export const MAX_FINAL_PATHS = 8;

/** Undefined when the budget does not suffice to find it illegal again. `operations` are those of an illegal PartitionVerdict. */
export function explainIllegal<State>(
  model: Model<State>,
  operations: readonly HistoryOperation[],
  bounds: CheckBounds = {},
): IllegalExplanation | undefined {
  const checker = partitionChecker(model, { timeLimitMs: 10_000, ...bounds });
  const ends = operations
    .filter(isDeterminate)
    .sort((one, other) => one.returnEvent! - other.returnEvent!);
  let isShortest = true;
  // Cutting off the end of a linearizable history leaves a linearizable one, so "illegal up to here" is monotonic: halve.
  let low = 0;
  let high = ends.length - 1;
  if (high < 0 || checker.check(operations).verdict !== 'illegal') return undefined;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { verdict } = checker.check(prefixUntil(operations, ends[middle]!.returnEvent!));
    if (verdict === 'unknown') isShortest = false;
    if (verdict === 'illegal') high = middle;
    else low = middle + 1;
  }
  const blocking = ends[high]!;
  const prefix = prefixUntil(operations, blocking.returnEvent!);
  return {
    prefix,
    minimality: isShortest ? 'shortest' : 'not-proved',
    blocking,
    ...(high > 0 && { previous: ends[high - 1]! }),
    finalPaths: finalPaths(model, prefix, bounds),
    infoConsidered: prefix.filter((it) => mayHaveEffect(model, it)).map(({ id }) => id),
  };
}

/** What had been observed when that event happened: later calls are left out, later returns have not come yet. */
export function prefixUntil(
  operations: readonly HistoryOperation[],
  lastEvent: number,
): HistoryOperation[] {
  return operations
    .filter(({ callEvent }) => callEvent <= lastEvent)
    .map((operation) => {
      if (operation.returnEvent === undefined || operation.returnEvent <= lastEvent)
        return operation;
      return stillOpen(operation);
    })
    .sort((one, other) => one.callEvent - other.callEvent);
}

/** As it was known before it returned. */
function stillOpen(operation: HistoryOperation): HistoryOperation {
  const open: { -readonly [name in keyof HistoryOperation]: HistoryOperation[name] } = {
    ...operation,
    outcome: 'info',
  };
  delete open.output;
  delete open.returnEvent;
  delete open.returnNs;
  return open;
}

function finalPaths<State>(
  model: Model<State>,
  prefix: readonly HistoryOperation[],
  bounds: CheckBounds,
): FinalPath[] {
  const { maxEntries, maxMemoryBytes, maxStates, nowMs } = { ...DEFAULT_BOUNDS, ...bounds };
  const deadlineMs = nowMs() + (bounds.timeLimitMs ?? 10_000);
  const interned = internModel(model);
  const partition = preparePartition(model, interned, prefix, 'with-indeterminate');
  const { operations, determinate } = partition;
  let fewest = Infinity;
  let deepest: { path: Int32Array; state: number }[] = [];
  searchLinearization(
    partition,
    interned,
    configurationCache({ maxEntries, maxMemoryBytes }),
    { isOver: () => nowMs() > deadlineMs, maxStates },
    (path, unplaced, state) => {
      if (unplaced > fewest) return;
      if (unplaced < fewest) deepest = [];
      fewest = unplaced;
      const isNew = deepest.every((known) => known.state !== state);
      if (isNew && deepest.length < MAX_FINAL_PATHS) deepest.push({ path: path.slice(), state });
    },
  );
  return deepest.map(({ path, state }) => {
    const rest = operations.map((_, index) => index).filter((index) => !path.includes(index));
    const ends = rest.filter((index) => index < determinate);
    const firstReturn = Math.min(...ends.map((index) => operations[index]!.returnEvent!));
    const refused = ends
      .filter((index) => operations[index]!.callEvent <= firstReturn)
      .map((index) => ({
        id: operations[index]!.id,
        why:
          interned.why(state, operations[index]!, observedOutput(operations[index]!)) ??
          'accepted, but nothing can follow it',
      }));
    const placed = [...path].map((index) => operations[index]!.id);
    return { placed, state: interned.stateText(state), refused };
  });
}

/** The operation as one line: `3 read {} -> {"value":1}`. */
export function operationText({ id, operation, input, output, outcome }: HistoryOperation): string {
  const shown = output === undefined ? UNKNOWN.description : JSON.stringify(output);
  return `${id} ${operation} ${JSON.stringify(input)} -> ${outcome === 'fail' ? 'no effect' : shown}`;
}
