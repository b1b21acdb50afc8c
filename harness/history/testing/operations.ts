/** Hand-made operations for tests. */
import type { JsonObject } from '../../target/target.ts';
import type { HistoryOperation } from '../history.ts';

export function done(
  operation: string,
  input: JsonObject,
  output: JsonObject,
  [callEvent, returnEvent]: readonly [number, number],
  more: Partial<HistoryOperation> = {},
): HistoryOperation {
  return {
    ...indeterminate(operation, input, callEvent),
    outcome: 'ok',
    output,
    returnEvent,
    returnNs: returnEvent * 1000,
    ...more,
  };
}

/** The same without some of its fields. */
export function without(
  operation: HistoryOperation,
  ...names: readonly ('output' | 'witnessSeq' | 'idempotencyKey')[]
): HistoryOperation {
  const kept = Object.entries(operation).filter(([name]) => !(names as string[]).includes(name));
  return Object.fromEntries(kept) as unknown as HistoryOperation;
}

/** Ids follow the events, which are unique. */
export function indeterminate(
  operation: string,
  input: JsonObject,
  callEvent: number,
  more: Partial<HistoryOperation> = {},
): HistoryOperation {
  return {
    id: callEvent,
    process: callEvent,
    partition: 'p',
    operation,
    input,
    outcome: 'info',
    callEvent,
    callNs: callEvent * 1000,
    faultsActive: [],
    ...more,
  };
}
