/**
 * Clopper-Pearson: what a number of successes says of the true rate, exact for any sample (Clopper and Pearson 1934, Biometrika 26). Its
 * bounds are quantiles of the beta distribution, for which no small library that is kept up exports an inverse: so both stand here,
 * after Numerical Recipes 6.4 (continued fraction) and Lanczos 1964 (logarithm of gamma, g = 7).
 */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Of a double, bisection needs 53 halvings at most, near 0 some more. */
const MAX_HALVINGS = 200;
/** It converges in O(sqrt(max(a, b))) steps: enough for 10^9 trials. */
const MAX_FRACTION_STEPS = 100_000;
const FRACTION_PRECISION = 1e-15;
const TINY = 1e-300;

/** Two-sided: with the given confidence the true rate lies within. */
export function binomialInterval(successes: number, trials: number, confidence = 0.95): Interval {
  requireCounts(successes, trials);
  const tail = (1 - confidence) / 2;
  return {
    low: lowerBound(successes, trials, 1 - tail),
    high: 1 - lowerBound(trials - successes, trials, 1 - tail),
  };
}

/** One-sided: with the given confidence the true rate is at least this. 0 without a trial. */
export function lowerBound(successes: number, trials: number, confidence = 0.95): number {
  requireCounts(successes, trials);
  if (successes === 0) return 0;
  const tail = 1 - confidence;
  if (successes === trials) return Math.exp(Math.log(tail) / trials);
  return betaQuantile(tail, successes, trials - successes + 1);
}

/** Regularised incomplete beta function I_x(a, b). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  return x < (a + 1) / (a + b + 2)
    ? (front * fraction(x, a, b)) / a
    : 1 - (front * fraction(1 - x, b, a)) / b;
}

function betaQuantile(probability: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  for (let halving = 0; halving < MAX_HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (incompleteBeta(middle, a, b) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Lentz's method. */
function fraction(x: number, a: number, b: number): number {
  const apart = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / apart(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let step = 1; step <= MAX_FRACTION_STEPS; step += 1) {
    const even = (step * (b - step) * x) / ((a + 2 * step - 1) * (a + 2 * step));
    d = 1 / apart(1 + even * d);
    c = apart(1 + even / c);
    value *= d * c;
    const odd = (-(a + step) * (a + b + step) * x) / ((a + 2 * step) * (a + 2 * step + 1));
    d = 1 / apart(1 + odd * d);
    c = apart(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < FRACTION_PRECISION) break;
  }
  return value;
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
];

/** For x of 1 and more. */
function logGamma(x: number): number {
  const shifted = x - 1;
  const t = shifted + 7.5;
  const sum = LANCZOS.reduce((total, term, index) =>
    index === 0 ? term : total + term / (shifted + index),
  );
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}

function requireCounts(successes: number, trials: number): void {
  if (Number.isInteger(successes) && successes >= 0 && trials >= successes) return;
  throw new RangeError(`${successes} successes of ${trials}: count both, as whole numbers.`);
}
