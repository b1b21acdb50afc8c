import { describe, expect, test } from 'vitest';
import { exactScale, linearScale, logScale, ninesScale, percentileScale } from './scale.ts';
import type { Scale } from './scale.ts';

const ticksOf = ({ ticks }: Scale): number[] => ticks.map(({ at }) => at);
const label = String;

describe('a scale', () => {
  test('that is linear begins and ends at round numbers', () => {
    const scale = linearScale([0, 47], label);
    expect(ticksOf(scale)).toEqual([0, 10, 20, 30, 40, 50]);
    expect([0, 25, 50, 99].map(scale.place)).toEqual([0, 0.5, 1, 1]);
    expect(ticksOf(linearScale([1.83, 2.42], label, 4))).toEqual([1.8, 2, 2.2, 2.4, 2.6]);
    expect(ticksOf(linearScale([5, 5], label))).toHaveLength(2);
  });

  test('of time keeps its ends', () => {
    const scale = exactScale([4, 94], label);
    expect([scale.place(4), scale.place(94)]).toEqual([0, 1]);
    expect(ticksOf(scale)).toEqual([20, 40, 60, 80]);
  });

  test('that is logarithmic has every power of ten at the same distance', () => {
    const scale = logScale([90, 1_100_000], label);
    expect(ticksOf(scale)).toEqual([100, 1_000, 10_000, 100_000, 1_000_000]);
    const [first, second, third] = ticksOf(scale).map(scale.place);
    expect(second! - first!).toBeCloseTo(third! - second!, 9);
    expect(scale.place(0)).toBe(0);
  });

  test('of percentiles gives each nine the room of the one before it, as far as the samples go', () => {
    const scale = percentileScale(12_000);
    expect(scale.ticks.map((tick) => tick.label)).toEqual([
      '0',
      '50',
      '90',
      '99',
      '99.9',
      '99.99',
      '99.999',
    ]);
    expect(scale.place(90)).toBeCloseTo(0.2, 9);
    expect(scale.place(99.99)).toBeCloseTo(0.8, 9);
    expect(scale.place(100)).toBe(1);
  });

  test('of rates puts a rate of one at its end', () => {
    const scale = ninesScale(3, 1);
    expect(scale.place(1)).toBe(1);
    expect(scale.place(0.99)).toBeCloseTo(2 / 3, 9);
  });
});
