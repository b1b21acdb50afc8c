import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleOf } from '../testing/sample.ts';
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

for (const seed of sampleOf([1], [1, 2_147_483_647])) {
  test(`a correct venue passes every check, with enough hits, at seed ${seed}`, async () => {
    const judged = await judgeVenue(memoryVenue({ freedoms: DEFAULT_FREEDOMS }), { seed });
    expect(complaints(judged)).toEqual([]);
  });
}

for (const choice of sampleOf([1], [1, 2])) {
  test(`a venue that takes every freedom the other way (choice ${choice}) passes every check`, async () => {
    const freedoms = chooseFreedoms((_name, choices) => Math.min(choice, choices - 1));
    expect(complaints(await judgeVenue(memoryVenue({ freedoms }), { seed: choice }))).toEqual([]);
  });
}

/**
 * Freedoms meet each other: which choices stand together is drawn by a number, so that a failure can be had again. Of three it is the
 * third in the first draw, which no other of the sample takes.
 */
test.each(sampleOf<number[]>([], [11, 12]))(
  'a venue that takes its freedoms as they come (draw %i) passes every check',
  async (draw) => {
    const picks = fc.sample(fc.nat(), { seed: draw, numRuns: Object.keys(FREEDOMS).length });
    const freedoms = chooseFreedoms((_name, choices) =>
      choices > 2 && draw === 11 ? 2 : (picks.pop() ?? 0),
    );
    const judged = await judgeVenue(memoryVenue({ freedoms }), { seed: draw });
    expect(complaints(judged), JSON.stringify(freedoms)).toEqual([]);
  },
);
