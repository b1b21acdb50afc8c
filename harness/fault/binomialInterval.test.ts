import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binomialInterval, incompleteBeta, lowerBound } from './binomialInterval.ts';

/** Near 1 it is the distance from 1 that counts. */
function expectClose(actual: number, expected: number): void {
  const scale = Math.max(1e-12, Math.min(Math.abs(expected), Math.abs(1 - expected)));
  expect(Math.abs(actual - expected) / scale).toBeLessThan(1e-6);
}

describe('the interval of Clopper and Pearson', () => {
  // Low, high (two-sided, 95 %) and the one-sided lower bound, from scipy.stats.beta.ppf (SciPy 1.17).
  test.each([
    [0, 10, 0, 0.3084971078187607, 0],
    [1, 10, 0.0025285785444617865, 0.4450161170281954, 0.005116196891823701],
    [5, 10, 0.18708602844739855, 0.8129139715526015, 0.2224411010081294],
    [10, 10, 0.6915028921812392, 1, 0.7411344491069477],
    [81, 263, 0.25273674558527126, 0.36762192260135135, 0.26105574600911197],
    [999, 1_000, 0.9944410757201734, 0.9999746825125088, 0.9952650064245002],
    [29_990, 30_000, 0.9993870738536481, 0.9998401425071067, 0.9994346583001721],
    [299_997, 300_000, 0.9999707760373401, 0.9999979377548426, 0.9999741546830074],
    [300_000, 300_000, 0.9999877038107517, 1, 0.9999900142756125],
    [1, 300_000, 8.439268971990309e-8, 1.8572003128377265e-5, 1.7097763334182457e-7],
  ])('of %i in %i is the published one', (successes, trials, low, high, oneSided) => {
    const interval = binomialInterval(successes, trials);
    expectClose(interval.low, low);
    expectClose(interval.high, high);
    expectClose(lowerBound(successes, trials), oneSided);
  });

  test('holds the observed rate, and is narrower for more of the same', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.nat(2_000), (successes, failures) => {
        fc.pre(successes + failures > 0);
        const trials = successes + failures;
        const { low, high } = binomialInterval(successes, trials);
        expect(low).toBeLessThanOrEqual(successes / trials);
        expect(high).toBeGreaterThanOrEqual(successes / trials);
        const tenfold = binomialInterval(10 * successes, 10 * trials);
        expect(tenfold.high - tenfold.low).toBeLessThan(high - low);
      }),
    );
  });

  test('of counts that are none is refused', () => {
    expect(() => binomialInterval(3, 2)).toThrow('3 successes of 2');
    expect(() => lowerBound(0.5, 2)).toThrow(RangeError);
  });
});

test.each([
  [0.5, 2, 3, 0.6875],
  [0.1, 1.5, 8, 0.3711849363179198],
  [0.9999, 29_990, 11, 0.9997079465155174],
  [0.3, 100, 200, 0.10884306564490986],
])('the incomplete beta function of %d, %d, %d is the one of SciPy', (x, a, b, expected) => {
  expectClose(incompleteBeta(x, a, b), expected);
});
