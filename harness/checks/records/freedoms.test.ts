import { expect, test } from 'vitest';
import { complaints } from '../testing/judgePlatform.ts';
import { chooseFreedoms } from './testing/freedoms.ts';
import { judgeRecords } from './testing/judgeRecords.ts';

const TIMEOUT_MS = 300_000;
/** It limits the files of a process: see auditDown.test.ts. */
const needProcess = new Set(['no-audit-no-access']);

test('a correct system passes every check, with enough hits', { timeout: TIMEOUT_MS }, async () => {
  expect(complaints(await judgeRecords({ seed: 1 }), needProcess)).toEqual([]);
});

test(
  'a system that takes every freedom the other way passes every check',
  { timeout: TIMEOUT_MS },
  async () => {
    const freedoms = chooseFreedoms((_name, choices) => Math.min(1, choices - 1));
    expect(complaints(await judgeRecords({ freedoms, seed: 1 }), needProcess)).toEqual([]);
  },
);
