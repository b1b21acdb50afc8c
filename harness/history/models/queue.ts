/** First in, first out: `enqueue {value} -> {}`, `dequeue {} -> {value}` (null when it is empty). */
import type { Json } from '../../target/target.ts';
import { UNKNOWN } from '../model.ts';
import type { Model } from '../model.ts';
import { observedField, scalarKey, unknownOperation } from './register.ts';

/** Values are strings or numbers. */
export function queueModel(): Model<readonly Json[]> {
  return {
    init: () => [],
    step(state, { operation, input }, output) {
      switch (operation) {
        case 'enqueue':
          return { ok: true, next: [...state, input['value']!] };
        case 'dequeue': {
          const [first = null] = state;
          const told = output === UNKNOWN ? first : (output as { value: Json }).value;
          if (told === first) return { ok: true, next: state.slice(1) };
          const is = first === null ? 'the queue is empty' : `${JSON.stringify(first)} is first`;
          return { ok: false, why: `dequeued ${JSON.stringify(told)}, but ${is}` };
        }
      }
      throw unknownOperation(operation);
    },
    stateKey: (state) => JSON.stringify(state),
    callKey({ operation, input }, output) {
      if (operation === 'dequeue') return `d ${observedField(output, 'value')}`;
      return `${operation} ${scalarKey(input['value']!)}`;
    },
    isRead(call, output) {
      const isDequeue = call.operation === 'dequeue' && output !== UNKNOWN;
      return isDequeue && (output as { value: Json }).value === null;
    },
  };
}
