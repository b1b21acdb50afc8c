/** Directions in which a length is a whole number of millimetres, and so are its parts. */
import type { Step } from './walks.ts';

/** 65 is the hypotenuse of four right triangles. */
const LEGS: readonly [number, number][] = [
  [65, 0],
  [16, 63],
  [25, 60],
  [33, 56],
  [39, 52],
];

/** All 36 steps of exactly 65 x `part`, each direction once. */
export function directions(part: number): Step[] {
  const signs = [1, -1];
  const steps = LEGS.flatMap(([a, b]) =>
    [
      [a, b],
      [b, a],
    ].flatMap(([x = 0, y = 0]) =>
      // Adding 0 makes a 0 of -0.
      signs.flatMap((sx) => signs.map((sy) => ({ dx: sx * x * part + 0, dy: sy * y * part + 0 }))),
    ),
  );
  return [...new Map(steps.map((step) => [`${step.dx} ${step.dy}`, step])).values()];
}
