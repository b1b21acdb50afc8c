/**
 * What the self-test's server keeps under each key: a pair of numbers and a queue. Few operations, chosen so that each of the classical
 * defects shows: `readPair`, `writePair`, `add`, `cas`, `enqueue`, `dequeue`.
 */
import type { JsonObject } from '../../target/target.ts';
import type { HistoryCall } from '../history.ts';
import { UNKNOWN } from '../model.ts';
import type { Model } from '../model.ts';

export interface Cell {
  readonly a: number;
  readonly b: number;
  readonly queue: readonly number[];
}

export const EMPTY_CELL: Cell = { a: 0, b: 0, queue: [] };

/** The server's semantics, and the model's: what is tested here is the recorder and the checkers, not the semantics. */
export function applyToCell(
  cell: Cell,
  { operation, input }: HistoryCall,
): { next: Cell; output: JsonObject } {
  const number = (name: string): number => input[name] as number;
  switch (operation) {
    case 'readPair':
      return { next: cell, output: { a: cell.a, b: cell.b } };
    case 'writePair':
      return { next: { ...cell, a: number('value'), b: number('value') }, output: {} };
    case 'add':
      return {
        next: { ...cell, a: cell.a + number('amount') },
        output: { a: cell.a + number('amount') },
      };
    case 'cas': {
      const swapped = cell.a === number('expected');
      return { next: swapped ? { ...cell, a: number('value') } : cell, output: { swapped } };
    }
    case 'enqueue':
      return { next: { ...cell, queue: [...cell.queue, number('value')] }, output: {} };
    case 'dequeue': {
      const [value = null, ...queue] = cell.queue;
      return { next: { ...cell, queue }, output: { value } };
    }
  }
  throw new Error(`the store has no operation "${operation}"`);
}

/** Replies carry `seq` too, which is the witness's business: the model looks at the rest. */
export const storeModel: Model<Cell> = {
  init: () => EMPTY_CELL,
  step(cell, call, output) {
    const expected = applyToCell(cell, call);
    if (output === UNKNOWN) return { ok: true, next: expected.next };
    const wrong = Object.keys(expected.output).find(
      (name) => expected.output[name] !== (output as JsonObject)[name],
    );
    if (wrong === undefined) return { ok: true, next: expected.next };
    const told = JSON.stringify(output);
    return {
      ok: false,
      why: `${call.operation} answered ${told} in the state ${JSON.stringify(cell)}`,
    };
  },
  callKey({ operation, input }, output) {
    const observed = output === UNKNOWN ? null : without(output as JsonObject, 'seq');
    return JSON.stringify([operation, without(input, 'requestId'), observed]);
  },
  isRead: ({ operation }) => operation === 'readPair',
};

function without(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([each]) => each !== name));
}
