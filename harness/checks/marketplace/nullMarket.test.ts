import { expect, test, vi } from 'vitest';
import { checks } from './index.ts';
import { judgeMarket } from './testing/judgeMarket.ts';
import { NULL_KINDS, nullMarket } from './testing/nullMarket.ts';

/** What a market in this process has not done soon, it never does. */
vi.mock('./patience.ts', () => ({ MAX_NOT_NOW_MS: 500, MAX_RESOLVE_MS: 500 }));

// Side by side: most of their time is waiting for what never comes.
test.concurrent.each(NULL_KINDS)(
  'a market without any state that %s passes no check',
  { timeout: 300_000 },
  async (kind) => {
    const judged = await judgeMarket({ open: nullMarket(kind) });
    const passed = judged.filter(({ verdict }) => verdict === 'pass').map(({ check }) => check);
    expect(judged.length).toBe(checks.length);
    expect(passed).toEqual([]);
  },
);
