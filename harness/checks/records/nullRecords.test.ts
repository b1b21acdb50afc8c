import { expect, test, vi } from 'vitest';
import { checks } from './index.ts';
import { judgeRecords } from './testing/judgeRecords.ts';
import { NULL_KINDS, nullRecords } from './testing/nullRecords.ts';

/** What a system without any state has not done soon, it never does. */
vi.mock('./patience.ts', () => ({ WITHIN_MS: 500 }));

// Side by side: most of their time is waiting for what never comes.
test.concurrent.each(NULL_KINDS)(
  'a system without any state that %s passes no check',
  { timeout: 300_000 },
  async (kind) => {
    const judged = await judgeRecords({ open: nullRecords(kind) });
    const passed = judged.filter(({ verdict }) => verdict === 'pass').map(({ check }) => check);
    expect(judged.length).toBe(checks.length);
    expect(passed).toEqual([]);
  },
);
