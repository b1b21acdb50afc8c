/** Which behaviours an operation can be scripted with. */
import type { Json } from '../../../target/target.ts';
import type { Behaviour, WorldOperationName } from '../worldQuestions.ts';

/** What a single script may hold. */
const MAX_BEHAVIOURS = 10_000;
/** Longer than any time-out of a call. */
const MAX_SLOW_MS = 60_000;

const ANYWHERE: readonly Behaviour['kind'][] = [
  'usual',
  'error',
  'silence',
  'reset',
  'silenceBooked',
  'resetBooked',
  'slow',
  'hold',
];
const DECLINING: readonly WorldOperationName[] = ['createCharge', 'refundCharge'];
const ANSWERING: readonly WorldOperationName[] = ['tokenize', 'scoreFraud', 'screenSanctions'];

/** @throws Error with a sentence when it is not a list of behaviours that the operation can have */
export function parseBehaviours(operation: WorldOperationName, values: Json): Behaviour[] {
  if (!Array.isArray(values)) throw new Error('"behaviours" is no list.');
  if (values.length > MAX_BEHAVIOURS) {
    throw new Error(`A script has at most ${MAX_BEHAVIOURS} behaviours.`);
  }
  return values.map((value) => parseBehaviour(operation, value));
}

/** @throws Error with a sentence when it is none, or none of the operation */
export function parseBehaviour(operation: WorldOperationName, value: Json): Behaviour {
  const behaviour = value as unknown as Behaviour;
  if (!canHave(operation, behaviour.kind)) {
    throw new Error(`${operation} cannot be scripted with ${JSON.stringify(value)}.`);
  }
  if (behaviour.kind === 'slow' && !(behaviour.ms >= 0 && behaviour.ms <= MAX_SLOW_MS)) {
    throw new Error(`A slow call takes from 0 to ${MAX_SLOW_MS} ms, not ${behaviour.ms}.`);
  }
  if (behaviour.kind === 'error' && !(behaviour.status >= 300 && behaviour.status <= 599)) {
    throw new Error(`An error has a status from 300 to 599, not ${behaviour.status}.`);
  }
  return behaviour;
}

function canHave(operation: WorldOperationName, kind: Behaviour['kind']): boolean {
  if (kind === 'decline') return DECLINING.includes(operation);
  if (kind === 'answer' || kind === 'text') return ANSWERING.includes(operation);
  return ANYWHERE.includes(kind);
}
