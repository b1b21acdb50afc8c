/** What the next calls of an operation with an id will do, where a check has said so. */
import { boundedMap } from './boundedMap.ts';
import type { CommonBehaviour, SomeBehaviour } from './commonBehaviour.ts';

/** More than the checks of a run set up; the oldest are forgotten. */
const MAX_SCRIPTS = 100_000;
const USUAL: CommonBehaviour = { kind: 'usual' };

interface Script<Behaviour> {
  /** One for each call to come, in order. */
  readonly next: Behaviour[];
  /** For all calls after those. */
  readonly then: Behaviour;
}

export interface Scripts<Behaviour> {
  /** Replaces an earlier one. */
  set(key: string, next: readonly Behaviour[], then: Behaviour): void;
  /** Counts as a call. */
  take(key: string): Behaviour;
  /** What would be held from now on is as usual. */
  release(key: string): void;
}

/** Under which an operation's calls with an id are scripted and held. */
export function scriptKey(operation: string, id: string): string {
  return `${operation} ${id}`;
}

export function createScripts<Own extends SomeBehaviour>(): Scripts<CommonBehaviour | Own> {
  type Behaviour = CommonBehaviour | Own;
  const scripts = boundedMap<Script<Behaviour>>(MAX_SCRIPTS);
  const unheld = (behaviour: Behaviour): Behaviour =>
    behaviour.kind === 'hold' ? USUAL : behaviour;
  const set: Scripts<Behaviour>['set'] = (key, next, then) => {
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
