/** Distances in whole millimetres. */
import type { Point } from '../../../../spec/game/messages.d.ts';

/** The square of the distance, in mm^2. */
export function d2(a: Point, b: Point): number {
  return (a.x - b.x) ** 2 + (a.y - b.y) ** 2;
}

/** The root, rounded down; below 2^53. */
export function wholeRoot(square: number): number {
  let root = Math.floor(Math.sqrt(square));
  while (root * root > square) root -= 1;
  while ((root + 1) * (root + 1) <= square) root += 1;
  return root;
}

export function cut(value: number, max: number): number {
  return Math.min(Math.max(value, 0), max);
}

/** Ids by their ASCII bytes. */
export function byId(a: { id: string }, b: { id: string }): number {
  return compareIds(a.id, b.id);
}

export function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
