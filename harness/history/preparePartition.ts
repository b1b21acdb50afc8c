/** The operations of one partition as the search needs them: numbers in flat arrays, in the order of their events. */
import type { HistoryOperation } from './history.ts';
import type { InternedModel } from './internedModel.ts';
import { observedOutput, UNKNOWN } from './model.ts';
import type { Model } from './model.ts';

/**
 * Nodes are numbered: calls of determinate operations first, then calls of indeterminate ones, then the returns, which only determinate
 * ones have. So `node < determinate` is a call, and its return is `node + operations.length`.
 */
export interface PreparedPartition {
  /** The determinate ones, then the indeterminate ones in the order of their calls. */
  readonly operations: readonly HistoryOperation[];
  readonly determinate: number;
  /** Of each operation: its (call, output), or (call, UNKNOWN). */
  readonly classes: Int32Array;
  /** Of each operation: 1 when it changes nothing. */
  readonly isRead: Uint8Array;
  /** All nodes by event; at the same event calls come first, so that a tie counts as concurrent. */
  readonly order: Int32Array;
  /** Of each indeterminate operation: the one before it with the same call, or NONE. */
  readonly sameCallBefore: Int32Array;
}

export const NONE = -1;

/**
 * Leaves out what cannot matter: definite failures (no effect, nothing observed) and reads that were not answered. Whether the rest is
 * kept whole or without the indeterminate ones is the caller's question.
 */
export function preparePartition<State>(
  model: Model<State>,
  interned: InternedModel,
  operations: readonly HistoryOperation[],
  indeterminate: 'with-indeterminate' | 'without-indeterminate',
): PreparedPartition {
  const known: HistoryOperation[] = [];
  const open: HistoryOperation[] = [];
  for (const operation of operations) {
    if (isDeterminate(operation)) known.push(operation);
    else if (indeterminate === 'with-indeterminate' && mayHaveEffect(model, operation)) {
      open.push(operation);
    }
  }
  open.sort((one, other) => one.callEvent - other.callEvent);
  const all = open.length === 0 ? known : [...known, ...open];
  const classes = new Int32Array(all.length);
  const isRead = new Uint8Array(all.length);
  for (let index = 0; index < known.length; index++) {
    const operation = known[index]!;
    const output = observedOutput(operation);
    classes[index] = interned.classOf(operation, output);
    if (model.isRead?.(operation, output) === true) isRead[index] = 1;
  }
  const sameCallBefore = new Int32Array(all.length).fill(NONE);
  const lastOfClass = new Map<number, number>();
  for (let index = known.length; index < all.length; index++) {
    const operationClass = interned.classOf(all[index]!, UNKNOWN);
    classes[index] = operationClass;
    sameCallBefore[index] = lastOfClass.get(operationClass) ?? NONE;
    lastOfClass.set(operationClass, index);
  }
  const order = eventOrder(all, known.length);
  return { operations: all, determinate: known.length, classes, isRead, order, sameCallBefore };
}

/** An `ok` without a return is one whose return was lost: it may have come at any time. */
export function isDeterminate(operation: HistoryOperation): boolean {
  return operation.outcome === 'ok' && operation.returnEvent !== undefined;
}

export function mayHaveEffect<State>(model: Model<State>, operation: HistoryOperation): boolean {
  if (operation.outcome === 'fail' || isDeterminate(operation)) return false;
  return model.isRead?.(operation, UNKNOWN) !== true;
}

function eventOrder(operations: readonly HistoryOperation[], determinate: number): Int32Array {
  const count = operations.length;
  const nodes = count + determinate;
  let first = Infinity;
  let last = -Infinity;
  for (let index = 0; index < count; index++) {
    const { id, callEvent, returnEvent } = operations[index]!;
    first = Math.min(first, callEvent);
    last = Math.max(last, callEvent);
    if (index >= determinate) continue;
    if (!(returnEvent! >= callEvent)) {
      throw new Error(`operation ${id} returned before it was called: its recorder is broken`);
    }
    last = Math.max(last, returnEvent!);
  }
  if (!((last - first + 1) * nodes < Number.MAX_SAFE_INTEGER)) {
    throw new Error('events must be whole numbers of one counter that starts near 0');
  }
  // Event and node in one number: typed arrays sort numbers fast, and calls (lower nodes) win a tie.
  const keys = new Float64Array(nodes);
  for (let index = 0; index < count; index++) {
    keys[index] = (operations[index]!.callEvent - first) * nodes + index;
  }
  for (let index = 0; index < determinate; index++) {
    const node = count + index;
    keys[node] = (operations[index]!.returnEvent! - first) * nodes + node;
  }
  keys.sort();
  const order = new Int32Array(nodes);
  for (let index = 0; index < nodes; index++) order[index] = keys[index]! % nodes;
  return order;
}
