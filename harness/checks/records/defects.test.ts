import { expect, test, vi } from 'vitest';
import { checkedClauses } from '../testing/judgePlatform.ts';
import { TRIES_ALL } from '../testing/sample.ts';
import { checks } from './index.ts';
import { DEFECTS } from './testing/defects.ts';
import type { Defect } from './testing/defects.ts';
import { judgeRecords, records } from './testing/judgeRecords.ts';

/** What a system in this process has not done soon, it never does. */
vi.mock('./patience.ts', () => ({ WITHIN_MS: 3_000 }));

/** What has no process is not judged by it: see auditDown.test.ts. */
const NEEDS_PROCESS = 'no-audit-no-access';
const known = new Set(checks.map(({ id }) => id).filter((id) => id !== NEEDS_PROCESS));
const clausesWithChecks = new Set(
  checkedClauses(records).flatMap(({ clause, check }) => (known.has(check) ? [clause] : [])),
);
const found = Object.entries<readonly string[]>(DEFECTS).flatMap(([defect, clauses]) =>
  clauses
    .filter((clause) => clausesWithChecks.has(clause))
    .map((clause) => [defect, clause] as const),
);

test('every clause that has a check has a defect to find', () => {
  const named = new Set(found.map(([, clause]) => clause));
  expect([...clausesWithChecks].filter((clause) => !named.has(clause))).toEqual([]);
});

/** One defect of each clause, another one with another seed; all of them with CASEMARK_TEST_ALL=1. */
const seed = Number(process.env['CASEMARK_TEST_SEED'] ?? 1);
const tried = TRIES_ALL
  ? found
  : [...clausesWithChecks].flatMap((clause) => {
      const ofClause = found.filter(([, named]) => named === clause);
      return ofClause.slice(seed % ofClause.length).slice(0, 1);
    });

// Side by side: some checks wait for what such a system never does.
test.concurrent.for(tried)(
  'a system that %s fails %s',
  { timeout: 200_000 },
  async ([defect, clause]) => {
    const [judged] = await judgeRecords({ defects: [defect as Defect], clauses: [clause] });
    expect(judged?.verdict, judged?.reason).toMatch(/^(fail|warn)$/);
  },
);
