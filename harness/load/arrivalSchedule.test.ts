import { expect, test } from 'vitest';
import { arrivalSchedule } from './arrivalSchedule.ts';

const options = { ratePerS: 1000, durationMs: 20_000, seed: 7 };

function gapsOf(schedule: Float64Array): number[] {
  return Array.from(schedule.subarray(1), (start, index) => start - schedule[index]!);
}

test('a constant schedule has equal gaps', () => {
  const schedule = arrivalSchedule({ ...options, arrival: 'constant' });
  expect(schedule).toHaveLength(20_000);
  expect(Math.max(...gapsOf(schedule).map((gap) => Math.abs(gap - 1)))).toBeLessThan(1e-9);
});

test('a Poisson schedule has the rate asked for, and gaps that vary as much as they are long', () => {
  const schedule = arrivalSchedule({ ...options, arrival: 'poisson' });
  // Five standard deviations of a count of 20 000.
  expect(Math.abs(schedule.length - 20_000)).toBeLessThan(5 * Math.sqrt(20_000));
  const gaps = gapsOf(schedule);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
  expect(schedule.at(-1)).toBeLessThan(20_000);
});

test('the same seed gives the same schedule, another seed another one', () => {
  const of = (seed: number): Float64Array =>
    arrivalSchedule({ ...options, arrival: 'poisson', seed });
  expect(of(7)).toEqual(of(7));
  expect(of(8)).not.toEqual(of(7));
});

test('a schedule that cannot be is refused with what to do', () => {
  for (const ratePerS of [0, -1, Number.NaN, 1e9]) {
    expect(() => arrivalSchedule({ ...options, arrival: 'constant', ratePerS })).toThrow(
      'give a rate',
    );
  }
});
