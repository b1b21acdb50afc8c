import { expect, test } from 'vitest';
import { studentT, tailOfF } from './studentT.ts';

test.each([
  [1, 12.7062],
  [3, 3.18245],
  [9, 2.26216],
  [21, 2.07961],
  [1000, 1.96234],
])(
  'with %d degrees of freedom the 95 %% factor of Student is that of the tables, %d',
  (degrees, t) => {
    expect(studentT(0.95, degrees)).toBeCloseTo(t, 4);
  },
);

test.each([
  [4.10282, 2, 10],
  [3.47805, 4, 10],
  [2.97824, 10, 10],
  [4.35124, 1, 20],
])('the tail of F above %d with %d and %d degrees of freedom is that of the tables', (f, n, d) => {
  expect(tailOfF(f, n, d)).toBeCloseTo(0.05, 3);
});

test('a tail of F is 1 at zero and falls', () => {
  expect(tailOfF(0, 3, 12)).toBe(1);
  expect(tailOfF(100, 3, 12)).toBeLessThan(1e-7);
});
