import { expect, test, vi } from 'vitest';
import { judgeRecords } from './testing/judgeRecords.ts';

vi.mock('./patience.ts', () => ({ WITHIN_MS: 3_000 }));

const OWN = 'EHR-INT-01.c';
/** Of those that ask for versions beside other things the quick ones. */
const BESIDE = [
  ...['EHR-PUR-01.a', 'EHR-MIN-03.a', 'EHR-AUD-01.d', 'EHR-ENC-02.b', 'EHR-ENC-04.b'],
  ...['EHR-LEAK-01.b', 'EHR-SCOPE-01.a', 'EHR-DISC-01.a', 'EHR-SESS-01.f'],
];

test.each([
  'offers no versions',
  'finds no versions',
  'gives the present version for every version',
] as const)('a system that %s fails one clause', { timeout: 60_000 }, async (defect) => {
  const judged = await judgeRecords({ defects: [defect], clauses: [OWN, ...BESIDE] });
  expect(judged.flatMap(({ clause, verdict }) => (verdict === 'pass' ? [] : [clause]))).toEqual([
    OWN,
  ]);
});
