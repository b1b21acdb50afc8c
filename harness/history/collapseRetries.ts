/**
 * Attempts with the same idempotency key are one command, which takes effect once at most: between the first call and the first
 * acknowledgement. Taken one by one, the effect of a lost first attempt and the reply to the second would look like two effects.
 */
import { isDeepStrictEqual } from 'node:util';
import type { HistoryOperation } from './history.ts';

export function collapseRetries(
  operations: readonly HistoryOperation[],
): readonly HistoryOperation[] {
  const collapsed: HistoryOperation[] = [];
  const places = new Map<string, number[]>();
  for (const operation of operations) {
    const key = operation.idempotencyKey;
    const before = key === undefined ? undefined : places.get(key);
    // The same key with another body is another command: a contract refuses it, and then it is a `fail` of its own.
    const place = before?.find((index) => isSameCommand(collapsed[index]!, operation));
    if (place !== undefined) {
      collapsed[place] = merged(collapsed[place]!, operation);
      continue;
    }
    collapsed.push(operation);
    if (key === undefined) continue;
    if (before === undefined) places.set(key, [collapsed.length - 1]);
    else before.push(collapsed.length - 1);
  }
  return collapsed;
}

export function isSameCommand(one: HistoryOperation, other: HistoryOperation): boolean {
  return (
    one.operation === other.operation &&
    one.partition === other.partition &&
    isDeepStrictEqual(one.input, other.input)
  );
}

/** Any acknowledgement makes it ok; else a single attempt that may have had the effect makes it indeterminate. */
function merged(one: HistoryOperation, other: HistoryOperation): HistoryOperation {
  const callEvent = Math.min(one.callEvent, other.callEvent);
  const callNs = Math.min(one.callNs, other.callNs);
  return { ...decisive(one, other), callEvent, callNs };
}

const WEIGHT = { ok: 2, info: 1, fail: 0 } as const;

function decisive(one: HistoryOperation, other: HistoryOperation): HistoryOperation {
  if (one.outcome !== other.outcome) {
    return WEIGHT[one.outcome] > WEIGHT[other.outcome] ? one : other;
  }
  return (other.returnEvent ?? Infinity) < (one.returnEvent ?? Infinity) ? other : one;
}
