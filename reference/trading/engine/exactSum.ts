/**
 * Sums of notionals that stay exact above 2^53, where a double alone would round: a sum is high x 2^52 + low, two doubles that
 * stand beside each other in a column. Every way of adding is a few operations on doubles, so it fits the way of an order.
 */

/** Carry of `low`: with steps of at most MAX_STEP, low + step stays below 2^53 and so exact. */
const CARRY = 2 ** 52;

/** The largest amount that one call may add: more than any notional, 10^6 units at twice the highest price. */
export const MAX_STEP = 2 ** 51;

/** Adds an integer of at most MAX_STEP, of either sign, to the sum at `at` (high) and `at + 1` (low, from 0 to below 2^52). */
export function addExactly(column: Float64Array, at: number, step: number): void {
  const low = column[at + 1]! + step;
  if (low >= CARRY) {
    column[at]! += 1;
    column[at + 1] = low - CARRY;
  } else if (low < 0) {
    column[at]! -= 1;
    column[at + 1] = low + CARRY;
  } else column[at + 1] = low;
}

/** Whether sum + step > limit, for a step of at most MAX_STEP of either sign and a limit from 0 to 2^53 - 1. Never rounds where it matters. */
export function exceeds(column: Float64Array, at: number, step: number, limit: number): boolean {
  const high = column[at]!;
  const low = column[at + 1]!;
  // Of a negative sum all of it on the left, of a positive one the carry on the right: both sides stay within 2^53, or so far
  // from each other that rounding cannot turn the answer.
  return high < 0 ? low + high * CARRY + step > limit : low + step > limit - high * CARRY;
}

/** The sum as one number, for reports: exact up to 2^53, the nearest double beyond. */
export function valueOf(column: Float64Array, at: number): number {
  return column[at]! * CARRY + column[at + 1]!;
}
