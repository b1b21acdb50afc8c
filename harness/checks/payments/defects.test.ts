import { expect, test } from 'vitest';
import { checkedClauses } from '../testing/judgePlatform.ts';
import { checks } from './index.ts';
import { DEFECTS, NEED_PROCESS } from './testing/defects.ts';
import type { Defect } from './testing/defects.ts';
import { DEFAULT_FREEDOMS } from './testing/freedoms.ts';
import { judgePayments, payments } from './testing/judgePayments.ts';
import { memoryPlatform } from './testing/platforms.ts';

const known = new Set(checks.map(({ id }) => id));
const found = Object.entries(DEFECTS).filter(
  ([, check]) => known.has(check) && !NEED_PROCESS.has(check),
);

test('every check that a clause names has a defect to find', () => {
  const named = new Set(checkedClauses(payments).map(({ check }) => check));
  expect(new Set<string>(Object.values(DEFECTS))).toEqual(named);
});

// Side by side: some checks wait for what such a platform never does.
test.concurrent.for(found)(
  'a platform that %s fails %s',
  { timeout: 200_000 },
  async ([defect, check]) => {
    const platform = memoryPlatform({ freedoms: DEFAULT_FREEDOMS, defect: defect as Defect });
    for (const seed of [1, 7]) {
      const [judged] = await judgePayments(platform, { seed, checks: [check] });
      expect(judged?.verdict, judged?.reason).toMatch(/^(fail|warn)$/);
    }
  },
);
