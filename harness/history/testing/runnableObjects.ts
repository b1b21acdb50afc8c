/** The objects of `models/`, to be run: what each answers, written without looking at the model. */
import type { Random } from '../../load/seededRandom.ts';
import type { Json } from '../../target/target.ts';
import type { RunnableObject } from './generatedHistory.ts';

/** Small, because a register of few values makes a check say more: wrong orders become visible, and unknown writes interchangeable. */
const VALUES = 5;

/** More consumers than producers: a long queue hides the order of its elements for so long that no search decides it. */
const ENQUEUE_SHARE = 0.4;

export const registerObject: RunnableObject<Json> = {
  init: () => null,
  draw(random) {
    const chance = random();
    if (chance < 0.5) return { operation: 'read', input: {} };
    if (chance < 0.8) return { operation: 'write', input: { value: smallValue(random) } };
    return {
      operation: 'cas',
      input: { expected: smallValue(random), value: smallValue(random) },
    };
  },
  apply(state, { operation, input }) {
    if (operation === 'read') return { next: state, output: { value: state } };
    if (operation === 'write') return { next: input['value']!, output: {} };
    if (state !== input['expected']) return { next: state, output: { swapped: false } };
    return { next: input['value']!, output: { swapped: true } };
  },
};

/** One key of a key-value store. */
export function keyValueObject(key: string): RunnableObject<Json> {
  return {
    init: () => null,
    draw(random) {
      const chance = random();
      if (chance < 0.5) return { operation: 'get', input: { key } };
      if (chance < 0.9) return { operation: 'put', input: { key, value: smallValue(random) } };
      return { operation: 'delete', input: { key } };
    },
    apply(state, { operation, input }) {
      if (operation === 'get') return { next: state, output: { value: state } };
      return { next: operation === 'put' ? input['value']! : null, output: {} };
    },
  };
}

/** Each value once, so that an element can be followed. */
export function queueObject(): RunnableObject<readonly Json[]> {
  let enqueued = 0;
  return {
    init: () => [],
    draw(random) {
      if (random() < ENQUEUE_SHARE) return { operation: 'enqueue', input: { value: enqueued++ } };
      return { operation: 'dequeue', input: {} };
    },
    apply(state, { operation, input }) {
      if (operation === 'enqueue') return { next: [...state, input['value']!], output: {} };
      const [value = null, ...next] = state;
      return { next, output: { value } };
    },
  };
}

function smallValue(random: Random): number {
  return Math.floor(random() * VALUES);
}
