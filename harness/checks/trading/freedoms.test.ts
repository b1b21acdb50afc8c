import { expect, test } from 'vitest';
import { checks } from './index.ts';
import { DEFAULT_FREEDOMS, FREEDOMS, chooseFreedoms } from './testing/freedoms.ts';
import { complaints, judgeVenue, trading } from './testing/judgeVenue.ts';
import { memoryVenue } from './testing/venues.ts';

test('every checked clause has its check', () => {
  const named = trading.requirements.flatMap(({ clauses }) =>
    clauses.flatMap(({ check }) => check ?? []),
  );
  expect(checks.map(({ id }) => id).sort()).toEqual(named.sort());
});

for (const seed of [1, 2, 2_147_483_647]) {
  test(`a correct venue passes every check, with enough hits, at seed ${seed}`, async () => {
    const judged = await judgeVenue(memoryVenue({ freedoms: DEFAULT_FREEDOMS }), { seed });
    expect(complaints(judged)).toEqual([]);
  });
}

for (const choice of [1, 2]) {
  test(`a venue that takes every freedom the other way (choice ${choice}) passes every check`, async () => {
    const freedoms = chooseFreedoms((_name, choices) => Math.min(choice, choices - 1));
    expect(complaints(await judgeVenue(memoryVenue({ freedoms }), { seed: choice }))).toEqual([]);
  });
}

test.each(Object.keys(FREEDOMS))(
  'the freedom %s, taken alone the other way, costs no check its verdict',
  async (flipped) => {
    const freedoms = chooseFreedoms((name) => (name === flipped ? 1 : 0));
    expect(complaints(await judgeVenue(memoryVenue({ freedoms }), { seed: 3 }))).toEqual([]);
  },
);
