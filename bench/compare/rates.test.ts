import { expect, test } from 'vitest';
import { ratesOf, TRIALS } from './rates.ts';

const SERIES = 150;
/** Exact tests take ten times as long. */
const SEPARATE_SERIES = 60;
const SEED = 20260101;

test.each(TRIALS.map((trial) => [trial.name, trial] as const))(
  'the comparison keeps its published figures: %s',
  (_, trial) => {
    const series = trial.truth.design === 'separate' ? SEPARATE_SERIES : SERIES;
    expect(ratesOf(trial, series, SEED).missed).toEqual([]);
  },
);

test('A then B on a machine that drifts is not to be believed, which is why bench --ab interleaves', () => {
  const trial = TRIALS.find(({ name }) => name === 'A then B, no change, drift')!;
  expect(ratesOf(trial, SEPARATE_SERIES, SEED).falseAlarms).toBeGreaterThan(0.9);
});
