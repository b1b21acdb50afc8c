/** Quantiles of Student's t and tail areas of F, both from the regularized incomplete beta function. */

/** Halvings of [0, 1000]: below a double's resolution of any quantile that is asked for. */
const MAX_HALVINGS = 60;
const HIGHEST_T = 1000;

/** Terms of the continued fraction; it converges within some tens for the arguments used here. */
const MAX_TERMS = 500;
const CONVERGED = 1e-14;
/** In place of a denominator of zero, as the modified Lentz method has it. */
const TINY = 1e-300;

/**
 * The half-width factor of a two-sided interval: t with P(|T| <= t) = confidence.
 * @param confidence for instance 0.95
 * @param degrees of freedom, at least 1
 */
export function studentT(confidence: number, degrees: number): number {
  let low = 0;
  let high = HIGHEST_T;
  for (let halving = 0; halving < MAX_HALVINGS; halving += 1) {
    const t = (low + high) / 2;
    const outside = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
    if (outside > 1 - confidence) low = t;
    else high = t;
  }
  return (low + high) / 2;
}

/** @returns P(F > f) of an F distribution with these degrees of freedom */
export function tailOfF(f: number, numerator: number, denominator: number): number {
  return incompleteBeta(
    denominator / (denominator + numerator * f),
    denominator / 2,
    numerator / 2,
  );
}

/** I_x(a, b) by its continued fraction (Abramowitz and Stegun 26.5.8), on the side where that converges fast. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front =
    Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) /
    a;
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= MAX_TERMS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < CONVERGED) break;
  }
  return front * fraction;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** By Stirling's series from 10 on, and by the recurrence below that; for z > 0. */
function logGamma(z: number): number {
  if (z < 10) return logGamma(z + 1) - Math.log(z);
  const series = 1 / (12 * z) - 1 / (360 * z ** 3) + 1 / (1260 * z ** 5) - 1 / (1680 * z ** 7);
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series;
}
