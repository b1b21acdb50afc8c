import { expect, test } from 'vitest';
import { sampleOf } from '../testing/sample.ts';
import { checks } from './index.ts';
import { judgeGame } from './testing/judgeGame.ts';
import { NULL_KINDS, nullGame } from './testing/nullGame.ts';
import type { NullKind } from './testing/nullGame.ts';

/** The others keep the checks waiting. */
const QUICK: readonly NullKind[] = [
  'has everybody where they wanted to be',
  'refuses every command',
  'knows nobody',
];

// Side by side: most of their time is waiting for what never comes.
test.concurrent.each(sampleOf<readonly NullKind[]>(QUICK, NULL_KINDS))(
  'a system without any state that %s passes no check',
  { timeout: 600_000 },
  async (kind) => {
    const judged = await judgeGame({ open: () => nullGame(kind) });
    const passed = judged.filter(({ verdict }) => verdict === 'pass').map(({ check }) => check);
    expect(judged.length).toBe(checks.length);
    expect(passed).toEqual([]);
  },
);
