/** What a check throws, told apart by name: a check from outside this package has its own copy of the classes, or none. */
import { CouldNotRun } from '../checks/check.ts';

/** A call got no certain answer, or none in time. Whether the instance is to blame has to be found out. */
export class NoAnswer extends CouldNotRun {}

/** The check as a whole took too long. */
export class DeadlineReached extends NoAnswer {}

export function isNamed(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === name;
}

export interface ViolationLike extends Error {
  expected?: unknown;
  actual?: unknown;
}

export function isViolation(error: unknown): error is ViolationLike {
  return isNamed(error, 'Violation');
}
