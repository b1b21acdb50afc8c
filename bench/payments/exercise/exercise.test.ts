/** The worked solution passes the levels that it solves, and not the next one. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sampleOf } from '../../../harness/checks/testing/sample.ts';
import { exerciseOf } from '../../../harness/exercise/levels.ts';
import type { ClauseJudgement } from '../../../harness/run/event.ts';
import { runChecks } from '../../../harness/run/runChecks.ts';
import { openImplementation } from '../../../harness/target/openImplementation.ts';

const SOLVED = [1, 2];
const TIMEOUT_MS = 120_000;

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.log('The worked solution is not tried: python3 is not installed.');

async function judge(levels: readonly number[], seed: number): Promise<ClauseJudgement[]> {
  const opened = await openImplementation('payments', { impl: import.meta.dirname });
  const clausesOf = (level: number): string[] =>
    Object.values(exerciseOf(opened.caseStudy, level).own.clauses).flat();
  try {
    return await runChecks(
      opened.caseStudy,
      opened.factory,
      { seed, only: levels.flatMap(clausesOf), shrink: 'first-failure', replayCommand: () => '' },
      () => undefined,
    );
  } finally {
    await opened.close();
  }
}

test.skipIf(!hasPython).each(sampleOf([1], [1, 2, 3]))(
  'passes every clause of the levels 1 and 2, seed %i',
  { timeout: TIMEOUT_MS },
  async (seed) => {
    const judgements = await judge(SOLVED, seed);
    const failed = judgements.filter(({ verdict }) => verdict !== 'pass');
    expect(failed.map(({ clause, reason }) => `${clause}: ${reason}`)).toEqual([]);
    expect(judgements.length).toBeGreaterThan(10);
  },
);

test.skipIf(!hasPython)('does not pass level 3', { timeout: TIMEOUT_MS }, async () => {
  const judgements = await judge([3], 1);
  expect(judgements.filter(({ verdict }) => verdict === 'fail')).not.toEqual([]);
  expect(judgements.filter(({ verdict }) => verdict === 'pass')).toEqual([]);
});

test('has the table of currencies of the contract', () => {
  const own = join(import.meta.dirname, 'contract/iso4217.json');
  const table = join(import.meta.dirname, '../../../spec/payments/iso4217.json');
  expect(readFileSync(own, 'utf8')).toBe(readFileSync(table, 'utf8'));
});
