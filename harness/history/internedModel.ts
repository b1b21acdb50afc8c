/**
 * A model over small integers: each distinct state and each distinct (call, output) gets a number, and a step that was computed once
 * is looked up afterwards. The search then compares, hashes and stores integers only.
 */
import type { HistoryCall } from './history.ts';
import { UNKNOWN } from './model.ts';
import type { Model, Observed } from './model.ts';

/** Above this the step is computed again each time: 4 M slots of three integers are 48 MB. */
const MAX_MEMO_SLOTS = 2 ** 22;
const FIRST_MEMO_SLOTS = 2 ** 10;

/** What `step` gives when the model rejects. */
export const REJECTED = -1;

export interface InternedModel {
  readonly initial: number;
  classOf(call: HistoryCall, output: Observed): number;
  /** The state after it, or REJECTED. */
  step(state: number, operationClass: number): number;
  stateCount(): number;
  classCount(): number;
  /** For people: the state's key. */
  stateText(state: number): string;
  /** The model's reason for rejecting; undefined when it accepts. Of this very call: its class may have been met with another. */
  why(state: number, call: HistoryCall, output: Observed): string | undefined;
}

export function internModel<State>(model: Model<State>): InternedModel {
  const stateKey = model.stateKey ?? ((state: State) => JSON.stringify(state));
  const callKey = model.callKey ?? defaultCallKey;
  const states: State[] = [];
  const stateIds = new Map<string, number>();
  const classes: { call: HistoryCall; output: Observed }[] = [];
  const classIds = new Map<string, number>();

  const internState = (state: State): number => {
    const key = stateKey(state);
    const known = stateIds.get(key);
    if (known !== undefined) return known;
    stateIds.set(key, states.length);
    return states.push(state) - 1;
  };
  const compute = (state: number, operationClass: number): number => {
    const { call, output } = classes[operationClass]!;
    const step = model.step(states[state]!, call, output);
    return step.ok ? internState(step.next) : REJECTED;
  };

  // Open addressing; a slot is free while its state is EMPTY. Three flat arrays, so that a look-up allocates nothing.
  const EMPTY = -1;
  let slots = FIRST_MEMO_SLOTS;
  let used = 0;
  let memoStates = new Int32Array(slots).fill(EMPTY);
  let memoClasses = new Int32Array(slots);
  let memoNext = new Int32Array(slots);

  const slotOf = (state: number, operationClass: number): number => {
    const mask = slots - 1;
    let slot = mixed(state, operationClass) & mask;
    // At most three quarters are in use: it ends.
    while (memoStates[slot] !== EMPTY) {
      if (memoStates[slot] === state && memoClasses[slot] === operationClass) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  };
  const grow = (): void => {
    const old = { states: memoStates, classes: memoClasses, next: memoNext };
    slots *= 2;
    memoStates = new Int32Array(slots).fill(EMPTY);
    memoClasses = new Int32Array(slots);
    memoNext = new Int32Array(slots);
    for (let index = 0; index < old.states.length; index++) {
      const state = old.states[index]!;
      if (state === EMPTY) continue;
      const slot = slotOf(state, old.classes[index]!);
      memoStates[slot] = state;
      memoClasses[slot] = old.classes[index]!;
      memoNext[slot] = old.next[index]!;
    }
  };

  return {
    initial: internState(model.init()),
    classOf(call, output) {
      const key = callKey(call, output);
      const known = classIds.get(key);
      if (known !== undefined) return known;
      classIds.set(key, classes.length);
      return classes.push({ call, output }) - 1;
    },
    step(state, operationClass) {
      let slot = slotOf(state, operationClass);
      if (memoStates[slot] !== EMPTY) return memoNext[slot]!;
      const next = compute(state, operationClass);
      if (used * 4 >= slots * 3) {
        if (slots >= MAX_MEMO_SLOTS) return next;
        grow();
        slot = slotOf(state, operationClass);
      }
      used++;
      memoStates[slot] = state;
      memoClasses[slot] = operationClass;
      memoNext[slot] = next;
      return next;
    },
    stateCount: () => states.length,
    classCount: () => classes.length,
    stateText: (state) => stateKey(states[state]!),
    why(state, call, output) {
      const step = model.step(states[state]!, call, output);
      return step.ok ? undefined : step.why;
    },
  };
}

function defaultCallKey({ operation, input }: HistoryCall, output: Observed): string {
  return JSON.stringify(output === UNKNOWN ? [operation, input] : [operation, input, output]);
}

/** Multiply and fold, as a murmur finaliser does: neighbouring numbers must not share a run of slots. */
function mixed(state: number, operationClass: number): number {
  let hash = Math.imul(state, 0x9e3779b1) ^ Math.imul(operationClass, 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
