import { expect, test } from 'vitest';
import { complaints } from '../testing/judgePlatform.ts';
import { chooseFreedoms } from './testing/freedoms.ts';
import { judgeMarket } from './testing/judgeMarket.ts';

const TIMEOUT_MS = 300_000;

test('a correct market passes every check, with enough hits', { timeout: TIMEOUT_MS }, async () => {
  expect(complaints(await judgeMarket({ seed: 1 }))).toEqual([]);
});

test(
  'a market that takes every freedom the other way passes every check',
  { timeout: TIMEOUT_MS },
  async () => {
    const freedoms = chooseFreedoms((_name, choices) => Math.min(1, choices - 1));
    expect(complaints(await judgeMarket({ freedoms, seed: 1 }))).toEqual([]);
  },
);
