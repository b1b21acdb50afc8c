/** Values by key: `get {key} -> {value}` (null when absent), `put {key, value} -> {}`, `delete {key} -> {}`. Each key is a partition. */
import type { Json } from '../../target/target.ts';
import type { Model } from '../model.ts';
import { observedField, readValue, scalarKey, unknownOperation } from './register.ts';

/** The state is the value of the partition's key. Values are strings, numbers or booleans. */
export function keyValueModel(): Model<Json> {
  return {
    init: () => null,
    step(state, { operation, input }, output) {
      switch (operation) {
        case 'get':
          return readValue(state, output);
        case 'put':
          return { ok: true, next: input['value']! };
        case 'delete':
          return { ok: true, next: null };
      }
      throw unknownOperation(operation);
    },
    stateKey: scalarKey,
    callKey({ operation, input }, output) {
      if (operation === 'get') return `g ${observedField(output, 'value')}`;
      return operation === 'put' ? `p ${scalarKey(input['value']!)}` : operation;
    },
    partitionOf: (operation) => scalarKey(operation.input['key']!),
    isRead: (call) => call.operation === 'get',
  };
}
