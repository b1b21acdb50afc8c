import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkedClauses, complaints } from '../testing/judgePlatform.ts';
import { sampleOf } from '../testing/sample.ts';
import { chooseFreedoms, FREEDOMS } from './testing/freedoms.ts';
import { judgeRecords, records } from './testing/judgeRecords.ts';

const TIMEOUT_MS = 300_000;
/** It limits the files of a process: see auditDown.test.ts. */
const needProcess = new Set(['no-audit-no-access']);

const ALL = checkedClauses(records).map(({ clause }) => clause);
const EVERY_THIRD = ALL.filter((_, index) => index % 3 === 0);

// Of two correct systems that share no freedom one is enough where time is short: the reference is much like the other.
test.each(sampleOf<number[]>([], [1]))(
  'a correct system passes every check, with enough hits, at seed %i',
  { timeout: TIMEOUT_MS },
  async (seed) => {
    expect(complaints(await judgeRecords({ seed }), needProcess)).toEqual([]);
  },
);

test(
  `a system that takes every freedom the other way passes ${sampleOf('every third', 'every')} check`,
  { timeout: TIMEOUT_MS },
  async () => {
    const freedoms = chooseFreedoms((_name, choices) => Math.min(1, choices - 1));
    const judged = await judgeRecords({ freedoms, seed: 1, clauses: sampleOf(EVERY_THIRD, ALL) });
    expect(complaints(judged, needProcess)).toEqual([]);
  },
);

/**
 * Freedoms meet each other: where there are two choices, which of them stand together is drawn by a number, so that a failure can be had
 * again.
 */
test.each(sampleOf<number[]>([], [11]))(
  'a system that takes its freedoms as they come (draw %i) passes every check',
  { timeout: TIMEOUT_MS },
  async (draw) => {
    const picks = fc.sample(fc.nat(), { seed: draw, numRuns: Object.keys(FREEDOMS).length });
    const freedoms = chooseFreedoms(() => picks.pop() ?? 0);
    const judged = await judgeRecords({ freedoms, seed: draw });
    expect(complaints(judged, needProcess), JSON.stringify(freedoms)).toEqual([]);
  },
);
