/** The assertions of the checks: each failure is one plain sentence. */
import { isDeepStrictEqual } from 'node:util';
import { Violation } from '../check.ts';

/** @throws Violation with `sentence` when the condition does not hold */
export function hold(
  condition: boolean,
  sentence: string,
  expected?: unknown,
  actual?: unknown,
): asserts condition {
  if (!condition) throw new Violation(sentence, expected, actual);
}

/** Equal as JSON: an absent field and an undefined one are the same. */
export function holdSame(actual: unknown, expected: unknown, sentence: string): void {
  hold(sameJson(actual, expected), sentence, expected, actual);
}

/** One of the values that the contract leaves open. */
export function holdOneOf<T>(actual: T, allowed: readonly T[], sentence: string): void {
  hold(
    allowed.includes(actual),
    `${sentence}: ${String(actual)}, not ${allowed.map(String).join(' or ')}.`,
    allowed,
    actual,
  );
}

export function sameJson(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(plain(a), plain(b));
}

function plain(value: unknown): unknown {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown);
}
