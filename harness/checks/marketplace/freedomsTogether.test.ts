import fc from 'fast-check';
import { expect, test } from 'vitest';
import { complaints } from '../testing/judgePlatform.ts';
import { TRIES_ALL } from '../testing/sample.ts';
import { chooseFreedoms, FREEDOMS } from './testing/freedoms.ts';
import { judgeMarket } from './testing/judgeMarket.ts';

const TIMEOUT_MS = 300_000;

/**
 * Freedoms meet each other: where there are two choices, which of them stand together is drawn by a number, so that a failure can be had
 * again. Of three it is the third. By default freedoms.test.ts has to do, where all stand the other way.
 */
test.skipIf(!TRIES_ALL).each([11])(
  'a market that takes its freedoms as they come (draw %i) passes every check',
  { timeout: TIMEOUT_MS },
  async (draw) => {
    const picks = fc.sample(fc.nat(), { seed: draw, numRuns: Object.keys(FREEDOMS).length });
    const freedoms = chooseFreedoms((_name, choices) => (choices > 2 ? 2 : (picks.pop() ?? 0)));
    const judged = await judgeMarket({ freedoms, seed: draw });
    expect(complaints(judged), JSON.stringify(freedoms)).toEqual([]);
  },
);
