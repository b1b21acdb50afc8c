import fc from 'fast-check';
import { expect, test } from 'vitest';
import { complaints } from '../testing/judgePlatform.ts';
import { sampleOf, TRIES_ALL } from '../testing/sample.ts';
import { checks } from './index.ts';
import { chooseFreedoms, FREEDOMS } from './testing/freedoms.ts';
import { judgeGame } from './testing/judgeGame.ts';

const TIMEOUT_MS = 600_000;

/** So many checks are tried by default: others with another seed. */
const SAMPLE = 8;
const seed = Number(process.env['CASEMARK_TEST_SEED'] ?? 1);
const every = Math.max(1, Math.ceil(checks.length / SAMPLE));
const ids = checks.map(({ id }) => id).filter((_, at) => TRIES_ALL || (at + seed) % every === 0);

test.each(sampleOf<number[]>([], [1]))(
  'a correct system passes every check, with enough hits, at seed %i',
  { timeout: TIMEOUT_MS },
  async (at) => {
    expect(complaints(await judgeGame({ seed: at, checks: ids }))).toEqual([]);
  },
);

test(
  `a system that takes every freedom the other way passes ${sampleOf('a sample of the checks', 'every check')}`,
  { timeout: TIMEOUT_MS },
  async () => {
    const freedoms = chooseFreedoms((_name, choices) => Math.min(1, choices - 1));
    expect(complaints(await judgeGame({ freedoms, seed: 1, checks: ids }))).toEqual([]);
  },
);

/**
 * Freedoms meet each other: where there are two choices, which of them stand together is drawn by a number, so that a failure can be had
 * again.
 */
test.each(sampleOf<number[]>([], [11, 12]))(
  'a system that takes its freedoms as they come (draw %i) passes every check',
  { timeout: TIMEOUT_MS },
  async (draw) => {
    const picks = fc.sample(fc.nat(), { seed: draw, numRuns: Object.keys(FREEDOMS).length });
    const freedoms = chooseFreedoms(() => picks.pop() ?? 0);
    const judged = await judgeGame({ freedoms, seed: draw, checks: ids });
    expect(complaints(judged), JSON.stringify(freedoms)).toEqual([]);
  },
);
