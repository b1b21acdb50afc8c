import { expect, test } from 'vitest';
import type { RunCliOptions } from './options.ts';
import { runCommand } from './replayCommand.ts';

const options = (more: Partial<RunCliOptions> = {}): RunCliOptions => ({
  ...{ root: [], impl: 'my venue', seed: 7, effort: 1, patience: 1, profile: 'quick' },
  ...{ generatorThreads: 1, ...more },
});

test('the command of a run has what made it what it was, and nothing that its verb does not take', () => {
  expect(runCommand('run', 'trading', options({ effort: 2, only: ['A', 'B.c'] }))).toBe(
    "npx casemark run trading --impl 'my venue' --profile quick --only A,B.c --seed 7 --effort 2",
  );
  expect(
    runCommand('bench', 'trading', options({ scenario: ['x', 'y'], generatorThreads: 2 })),
  ).toBe(
    "npx casemark bench trading --impl 'my venue' --profile quick --scenario x,y --generator-threads 2 --seed 7",
  );
  expect(runCommand('check', 'trading', options({ patience: 10 }))).toBe(
    "npx casemark check trading --impl 'my venue' --seed 7 --patience 10",
  );
  expect(runCommand('smoke', 'trading', options())).not.toContain('--profile');
});
