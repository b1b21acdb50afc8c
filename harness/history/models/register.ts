/** One value: `read {} -> {value}`, `write {value} -> {}`, `cas {expected, value} -> {swapped}`. */
import type { Json, JsonObject } from '../../target/target.ts';
import type { HistoryCall } from '../history.ts';
import { UNKNOWN } from '../model.ts';
import type { Model, Observed, Step } from '../model.ts';

/** Values are strings, numbers, booleans or null, so that === compares them. */
export function registerModel(initial: Json = null): Model<Json> {
  return {
    init: () => initial,
    step: stepRegister,
    stateKey: scalarKey,
    callKey(call, output) {
      const { operation, input } = call;
      switch (operation) {
        case 'read':
          return `r ${observedField(output, 'value')}`;
        case 'write':
          return `w ${scalarKey(input['value']!)}`;
        case 'cas':
          return `c ${scalarKey(input['expected']!)} ${scalarKey(input['value']!)} ${observedField(output, 'swapped')}`;
      }
      throw unknownOperation(operation);
    },
    isRead(call, output) {
      if (call.operation === 'read') return true;
      const isCas = call.operation === 'cas' && output !== UNKNOWN;
      return isCas && (output as JsonObject)['swapped'] === false;
    },
  };
}

function stepRegister(
  state: Json,
  { operation, input }: HistoryCall,
  output: Observed,
): Step<Json> {
  switch (operation) {
    case 'read':
      return readValue(state, output);
    case 'write':
      return { ok: true, next: input['value']! };
    case 'cas': {
      const swapped = state === input['expected'];
      const told = output === UNKNOWN ? swapped : (output as JsonObject)['swapped'];
      if (told !== swapped) {
        return { ok: false, why: `cas answered swapped ${told}, but the value is ${show(state)}` };
      }
      return { ok: true, next: swapped ? input['value']! : state };
    }
  }
  throw unknownOperation(operation);
}

export function readValue(state: Json, output: Observed): Step<Json> {
  if (output === UNKNOWN) return { ok: true, next: state };
  const { value } = output as { value: Json };
  if (value === state) return { ok: true, next: state };
  return { ok: false, why: `read ${show(value)}, but the value is ${show(state)}` };
}

/** Strings and numbers that look alike differ. */
export function scalarKey(value: Json): string {
  return typeof value === 'string' ? `"${value}` : String(value);
}

export function observedField(output: Observed, name: string): string {
  return output === UNKNOWN ? '?' : scalarKey((output as JsonObject)[name]!);
}

export function unknownOperation(operation: string): Error {
  return new Error(
    `the model does not know the operation "${operation}": leave it out of the check`,
  );
}

function show(value: Json): string {
  return JSON.stringify(value);
}
