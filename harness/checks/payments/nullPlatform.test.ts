import { expect, test, vi } from 'vitest';
import { checks } from './index.ts';
import { judgePayments } from './testing/judgePayments.ts';
import { NULL_KINDS, nullPlatform } from './testing/nullPlatform.ts';

/** What a platform in this process has not done soon, it never does. */
vi.mock('./patience.ts', () => ({ MAX_RESOLVE_MS: 500 }));

// Side by side: most of their time is waiting for what never comes.
test.concurrent.each(NULL_KINDS)(
  'a platform without any state that %s passes no check',
  { timeout: 300_000 },
  async (kind) => {
    const judged = await judgePayments(nullPlatform(kind), { seed: 1 });
    const passed = judged.filter(({ verdict }) => verdict === 'pass').map(({ check }) => check);
    expect(judged.length).toBe(checks.length);
    expect(passed).toEqual([]);
  },
);
