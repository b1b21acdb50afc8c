/**
 * Is there an order of the operations of one partition that agrees with real time and with the model? The depth-first search of Wing
 * and Gong (1993) with Lowe's memory of configurations (2017): an operation can be placed next if it was called before the first
 * return among those not yet placed, and what can follow depends only on which are placed and in which state they leave the object.
 *
 * A read that may be placed and is accepted is placed at once and for good: placing it later could not help what comes between, because
 * it changes nothing wherever it is accepted. So only the orders of the updates are searched.
 *
 * What is sound about indeterminate operations, and used here:
 * - they never return, and the model accepts them without an output, so "placed last" and "never happened" are the same;
 * - so the search ends as soon as all determinate ones are placed;
 * - one that would leave the state as it is need not be placed: it can be placed last;
 * - of those with the same call only the earliest is tried: exchanging two of them changes nothing else.
 * They are tried after the determinate ones, because most of them never happened or happened late.
 */
import { seededRandom } from '../load/seededRandom.ts';
import type { ConfigurationCache } from './configurationCache.ts';
import { REJECTED } from './internedModel.ts';
import type { InternedModel } from './internedModel.ts';
import { NONE } from './preparePartition.ts';
import type { PreparedPartition } from './preparePartition.ts';

export type UnknownCause = 'entries' | 'states' | 'deadline';

export type SearchResult =
  /** `order` is a witness: indexes of operations of the partition. */
  | { readonly verdict: 'ok'; readonly order: Int32Array }
  | { readonly verdict: 'illegal' }
  | { readonly verdict: 'unknown'; readonly cause: UnknownCause };

export interface SearchBudget {
  /** True when the time is over. */
  isOver(): boolean;
  /** A new state is a value of the model, of a size nobody knows. */
  readonly maxStates: number;
}

/** Told of each configuration that was reached, by those who want to explain; `path` is only valid during the call. */
export type OnConfiguration = (path: Int32Array, unplaced: number, state: number) => void;

/** The clock costs as much as some hundred steps of the search. */
const STEPS_BETWEEN_LOOKS = 4096;

export function searchLinearization(
  partition: PreparedPartition,
  interned: InternedModel,
  cache: ConfigurationCache,
  budget: SearchBudget,
  onConfiguration?: OnConfiguration,
): SearchResult {
  const { determinate, classes, isRead, sameCallBefore } = partition;
  const count = partition.operations.length;
  const head = count + determinate;
  const { next, previous, position } = linkedNodes(partition);
  const words = (count + 31) >>> 5;
  const placed = new Uint32Array(words);
  const stackOperation = new Int32Array(count);
  const stackState = new Int32Array(count);
  const numbers = zobristNumbers(count);
  cache.reset(words);

  let hash = 0;
  let state = interned.initial;
  let depth = 0;
  let unplaced = determinate;
  let steps = 0;
  placeReads();
  let cursor = next[head]!;
  /** The first return among the unplaced, while the indeterminate ones are tried; NONE while the determinate ones are. */
  let firstReturn = NONE;

  onConfiguration?.(stackOperation.subarray(0, depth), unplaced, state);

  // Each round either places an operation, which the cache allows once a configuration, or moves on in a finite list.
  while (unplaced > 0) {
    if ((++steps & (STEPS_BETWEEN_LOOKS - 1)) === 0) {
      if (budget.isOver()) return { verdict: 'unknown', cause: 'deadline' };
      if (interned.stateCount() > budget.maxStates) return { verdict: 'unknown', cause: 'states' };
    }
    if (firstReturn === NONE && cursor >= count) {
      firstReturn = cursor;
      cursor = determinate;
    }
    if (firstReturn !== NONE && !mayStillBePlaced(cursor)) {
      // Everything that could come first has been tried.
      const operation = takeBack();
      if (operation === NONE) return { verdict: 'illegal' };
      moveOn(operation);
      continue;
    }
    const operation = cursor;
    const stateAfter = isSkipped(operation) ? REJECTED : interned.step(state, classes[operation]!);
    if (stateAfter === REJECTED || (operation >= determinate && stateAfter === state)) {
      cursor = operation < determinate ? next[operation]! : operation + 1;
      continue;
    }
    if (isRead[operation] === 1) {
      throw new Error(`the model calls "${nameOf(operation)}" a read, and changes its state`);
    }
    place(operation, stateAfter);
    placeReads();
    const addition = cache.add(placed, state, hash);
    if (addition === 'full') return { verdict: 'unknown', cause: 'entries' };
    if (addition === 'known') {
      takeBack();
      moveOn(operation);
      continue;
    }
    firstReturn = NONE;
    cursor = next[head]!;
    onConfiguration?.(stackOperation.subarray(0, depth), unplaced, state);
  }
  return { verdict: 'ok', order: stackOperation.slice(0, depth) };

  function nameOf(operation: number): string {
    return partition.operations[operation]!.operation;
  }

  function place(operation: number, stateAfter: number): void {
    toggle(operation);
    stackOperation[depth] = operation;
    stackState[depth] = state;
    depth++;
    state = stateAfter;
    if (operation >= determinate) return;
    unlink(operation);
    unplaced--;
  }

  /** All that are accepted now. The state stays, so one walk finds them all, also those that the return of one of them held back. */
  function placeReads(): void {
    let node = next[head]!;
    while (node < determinate) {
      const call = node;
      node = next[call]!;
      if (isRead[call] === 0 || interned.step(state, classes[call]!) !== state) continue;
      // Its return goes with it, and then what follows the return may be placed too.
      if (node === call + count) node = next[node]!;
      place(call, state);
    }
  }

  /** The last one that was a choice, with the reads that followed it; NONE when there was no choice. */
  function takeBack(): number {
    while (depth > 0) {
      depth--;
      const operation = stackOperation[depth]!;
      state = stackState[depth]!;
      toggle(operation);
      if (operation >= determinate) return operation;
      relink(operation);
      unplaced++;
      if (isRead[operation] === 0) return operation;
    }
    return NONE;
  }

  /** To the candidate after `operation`, which has just been taken back. */
  function moveOn(operation: number): void {
    if (operation < determinate) {
      firstReturn = NONE;
      cursor = next[operation]!;
      return;
    }
    firstReturn = next[head]!;
    while (firstReturn < count) firstReturn = next[firstReturn]!;
    cursor = operation + 1;
  }

  function mayStillBePlaced(operation: number): boolean {
    return operation < count && position[operation]! < position[firstReturn]!;
  }

  /** An indeterminate one that is placed, or whose twin that was called earlier is not. */
  function isSkipped(operation: number): boolean {
    if (operation < determinate) return false;
    if (isPlaced(operation)) return true;
    const twin = sameCallBefore[operation]!;
    return twin !== NONE && !isPlaced(twin);
  }

  function isPlaced(operation: number): boolean {
    return (placed[operation >>> 5]! & (1 << (operation & 31))) !== 0;
  }

  function toggle(operation: number): void {
    placed[operation >>> 5]! ^= 1 << (operation & 31);
    hash ^= numbers[operation]!;
  }

  function unlink(call: number): void {
    const end = call + count;
    next[previous[call]!] = next[call]!;
    previous[next[call]!] = previous[call]!;
    next[previous[end]!] = next[end]!;
    previous[next[end]!] = previous[end]!;
  }

  /** In the reverse order of unlink. */
  function relink(call: number): void {
    const end = call + count;
    next[previous[end]!] = end;
    previous[next[end]!] = end;
    next[previous[call]!] = call;
    previous[next[call]!] = call;
  }
}

/** The calls and returns of the determinate operations as a ring around the last node; `position` is known for every node. */
function linkedNodes(partition: PreparedPartition): {
  next: Int32Array;
  previous: Int32Array;
  position: Int32Array;
} {
  const { order, determinate } = partition;
  const count = partition.operations.length;
  const head = count + determinate;
  const next = new Int32Array(head + 1);
  const previous = new Int32Array(head + 1);
  const position = new Int32Array(head);
  let last = head;
  for (let index = 0; index < order.length; index++) {
    const node = order[index]!;
    position[node] = index;
    if (node >= determinate && node < count) continue;
    next[last] = node;
    previous[node] = last;
    last = node;
  }
  next[last] = head;
  previous[head] = last;
  return { next, previous, position };
}

/** One random number an operation: the hash of a set is the exclusive or of its members' (Zobrist 1970). */
let zobrist = new Int32Array(0);

function zobristNumbers(count: number): Int32Array {
  if (zobrist.length < count) {
    // Any seed will do: hashes only say where to look.
    const random = seededRandom(1);
    zobrist = Int32Array.from({ length: 2 * count }, () => random() * 2 ** 32);
  }
  return zobrist;
}
