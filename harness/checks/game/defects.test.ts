import { expect, test } from 'vitest';
import { TRIES_ALL } from '../testing/sample.ts';
import { DEFECTS } from './testing/defects.ts';
import type { Defect } from './testing/defects.ts';
import { clausesWithChecks, judgeGame } from './testing/judgeGame.ts';

const judged = clausesWithChecks();
const found = Object.entries<readonly string[]>(DEFECTS).flatMap(([defect, clauses]) =>
  clauses
    .filter((clause) => judged.includes(clause))
    .map((clause) => [defect as Defect, clause] as const),
);

test('every clause that has a check has a defect to find', () => {
  const named = new Set(found.map(([, clause]) => clause));
  expect(judged.filter((clause) => !named.has(clause))).toEqual([]);
});

/** So many clauses are tried by default: others with another seed. */
const SAMPLE = 8;
const seed = Number(process.env['CASEMARK_TEST_SEED'] ?? 1);
const tried = TRIES_ALL
  ? found
  : judged
      .map((clause) => found.filter(([, named]) => named === clause))
      .filter((ofClause) => ofClause.length > 0)
      .map((ofClause) => ofClause[seed % ofClause.length]!)
      .filter((_, at, all) => (at + seed) % Math.max(1, Math.ceil(all.length / SAMPLE)) === 0);

test.for(tried)('a system that %s fails %s', { timeout: 200_000 }, async ([defect, clause]) => {
  const [finding] = await judgeGame({ defects: [defect], clauses: [clause] });
  expect(finding?.verdict, finding?.reason).toMatch(/^(fail|warn)$/);
});
