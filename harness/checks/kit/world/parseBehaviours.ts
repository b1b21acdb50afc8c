/** Holds what a script says to the behaviours that an operation can have. */
import type { Json } from '../../../target/target.ts';
import { isCommon } from './commonBehaviour.ts';
import type { CommonBehaviour, SomeBehaviour } from './commonBehaviour.ts';

/** What a single script may hold. */
const MAX_BEHAVIOURS = 10_000;
/** Longer than any time-out of a call. */
const MAX_SLOW_MS = 60_000;

/** Whether an operation can have one of the case's own behaviours. */
export type CanHave = (operation: string, kind: string) => boolean;

/** @throws Error with a sentence when it is not a list of behaviours that the operation can have */
export function parseBehaviours<Own extends SomeBehaviour>(
  operation: string,
  values: Json,
  canHave: CanHave,
): (CommonBehaviour | Own)[] {
  if (!Array.isArray(values)) throw new Error('"behaviours" is no list.');
  if (values.length > MAX_BEHAVIOURS) {
    throw new Error(`A script has at most ${MAX_BEHAVIOURS} behaviours.`);
  }
  return values.map((value) => parseBehaviour<Own>(operation, value, canHave));
}

/** @throws Error with a sentence when it is none, or none of the operation */
export function parseBehaviour<Own extends SomeBehaviour>(
  operation: string,
  value: Json,
  canHave: CanHave,
): CommonBehaviour | Own {
  const behaviour = value as unknown as CommonBehaviour | Own;
  if (!isCommon(behaviour)) {
    if (canHave(operation, behaviour.kind)) return behaviour;
    throw new Error(`${operation} cannot be scripted with ${JSON.stringify(value)}.`);
  }
  const isDelayed = behaviour.kind === 'slow' || behaviour.kind === 'late';
  if (isDelayed && !(behaviour.ms >= 0 && behaviour.ms <= MAX_SLOW_MS)) {
    throw new Error(
      `A ${behaviour.kind} call takes from 0 to ${MAX_SLOW_MS} ms, not ${behaviour.ms}.`,
    );
  }
  if (behaviour.kind === 'error' && !(behaviour.status >= 300 && behaviour.status <= 599)) {
    throw new Error(`An error has a status from 300 to 599, not ${behaviour.status}.`);
  }
  return behaviour;
}
