/**
 * Fits the Universal Scalability Law (Gunther, Guerrilla Capacity Planning, 2007) to throughputs measured at several concurrencies:
 *
 *     X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1))
 *
 * N / X is linear in a = 1 / lambda, b = sigma / lambda and c = kappa / lambda, so no search with starting values is needed. The
 * concurrency has to be set (connections, clients), not itself measured: errors in N are not provided for.
 */
import { seededRandom } from '../seededRandom.ts';
import type { Random } from '../seededRandom.ts';
import { kneeOf, peakOf, throughputAt } from './scalabilityCurve.ts';
import type { ScalabilityCurve } from './scalabilityCurve.ts';
import { cholesky, dot, leastSquares, nearestAllowed } from './leastSquares.ts';
import type { LinearFit, Triple } from './leastSquares.ts';
import { studentT, tailOfF } from './studentT.ts';

export interface ScalabilityPoint {
  /** How many work at once, 1 or more. */
  readonly concurrency: number;
  readonly throughputPerS: number;
}

/** With a 95 % interval; a bound that the points do not give is null. */
export interface Estimate {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface Knee {
  readonly concurrency: Estimate;
  readonly throughputPerS: Estimate;
  /** Beyond the highest concurrency measured, a knee is an extrapolation. */
  readonly isMeasured: boolean;
}

export interface ScalabilityFit {
  readonly kind: 'fit';
  readonly lambda: Estimate;
  readonly sigma: Estimate;
  readonly kappa: Estimate;
  /** 1 - residual / total sum of squares of the throughput. */
  readonly r2: number;
  /** Standard deviation of one measurement around the curve, relative. */
  readonly relativeError: number;
  readonly n: number;
  readonly lowestConcurrency: number;
  readonly highestConcurrency: number;
  /** Null when kappa is 0: there is no peak then. */
  readonly peak: { readonly concurrency: number; readonly throughputPerS: number } | null;
  /** Null when sigma and kappa are 0: a straight line. */
  readonly knee: Knee | null;
  /**
   * How likely the points, as repeats show their noise, depart so far from a curve of this law that holds; null without repeats.
   */
  readonly lackOfFitP: number | null;
}

export type Scalability = ScalabilityFit | { readonly kind: 'refused'; readonly reason: string };

/** Three parameters and as many points left over to contradict them. */
const MIN_DISTINCT = 6;
const PARAMETERS = 3;
const CONFIDENCE = 0.95;
/** The normal factor of the same confidence. */
const Z_95 = 1.959964;

/** Weights follow the fitted curve, which follows the weights: with a few per cent of noise nothing moves after the third. */
const REWEIGHTINGS = 6;
/** Beyond the 2.5 % and the 97.5 % quantile lie 50 of them each. */
const KNEE_DRAWS = 2000;
/** Any will do: the draws only carry the covariance to the knee. */
const KNEE_SEED = 20_240_229;

/** @param points each measurement on its own: repeats are not averaged before */
export function fitScalability(points: readonly ScalabilityPoint[]): Scalability {
  const reason = whyNot(points);
  if (reason !== undefined) return { kind: 'refused', reason };
  let at: Triple | undefined;
  let linear: LinearFit | undefined;
  for (let pass = 0; pass <= REWEIGHTINGS; pass += 1) {
    linear = leastSquares(rowsOf(points, at));
    at = linear && nearestAllowed(linear.free, linear.inverse);
    if (!at) break;
  }
  if (!linear || !at) {
    return {
      kind: 'refused',
      reason:
        'The points lie on no curve of the law: spread the concurrencies wider, for instance 1, 2, 4, 8, 16, 32.',
    };
  }
  const degrees = points.length - PARAMETERS;
  // Around the free fit: its residuals know nothing of the bounds, so the intervals hold on a bound as well.
  const variance = weightedSquares(points, at, linear.free) / degrees;
  const t = studentT(CONFIDENCE, degrees);
  const curve = curveOf(at);
  const ns = points.map(({ concurrency }) => concurrency);
  const highestConcurrency = Math.max(...ns);
  const peak = peakOf(curve);
  return {
    kind: 'fit',
    lambda: inverseInterval(curve.lambda, linear, variance, t),
    sigma: ratioInterval(curve.sigma, 1, linear, variance, t),
    kappa: ratioInterval(curve.kappa, 2, linear, variance, t),
    r2: rSquared(points, curve),
    relativeError: Math.sqrt(variance),
    n: points.length,
    lowestConcurrency: Math.min(...ns),
    highestConcurrency,
    peak:
      peak === undefined ? null : { concurrency: peak, throughputPerS: throughputAt(curve, peak) },
    knee: kneeInterval(curve, linear, variance, t, highestConcurrency),
    lackOfFitP: lackOfFit(points, at),
  };
}

function whyNot(points: readonly ScalabilityPoint[]): string | undefined {
  const wrong = points.find(
    ({ concurrency, throughputPerS }) =>
      !(concurrency >= 1 && Number.isFinite(concurrency)) ||
      !(throughputPerS > 0 && Number.isFinite(throughputPerS)),
  );
  if (wrong) {
    return (
      `A point with concurrency ${wrong.concurrency} and ${wrong.throughputPerS} operations/s cannot be used: ` +
      `a concurrency is 1 or more and a throughput above 0.`
    );
  }
  const distinct = new Set(points.map(({ concurrency }) => concurrency)).size;
  if (distinct >= MIN_DISTINCT) return undefined;
  return (
    `The Universal Scalability Law has ${PARAMETERS} parameters: ${distinct} different concurrencies cannot show them, ` +
    `measure ${MIN_DISTINCT} or more.`
  );
}

/** Noise of a constant relative size in X is one of the same relative size in N / X: weight 1 / (N / X)^2, of the curve once known. */
function rowsOf(points: readonly ScalabilityPoint[], at: Triple | undefined) {
  return points.map(({ concurrency, throughputPerS }) => {
    const x = regressors(concurrency);
    const y = concurrency / throughputPerS;
    return { x, y, weight: 1 / (at ? dot(at, x) : y) ** 2 };
  });
}

function regressors(n: number): Triple {
  return [1, n - 1, n * (n - 1)];
}

function curveOf([a, b, c]: Triple): ScalabilityCurve {
  return { lambda: 1 / a, sigma: b / a, kappa: c / a };
}

/** @param at gives the weights, `around` the curve that the residuals are taken from */
function weightedSquares(points: readonly ScalabilityPoint[], at: Triple, around: Triple): number {
  return rowsOf(points, at).reduce(
    (total, { x, y, weight }) => total + weight * (y - dot(around, x)) ** 2,
    0,
  );
}

/** 1 / a has exactly the interval of a, turned over. */
function inverseInterval(
  value: number,
  { free, inverse }: LinearFit,
  s2: number,
  t: number,
): Estimate {
  const half = t * Math.sqrt(s2 * inverse[0][0]);
  if (free[0] - half <= 0) return { value, low: null, high: null };
  return {
    value,
    low: Math.min(value, 1 / (free[0] + half)),
    high: Math.max(value, 1 / (free[0] - half)),
  };
}

/**
 * Fieller's interval of coefficient / a, exact where the noise is normal, cut off at 0. Taken from the free fit and
 * widened to the estimate where the bound has moved that.
 */
function ratioInterval(
  value: number,
  which: 1 | 2,
  { free, inverse }: LinearFit,
  s2: number,
  t: number,
): Estimate {
  const [a, b] = [free[0], free[which]];
  // The ratios r with (b - r a)^2 <= t^2 Var(b - r a): between the roots of a quadratic in r. Its discriminant is written out
  // without the terms that cancel, which is all of it when there is no noise.
  const scale = t * t * s2;
  const [va, vb, vab] = [inverse[0][0], inverse[which][which], inverse[0][which]];
  const square = a * a - scale * va;
  const linear = a * b - scale * vab;
  const discriminant =
    scale * (a * a * vb - 2 * a * b * vab + b * b * va) - scale ** 2 * (va * vb - vab ** 2);
  if (!(a > 0) || !(square > 0)) return { value, low: null, high: null };
  const root = Math.sqrt(Math.max(0, discriminant));
  return {
    value,
    low: Math.max(0, Math.min(value, (linear - root) / square)),
    high: Math.max(value, (linear + root) / square),
  };
}

/**
 * The knee is bent by the bounds, so its interval is taken from draws: coefficients with the covariance of the fit, normal and
 * stretched to the factor of Student's t, each brought back to what is allowed as the estimate itself was.
 */
function kneeInterval(
  curve: ScalabilityCurve,
  { free, inverse }: LinearFit,
  s2: number,
  t: number,
  highestConcurrency: number,
): Knee | null {
  const concurrency = kneeOf(curve);
  if (concurrency === undefined) return null;
  const random = seededRandom(KNEE_SEED);
  const root = cholesky(inverse);
  const stretch = (Math.sqrt(s2) * t) / Z_95;
  const drawn: { n: number; x: number }[] = [];
  for (let draw = 0; draw < KNEE_DRAWS; draw += 1) {
    const z: Triple = [normal(random), normal(random), normal(random)];
    const shifted: Triple = [
      free[0] + stretch * dot(root[0], z),
      free[1] + stretch * dot(root[1], z),
      free[2] + stretch * dot(root[2], z),
    ];
    const allowed = nearestAllowed(shifted, inverse);
    const drawnCurve = allowed && curveOf(allowed);
    const n = drawnCurve && kneeOf(drawnCurve);
    drawn.push(
      n === undefined ? { n: Infinity, x: Infinity } : { n, x: throughputAt(drawnCurve!, n) },
    );
  }
  return {
    concurrency: middleOf(
      concurrency,
      drawn.map(({ n }) => n),
    ),
    throughputPerS: middleOf(
      throughputAt(curve, concurrency),
      drawn.map(({ x }) => x),
    ),
    isMeasured: concurrency <= highestConcurrency,
  };
}

function middleOf(value: number, drawn: number[]): Estimate {
  drawn.sort((a, b) => a - b);
  const edge = (share: number): number => drawn[Math.round(share * (drawn.length - 1))]!;
  const [low, high] = [edge((1 - CONFIDENCE) / 2), edge((1 + CONFIDENCE) / 2)];
  return {
    value,
    low: Number.isFinite(low) ? Math.min(low, value) : null,
    high: Number.isFinite(high) ? Math.max(high, value) : null,
  };
}

/** One normal number by Box and Muller's method; its twin is dropped. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function rSquared(points: readonly ScalabilityPoint[], curve: ScalabilityCurve): number {
  const mean = points.reduce((sum, point) => sum + point.throughputPerS, 0) / points.length;
  let [residual, total] = [0, 0];
  for (const { concurrency, throughputPerS } of points) {
    residual += (throughputPerS - throughputAt(curve, concurrency)) ** 2;
    total += (throughputPerS - mean) ** 2;
  }
  return total > 0 ? 1 - residual / total : 1;
}

/** The F test of the deviation of each concurrency's mean from the curve against the deviation of the repeats from their mean. */
function lackOfFit(points: readonly ScalabilityPoint[], at: Triple): number | null {
  const groups = Map.groupBy(rowsOf(points, at), ({ x }) => x[1]);
  let pure = 0;
  for (const rows of groups.values()) {
    const mean = rows.reduce((sum, { y }) => sum + y, 0) / rows.length;
    pure += rows.reduce((sum, { y, weight }) => sum + weight * (y - mean) ** 2, 0);
  }
  const pureDegrees = points.length - groups.size;
  if (pureDegrees === 0 || pure === 0) return null;
  const lackDegrees = groups.size - PARAMETERS;
  const lack = Math.max(0, weightedSquares(points, at, at) - pure);
  return tailOfF(lack / lackDegrees / (pure / pureDegrees), lackDegrees, pureDegrees);
}
