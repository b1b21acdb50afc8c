/** What the next calls of an operation with an id will do, where a check has said so. */
import type { Behaviour } from '../worldQuestions.ts';
import { boundedMap } from './boundedMap.ts';

/** More than the checks of a run set up; the oldest are forgotten. */
const MAX_SCRIPTS = 100_000;
const USUAL: Behaviour = { kind: 'usual' };

interface Script {
  /** One for each call to come, in order. */
  readonly next: Behaviour[];
  /** For all calls after those. */
  readonly then: Behaviour;
}

export interface Scripts {
  /** Replaces an earlier one. */
  set(key: string, next: readonly Behaviour[], then: Behaviour): void;
  /** Counts as a call. */
  take(key: string): Behaviour;
  /** What would be held from now on is as usual. */
  release(key: string): void;
}

export function createScripts(): Scripts {
  const scripts = boundedMap<Script>(MAX_SCRIPTS);
  const set: Scripts['set'] = (key, next, then) => {
    scripts.delete(key);
    if (next.length > 0 || then.kind !== 'usual') scripts.set(key, { next: [...next], then });
  };
  return {
    set,
    take(key) {
      const script = scripts.get(key);
      return script ? (script.next.shift() ?? script.then) : USUAL;
    },
    release(key) {
      const script = scripts.get(key);
      if (script) set(key, script.next.map(unheld), unheld(script.then));
    },
  };
}

function unheld(behaviour: Behaviour): Behaviour {
  return behaviour.kind === 'hold' ? USUAL : behaviour;
}
