/** Weighted linear least squares with three coefficients, of which the last two must not be negative. */

export type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

export interface LinearFit {
  /** Without the bounds. */
  readonly free: Triple;
  /** Inverse of the information matrix: times the variance of one unit of weight, the covariance of `free`. */
  readonly inverse: Matrix;
}

/** @returns undefined when the rows do not determine three coefficients */
export function leastSquares(
  rows: readonly { readonly x: Triple; readonly y: number; readonly weight: number }[],
): LinearFit | undefined {
  // Columns of very different size (1 and N squared) are brought to the same one, so that the inverse keeps its digits.
  const scale = triple((i) => Math.sqrt(sum(rows, ({ x, weight }) => weight * x[i]! ** 2)));
  if (scale.some((each) => !(each > 0))) return undefined;
  const information = square((i, j) =>
    sum(rows, ({ x, weight }) => (weight * x[i]! * x[j]!) / (scale[i]! * scale[j]!)),
  );
  const scaledInverse = invert(information);
  if (!scaledInverse) return undefined;
  const inverse = square((i, j) => scaledInverse[i]![j]! / (scale[i]! * scale[j]!));
  const moment = triple((i) => sum(rows, ({ x, y, weight }) => weight * x[i]! * y));
  return { free: triple((i) => dot(inverse[i]!, moment)), inverse };
}

/**
 * The point with the last two coefficients >= 0 and the first > 0 that is nearest to `free` in the metric of the fit, which is the
 * constrained least-squares solution: of the four subsets of bounds that can be active, the best that keeps to the others.
 * @returns undefined when none has a positive first coefficient
 */
export function nearestAllowed(free: Triple, inverse: Matrix): Triple | undefined {
  if (isAllowed(free)) return free;
  let best: Triple | undefined;
  let leastCost = Infinity;
  for (const bound of [[1], [2], [1, 2]]) {
    const { point, cost } = heldAtZero(free, inverse, bound);
    if (isAllowed(point) && cost < leastCost) {
      best = point;
      leastCost = cost;
    }
  }
  return best;
}

function isAllowed(point: Triple): boolean {
  return point[0] > 0 && point[1] >= 0 && point[2] >= 0;
}

/** Lower triangle L with L L' = inverse: turns independent normal numbers into coefficients with this covariance. */
export function cholesky(inverse: Matrix): Matrix {
  const l = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ] as [number, number, number][];
  for (let i = 0; i < 3; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const rest = inverse[i]![j]! - sum([0, 1, 2].slice(0, j), (k) => l[i]![k]! * l[j]![k]!);
      l[i]![j] = i === j ? Math.sqrt(Math.max(0, rest)) : rest / l[j]![j]!;
    }
  }
  return l as unknown as Matrix;
}

/** Least squares under "these coefficients are zero", from the free solution: the Lagrange form. */
function heldAtZero(
  free: Triple,
  v: Matrix,
  bound: readonly number[],
): { point: Triple; cost: number } {
  const [p, q] = bound as [number, number?];
  let multiplier: readonly number[];
  if (q === undefined) {
    multiplier = [free[p]! / v[p]![p]!];
  } else {
    const determinant = v[p]![p]! * v[q]![q]! - v[p]![q]! ** 2;
    multiplier = [
      (free[p]! * v[q]![q]! - free[q]! * v[p]![q]!) / determinant,
      (free[q]! * v[p]![p]! - free[p]! * v[p]![q]!) / determinant,
    ];
  }
  const point = triple((i) =>
    bound.includes(i) ? 0 : free[i]! - sum(bound, (s, at) => v[i]![s]! * multiplier[at]!),
  );
  return { point, cost: sum(bound, (s, at) => free[s]! * multiplier[at]!) };
}

/** By cofactors: a 3x3 of unit diagonal; a determinant at the level of rounding means that a column is a mix of the others. */
function invert(m: Matrix): Matrix | undefined {
  const cofactor = square((i, j) => {
    const [r, s] = [(i + 1) % 3, (i + 2) % 3];
    const [c, d] = [(j + 1) % 3, (j + 2) % 3];
    return m[r]![c]! * m[s]![d]! - m[r]![d]! * m[s]![c]!;
  });
  const determinant = dot(m[0], cofactor[0]);
  if (!(determinant > 1e-12)) return undefined;
  return square((i, j) => cofactor[j]![i]! / determinant);
}

function triple(of: (i: number) => number): Triple {
  return [of(0), of(1), of(2)];
}

function square(of: (i: number, j: number) => number): Matrix {
  return [triple((j) => of(0, j)), triple((j) => of(1, j)), triple((j) => of(2, j))];
}

export function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function sum<T>(items: readonly T[], of: (item: T, index: number) => number): number {
  let total = 0;
  for (const [index, item] of items.entries()) total += of(item, index);
  return total;
}
