import { expect, test } from 'vitest';
import { DEFECTS } from './testing/defects.ts';
import type { Defect } from './testing/defects.ts';
import { DEFAULT_FREEDOMS } from './testing/freedoms.ts';
import { judgeVenue } from './testing/judgeVenue.ts';
import { memoryVenue } from './testing/venues.ts';

test.each(Object.entries(DEFECTS))('a venue that %s fails %s', async (defect, check) => {
  const venue = memoryVenue({ freedoms: DEFAULT_FREEDOMS, defect: defect as Defect });
  for (const seed of [1, 7]) {
    const [judged] = await judgeVenue(venue, { seed, checks: [check] });
    expect(judged?.verdict, judged?.reason).toMatch(/^(fail|warn)$/);
  }
});
