import fc from 'fast-check';
import { expect, test } from 'vitest';
import { complaints } from '../testing/judgePlatform.ts';
import { sampleOf } from '../testing/sample.ts';
import { NEED_PROCESS } from './testing/defects.ts';
import { DEFAULT_FREEDOMS, FREEDOMS, chooseFreedoms } from './testing/freedoms.ts';
import { judgePayments } from './testing/judgePayments.ts';
import { memoryPlatform } from './testing/platforms.ts';

// Side by side: half of their time is waiting for time-outs.
const TIMEOUT_MS = 300_000;

for (const seed of sampleOf([1], [1, 2_147_483_647])) {
  test.concurrent(
    `a correct platform passes every check, with enough hits, at seed ${seed}`,
    { timeout: TIMEOUT_MS },
    async () => {
      const judged = await judgePayments(memoryPlatform({ freedoms: DEFAULT_FREEDOMS }), { seed });
      expect(complaints(judged, NEED_PROCESS)).toEqual([]);
    },
  );
}

for (const choice of sampleOf([1], [1, 2])) {
  test.concurrent(
    `a platform that takes every freedom the other way (choice ${choice}) passes every check`,
    { timeout: TIMEOUT_MS },
    async () => {
      const freedoms = chooseFreedoms((_name, choices) => Math.min(choice, choices - 1));
      const judged = await judgePayments(memoryPlatform({ freedoms }), { seed: choice });
      expect(complaints(judged, NEED_PROCESS)).toEqual([]);
    },
  );
}

/**
 * Freedoms meet each other: which choices stand together is drawn by a number, so that a failure can be had again. Of three it is the
 * third in the first draw, which no other of the sample takes.
 */
test.concurrent.each(sampleOf<number[]>([], [11, 12]))(
  'a platform that takes its freedoms as they come (draw %i) passes every check',
  { timeout: TIMEOUT_MS },
  async (draw) => {
    const picks = fc.sample(fc.nat(), { seed: draw, numRuns: Object.keys(FREEDOMS).length });
    const freedoms = chooseFreedoms((_name, choices) =>
      choices > 2 && draw === 11 ? 2 : (picks.pop() ?? 0),
    );
    const judged = await judgePayments(memoryPlatform({ freedoms }), { seed: draw });
    expect(complaints(judged, NEED_PROCESS), JSON.stringify(freedoms)).toEqual([]);
  },
);
