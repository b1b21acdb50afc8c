/** Histories whose truth is known, with fixed seeds. */
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../load/seededRandom.ts';
import { LEAST_HISTORY } from '../trend.ts';
import { CHANGE_LEVEL, chanceOf, changePoints } from './changePoints.ts';

const HISTORIES = 200;

interface Truth {
  readonly runs: number;
  readonly noise: number;
  /** The first run at another level, and that level's share of the first. */
  readonly step?: readonly [number, number];
}

function histories({ runs, noise, step }: Truth): number[][] {
  const random = seededRandom(20260101);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: HISTORIES }, () =>
    Array.from(
      { length: runs },
      (_, run) => Math.exp(noise * normal()) * (step && run >= step[0] ? step[1] : 1),
    ),
  );
}

const share = (truth: Truth, is: (at: number[]) => boolean): number =>
  histories(truth).filter((values) => is(changePoints(values).map(({ at }) => at))).length /
  HISTORIES;

describe('a history without a change', () => {
  test.each([[20], [50], [200]])('of %i runs shows one in 1 % of histories at most', (runs) => {
    expect(share({ runs, noise: 0.03 }, (at) => at.length > 0)).toBeLessThanOrEqual(CHANGE_LEVEL);
  });

  test('of whole numbers, many of them equal, does so too', () => {
    const rounded = histories({ runs: 100, noise: 0.3 }).map((values) =>
      values.map((value) => Math.round(2 * value)),
    );
    const found = rounded.filter((values) => changePoints(values).length > 0).length;
    expect(found / HISTORIES).toBeLessThanOrEqual(CHANGE_LEVEL);
  });

  test('shows none where all values are equal, or the runs are too few', () => {
    expect(changePoints(new Array<number>(60).fill(7))).toEqual([]);
    expect(changePoints([1, 2, 3, 4, 5, 16, 17, 18, 19, 20])).toEqual([]);
    expect(changePoints([])).toEqual([]);
  });

  test('can show one from the least number of runs on', () => {
    const apart = (runs: number): number[] =>
      Array.from({ length: runs }, (_, run) => run + (2 * run < runs ? 0 : 100));
    expect(changePoints(apart(LEAST_HISTORY))).toHaveLength(1);
    expect(changePoints(apart(LEAST_HISTORY - 1))).toEqual([]);
  });

  test('is not misled by one run that is ten times as slow', () => {
    const [values] = histories({ runs: 60, noise: 0.03 });
    expect(changePoints(values!.with(30, 10))).toEqual([]);
  });
});

describe('a step of 10 % with 3 % of noise', () => {
  test.each([
    [30, 15],
    [60, 30],
    [100, 88],
    [300, 60],
    [300, 288],
  ])('in a history of %i runs at run %i is found where it is', (runs, at) => {
    const truth = { runs, noise: 0.03, step: [at, 1.1] } as const;
    const found = share(truth, (found) => found.some((each) => Math.abs(each - at) <= 3));
    expect(found).toBeGreaterThanOrEqual(0.95);
  });

  test('down and up again is two changes', () => {
    const values = [1, 0.9, 1].flatMap((level) =>
      histories({ runs: 20, noise: 0.01 })[0]!.map((value) => value * level),
    );
    expect(changePoints(values).map(({ at }) => at)).toEqual([20, 40]);
  });
});

test('the chance is that of a Brownian bridge: 3.61 is exceeded by about 1 % of them, without their ends of 5 %', () => {
  // Of 20 000 simulated bridges of 2 000 steps 1.14 % exceed it.
  expect(chanceOf(3.61, 0.05)).toBeGreaterThan(0.0114);
  expect(chanceOf(3.61, 0.05)).toBeLessThan(0.013);
  expect(chanceOf(0.5, 0.1)).toBe(1);
});
