/** Held to what SciPy 1.17 and R's wilcox.test say of the same numbers, and to examples of the literature. */
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../load/seededRandom.ts';
import { floorOfPairs, floorOfSides } from './floorOfRuns.ts';
import { holm } from './holm.ts';
import { shiftOfRuns } from './hodgesLehmann.ts';
import { leastP, mannWhitneyP } from './mannWhitney.ts';
import { pairedT } from './pairedT.ts';
import type { PairRatio } from './pairedT.ts';

/** Hollander and Wolfe 1999, example 4.1: permeability of the human chorioamnion. */
const AT_TERM = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
const EARLY = [1.15, 0.88, 0.9, 0.74, 1.21];

describe('the Mann-Whitney test', () => {
  test('is exact without ties', () => {
    expect(mannWhitneyP(AT_TERM, EARLY)).toBeCloseTo(0.2544122544, 9);
  });

  test('is exact given the ties that there are, also with sides of different size', () => {
    expect(mannWhitneyP([1, 2, 2, 3, 4, 7], [2, 4, 5, 5, 8, 9])).toBeCloseTo(0.1060606061, 9);
    expect(mannWhitneyP([1, 2, 2, 3, 9], [2, 4, 5])).toBeCloseTo(0.5892857143, 9);
  });

  test('takes the normal approximation with both corrections for many runs', () => {
    const baseline = Array.from({ length: 35 }, (_, index) => (index * 7) % 31);
    const candidate = Array.from({ length: 35 }, (_, index) => ((index * 11) % 31) + 4);
    expect(mannWhitneyP(baseline, candidate)).toBeCloseTo(0.10487702, 7);
  });

  test('cannot fall below what so few runs allow: .10 for 3 a side, .029 for 4, .0022 for 6', () => {
    expect(leastP(3, 3)).toBeCloseTo(0.1, 9);
    expect(leastP(4, 4)).toBeCloseTo(0.0285714, 6);
    expect(leastP(6, 6)).toBeCloseTo(0.0021645, 6);
    expect(mannWhitneyP([1, 2, 3, 4], [5, 6, 7, 8])).toBeCloseTo(leastP(4, 4), 12);
  });

  test('finds nothing where all values are equal', () => {
    expect(mannWhitneyP([5, 5, 5, 5], [5, 5, 5, 5])).toBe(1);
    expect(mannWhitneyP(new Array<number>(40).fill(5), new Array<number>(40).fill(5))).toBe(1);
  });
});

describe('the Hodges-Lehmann shift', () => {
  test('and its interval are those of the literature', () => {
    const { shift, interval95 } = shiftOfRuns(EARLY, AT_TERM);
    expect(shift).toBeCloseTo(0.305, 9);
    expect(interval95.low).toBeCloseTo(-0.15, 9);
    expect(interval95.high).toBeCloseTo(0.76, 9);
  });

  test('has no bounds where the runs are too few for any', () => {
    expect(shiftOfRuns([1, 2, 3], [4, 5, 6]).interval95).toEqual({
      low: -Infinity,
      high: Infinity,
    });
  });

  test('has a narrower interval at 90 % than at 95 %, and bounds for many runs', () => {
    const baseline = Array.from({ length: 40 }, (_, index) => index + index ** 2 / 100);
    const { interval90, interval95, shift } = shiftOfRuns(
      baseline,
      baseline.map((value) => value + 3),
    );
    expect(shift).toBeCloseTo(3, 9);
    expect(interval95.low).toBeLessThan(interval90.low);
    expect(interval90.low).toBeLessThan(3);
    expect(interval95.high).toBeGreaterThan(interval90.high);
  });
});

const inOneOrder = (logRatios: readonly number[]): PairRatio[] =>
  logRatios.map((logRatio) => ({ logRatio, first: 'baseline' }));
const inTurn = (logRatios: readonly number[]): PairRatio[] =>
  logRatios.map((logRatio, index) => ({
    logRatio,
    first: index % 2 === 0 ? 'baseline' : 'candidate',
  }));

describe('the paired t test', () => {
  const ratios = [0.02, -0.01, 0.05, 0.03, 0.04, 0.0, 0.06, 0.01];

  test('gives the p and the intervals of SciPy, and the median as the change', () => {
    const found = pairedT(inOneOrder(ratios));
    expect(found.p).toBeCloseTo(0.0234246361, 7);
    expect(found.interval95.low).toBeCloseTo(0.00452175, 7);
    expect(found.interval95.high).toBeCloseTo(0.04547825, 7);
    expect(found.interval90.low).toBeCloseTo(0.00859247, 7);
    expect(found.shift).toBeCloseTo(0.025, 12);
  });

  test('takes out a drift that makes the second run of each pair slower, for one degree of freedom', () => {
    const still = pairedT(inTurn(ratios));
    const drifting = pairedT(
      inTurn(ratios.map((ratio, index) => ratio + (index % 2 === 0 ? 0.5 : -0.5))),
    );
    expect(drifting.p).toBeCloseTo(still.p, 12);
    expect(drifting.shift).toBeCloseTo(still.shift, 12);
    // The coefficient of a regression of the ratios on a constant and the order.
    expect(still.p).toBeCloseTo(0.00607594739, 7);
  });

  test('counts unequal numbers of both orders as a regression does', () => {
    const pairs = inOneOrder(ratios).map((pair, index) => ({
      ...pair,
      first: [1, 5, 7].includes(index) ? ('candidate' as const) : pair.first,
    }));
    const found = pairedT(pairs);
    // SciPy: least squares of the ratios on a constant and the order.
    expect(found.p).toBeCloseTo(0.008237354145, 9);
    expect(found.interval95.low).toBeCloseTo(0.00736420153, 9);
  });

  test('keeps its level where six pairs have one order and two the other, and the machine drifts', () => {
    const random = seededRandom(20260101);
    const noise = (): number =>
      Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const tries = 4_000;
    const falseAlarms = Array.from({ length: tries }, () =>
      pairedT(
        Array.from({ length: 8 }, (_, index) => {
          const first = index % 4 === 3 ? ('candidate' as const) : ('baseline' as const);
          const drift = first === 'baseline' ? 0.5 : -0.5;
          return { first, logRatio: drift + noise() };
        }),
      ),
    ).filter(({ p }) => p < 0.05).length;
    // 5 % and four deviations.
    expect(falseAlarms / tries).toBeLessThan(0.064);
    expect(falseAlarms / tries).toBeGreaterThan(0.036);
  });

  test('knows figures that never vary', () => {
    expect(pairedT(inOneOrder([0, 0, 0])).p).toBe(1);
    expect(pairedT(inOneOrder([0.125, 0.125, 0.125, 0.125])).p).toBe(0);
    expect(() => pairedT(inOneOrder([0.1, 0.1]))).toThrow('three are the least');
  });
});

describe('Holm’s correction', () => {
  test('steps down, never below the one before, and keeps the order', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((p, index) => expect(adjusted[index]).toBeCloseTo(p, 12));
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
});

describe('the A/A floor', () => {
  test('of interleaved runs grows with their spread and shrinks with the root of the pairs', () => {
    const calm = floorOfPairs([0.04, -0.04], 8);
    const deviation = 0.04 * Math.SQRT2;
    expect(calm).toBeCloseTo((1.959964 * Math.sqrt(Math.PI / 2) * deviation) / Math.sqrt(8), 6);
    expect(floorOfPairs([0.08, -0.08], 8)).toBeCloseTo(2 * calm, 9);
    expect(floorOfPairs([0.04, -0.04], 32)).toBeCloseTo(calm / 2, 9);
  });

  test('does not count a steady drift, which is taken out of the pairs too', () => {
    expect(floorOfPairs([0.04, 0.04, 0.04], 8)).toBe(0);
    expect(floorOfPairs([0.04], 8)).toBe(0);
  });

  test('of two sets of runs comes from the spread within each, not from what lies between them', () => {
    expect(floorOfSides([1, 1, 1], [2, 2, 2])).toBe(0);
    expect(floorOfSides([1, 1.1, 0.9], [2, 2.1, 1.9])).toBeGreaterThan(0.1);
  });
});
