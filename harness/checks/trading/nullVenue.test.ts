import { expect, test } from 'vitest';
import { judgeVenue } from './testing/judgeVenue.ts';
import { NULL_KINDS, nullVenue } from './testing/nullVenue.ts';

test.each(NULL_KINDS)('a venue without any state that %s passes no check', async (kind) => {
  const judged = await judgeVenue(nullVenue(kind), { seed: 1 });
  const passed = judged.filter(({ verdict }) => verdict === 'pass').map(({ check }) => check);
  expect(judged.length).toBeGreaterThan(80);
  expect(passed).toEqual([]);
});
