import { expect, test } from 'vitest';
import { campaignSeconds } from './campaignSeconds.ts';
import { commandLog, setFate } from './commandLog.ts';
import type { Fate } from './commandLog.ts';

const COMMANDS: readonly (readonly [startMs: number, fate: Fate, tookMs: number, lagMs: number])[] =
  [
    [100, 'available', 900, 50],
    [1_100, 'available', 2, 0.5],
    [1_200, 'available', 8, 1.5],
    [1_300, 'failed', 300, 0],
    [1_400, 'late', 700, 0],
    [3_999, 'not-sent', 0, 4],
    [5_000, 'unknown', NaN, 0],
  ];

test('each second counts what was meant to start in it, after the warm-up, as far as it came', () => {
  const log = commandLog(COMMANDS.length);
  for (const [index, [startMs, fate, tookMs, lagMs]] of COMMANDS.entries()) {
    log.startMs[index] = startMs;
    log.endMs[index] = startMs + tookMs;
    log.lagMs[index] = lagMs;
    setFate(log, index, fate);
  }
  const none = { available: 0, late: 0, failed: 0, notSent: 0, p50Ms: null, p99Ms: null };
  expect(campaignSeconds(log, 1)).toEqual([
    {
      ...{ second: 1, sent: 4, available: 2, late: 1, failed: 1, notSent: 0 },
      ...{ p50Ms: 2, p99Ms: 8, lagMaxMs: 1.5 },
    },
    { ...none, second: 3, sent: 1, notSent: 1, lagMaxMs: 4 },
  ]);
});
