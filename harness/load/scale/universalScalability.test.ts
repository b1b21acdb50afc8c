import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../seededRandom.ts';
import type { Random } from '../seededRandom.ts';
import { kneeOf, peakOf, throughputAt } from './scalabilityCurve.ts';
import type { ScalabilityCurve } from './scalabilityCurve.ts';
import { fitScalability } from './universalScalability.ts';
import type { Estimate, ScalabilityFit, ScalabilityPoint } from './universalScalability.ts';

const CONCURRENCIES = [1, 2, 4, 8, 16, 32, 64];
const CURVE: ScalabilityCurve = { lambda: 2000, sigma: 0.03, kappa: 0.0005 };

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function sweep(
  curve: ScalabilityCurve,
  { noise = 0, repeats = 1, random = seededRandom(1), concurrencies = CONCURRENCIES } = {},
): ScalabilityPoint[] {
  return concurrencies.flatMap((concurrency) =>
    Array.from({ length: repeats }, () => ({
      concurrency,
      throughputPerS: throughputAt(curve, concurrency) * (1 + noise * normal(random)),
    })),
  );
}

function fitted(points: readonly ScalabilityPoint[]): ScalabilityFit {
  const fit = fitScalability(points);
  expect(fit).toMatchObject({ kind: 'fit' });
  return fit as ScalabilityFit;
}

function covers({ low, high }: Estimate, truth: number): boolean {
  return low !== null && high !== null && low <= truth && truth <= high;
}

describe('a sweep without noise', () => {
  test('gives back the law that made it, whatever its parameters', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.double({ min: 0, max: 0.01, noNaN: true }),
        (lambda, sigma, kappa) => {
          const fit = fitted(sweep({ lambda, sigma, kappa }));
          expect(fit.lambda.value / lambda).toBeCloseTo(1, 8);
          expect(fit.sigma.value).toBeCloseTo(sigma, 8);
          expect(fit.kappa.value).toBeCloseTo(kappa, 8);
          expect(fit.relativeError).toBeLessThan(1e-9);
        },
      ),
      { seed: 3, numRuns: 200 },
    );
  });

  test('has an R2 of 1, its peak at sqrt((1 - sigma) / kappa) and no interval to speak of', () => {
    const fit = fitted(sweep(CURVE));
    expect(fit.r2).toBeCloseTo(1, 12);
    expect(fit.peak?.concurrency).toBeCloseTo(Math.sqrt(0.97 / 0.0005), 6);
    expect(fit.knee!.throughputPerS.high! - fit.knee!.throughputPerS.low!).toBeLessThan(1e-3);
  });
});

describe('the knee', () => {
  test('is where throughput over response time is greatest', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.45, noNaN: true }),
        fc.double({ min: 1e-6, max: 0.1, noNaN: true }),
        (sigma, kappa) => {
          const curve = { lambda: 1, sigma, kappa };
          const power = (n: number): number => throughputAt(curve, n) ** 2 / n;
          const knee = kneeOf(curve)!;
          for (const factor of [0.5, 0.9, 0.999, 1.001, 1.1, 2]) {
            const other = Math.max(1, knee * factor);
            expect(power(other)).toBeLessThanOrEqual(power(knee) * (1 + 1e-12));
          }
        },
      ),
      { seed: 5, numRuns: 300 },
    );
  });

  test('is (1 - sigma) / sigma without coherency, and nowhere on a straight line', () => {
    expect(kneeOf({ lambda: 1, sigma: 0.1, kappa: 0 })).toBeCloseTo(9, 12);
    expect(kneeOf({ lambda: 1, sigma: 0, kappa: 0 })).toBeUndefined();
    expect(peakOf({ lambda: 1, sigma: 0.1, kappa: 0 })).toBeUndefined();
  });

  test('is never below one', () => {
    for (const [sigma, kappa] of [
      [0.8, 0],
      [1, 0],
      [1, 1],
      [1.5, 0],
      [0.9, 0.5],
      [2, 0.1],
    ] as const) {
      expect(kneeOf({ lambda: 1, sigma, kappa })).toBe(1);
    }
  });

  test('beyond the highest concurrency measured is told from one that was measured', () => {
    expect(fitted(sweep(CURVE)).knee?.isMeasured).toBe(true);
    const short = sweep({ ...CURVE, sigma: 0.001 }, { concurrencies: [1, 2, 3, 4, 5, 6] });
    expect(fitted(short).knee?.isMeasured).toBe(false);
  });
});

describe('with 3 % of noise, 95 % intervals', () => {
  const SWEEPS = process.env['CASEMARK_TEST_ALL'] === undefined ? 400 : 800;
  /** Four standard deviations of what is true of a `share` on either side. */
  const within = (share: number): [fewest: number, most: number] => {
    const margin = 4 * Math.sqrt(share * (1 - share) * SWEEPS);
    return [share * SWEEPS - margin, share * SWEEPS + margin];
  };
  /** 92 to 98 % of 800 sweeps. */
  const [FEWEST, MOST] = within(0.95);

  test.each([
    ['contention and coherency, three repeats', CURVE, 3, CONCURRENCIES],
    [
      'strong contention, one measurement each',
      { lambda: 50_000, sigma: 0.2, kappa: 0.004 },
      1,
      [1, 2, 3, 4, 6, 8, 12, 16],
    ],
  ] as const)(
    'hold the truth in as many sweeps as 95 % of them may be: %s',
    (_, curve, repeats, concurrencies) => {
      const random = seededRandom(11);
      const held = { lambda: 0, sigma: 0, kappa: 0, kneeConcurrency: 0, kneeThroughput: 0 };
      const knee = kneeOf(curve)!;
      for (let each = 0; each < SWEEPS; each += 1) {
        const points = sweep(curve, {
          noise: 0.03,
          repeats,
          random,
          concurrencies: [...concurrencies],
        });
        const fit = fitted(points);
        held.lambda += Number(covers(fit.lambda, curve.lambda));
        held.sigma += Number(covers(fit.sigma, curve.sigma));
        held.kappa += Number(covers(fit.kappa, curve.kappa));
        held.kneeConcurrency += Number(covers(fit.knee!.concurrency, knee));
        held.kneeThroughput += Number(covers(fit.knee!.throughputPerS, throughputAt(curve, knee)));
      }
      for (const [name, times] of Object.entries(held)) {
        expect(times, name).toBeGreaterThanOrEqual(FEWEST);
        expect(times, name).toBeLessThanOrEqual(MOST);
      }
    },
  );

  test('hold a parameter that is zero at least as often, and never go below zero', () => {
    const random = seededRandom(12);
    const curve = { lambda: 1000, sigma: 0.05, kappa: 0 };
    let [kappaHeld, sigmaHeld] = [0, 0];
    for (let each = 0; each < SWEEPS; each += 1) {
      const { kappa, sigma } = fitted(sweep(curve, { noise: 0.03, repeats: 2, random }));
      expect(kappa.value).toBeGreaterThanOrEqual(0);
      expect(kappa.low).toBeGreaterThanOrEqual(0);
      kappaHeld += Number(covers(kappa, 0));
      sigmaHeld += Number(covers(sigma, 0.05));
    }
    expect(kappaHeld).toBeGreaterThanOrEqual(FEWEST);
    expect(sigmaHeld).toBeGreaterThanOrEqual(FEWEST);
  });

  test('a law that holds is seldom said to be departed from, one that does not is', () => {
    const random = seededRandom(13);
    let accused = 0;
    for (let each = 0; each < SWEEPS; each += 1) {
      accused += Number(
        fitted(sweep(CURVE, { noise: 0.03, repeats: 3, random })).lackOfFitP! < 0.05,
      );
    }
    const [fewest, most] = within(0.05);
    expect(accused).toBeLessThan(most);
    expect(accused).toBeGreaterThan(fewest);
    // A cap: it scales in a straight line and then stops at once.
    const capped = CONCURRENCIES.flatMap((concurrency) =>
      [0, 1, 2].map(() => ({
        concurrency,
        throughputPerS: Math.min(16, concurrency) * 1000 * (1 + 0.03 * normal(random)),
      })),
    );
    expect(fitted(capped).lackOfFitP).toBeLessThan(0.001);
  });
});

test('the bounds are kept as least squares would: the best curve with sigma and kappa >= 0', () => {
  // Throughput that grows faster than the concurrency: both unbounded coefficients would be negative or nearly so.
  const faster = CONCURRENCIES.map((concurrency) => ({
    concurrency,
    throughputPerS: 100 * concurrency ** 1.1,
  }));
  const fit = fitted(faster);
  expect([fit.sigma.value, fit.kappa.value]).toEqual([0, 0]);
  expect(fit.knee).toBeNull();
  expect(fit.peak).toBeNull();
});

test('the SPEC SDM91 figures of the literature peak where the literature has them', () => {
  // Throughput of a SPARCcenter 2000 by load, the example of the R package usl, which fits a peak at 97 and 1 884 scripts/h.
  const points = [
    [1, 64.9],
    [18, 995.9],
    [36, 1652.4],
    [72, 1853.2],
    [108, 1828.9],
    [144, 1774.8],
    [216, 1702.2],
  ].map(([concurrency, throughputPerS]) => ({
    concurrency: concurrency!,
    throughputPerS: throughputPerS!,
  }));
  const fit = fitted(points);
  expect(fit.peak!.concurrency).toBeGreaterThan(87);
  expect(fit.peak!.concurrency).toBeLessThan(107);
  expect(fit.peak!.throughputPerS / 1884).toBeCloseTo(1, 1);
});

describe('no fit is made', () => {
  test('of fewer than six different concurrencies, however often each was measured', () => {
    const points = sweep(CURVE, { repeats: 10, concurrencies: [1, 2, 4, 8, 16] });
    expect(fitScalability(points)).toEqual({
      kind: 'refused',
      reason:
        'The Universal Scalability Law has 3 parameters: 5 different concurrencies cannot show them, measure 6 or more.',
    });
  });

  test.each([
    [0.5, 100],
    [2, 0],
    [Number.NaN, 100],
    [2, Infinity],
  ])('of a concurrency of %d with %d operations/s', (concurrency, throughputPerS) => {
    const fit = fitScalability([...sweep(CURVE), { concurrency, throughputPerS }]);
    expect(fit).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('cannot be used'),
    });
  });
});
