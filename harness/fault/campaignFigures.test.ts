import { describe, expect, test } from 'vitest';
import { seededRandom } from '../load/seededRandom.ts';
import { campaignFigures } from './campaignFigures.ts';
import { campaignStarts } from './campaignStarts.ts';
import { commandLog, setFate } from './commandLog.ts';
import type { Fate } from './commandLog.ts';
import { evidence } from './evidence.ts';
import type { FaultEvent } from './faultEvent.ts';
import type { FaultProfile } from './faultFile.ts';

const killed = (id: string, atMs: number, phase: FaultEvent['phase']): FaultEvent => ({
  id,
  fault: 'proc.kill9',
  level: 'L2',
  phase,
  atMs,
  evidence: evidence('installed', 'seen'),
});
const oneKill = [killed('0.0', 4_000, 'injected'), killed('0.0', 4_200, 'healed')];

interface Command {
  readonly atMs: number;
  readonly fate: Fate;
  readonly settledMs?: number;
  readonly unrepeatable?: 1;
}

/** One every 10 ms for ten seconds, available, but for those given. */
function figuresOf(changed: readonly Command[], events: readonly FaultEvent[] = oneKill) {
  const log = commandLog(1_000);
  for (let index = 0; index < log.count; index += 1) {
    const startMs = index * 10;
    const change = changed.find(({ atMs }) => atMs === startMs);
    log.startMs[index] = startMs;
    log.endMs[index] = startMs + 2;
    setFate(log, index, change?.fate ?? 'available');
    log.settledMs[index] = change ? (change.settledMs ?? NaN) : startMs + 2;
    log.unrepeatable[index] = change?.unrepeatable ?? 0;
  }
  return campaignFigures({
    log,
    firstCounted: 100,
    events,
    phases: [{ name: 'steady', startMs: 1_000, endMs: 3_000 }],
    recoveryBoundMs: 1_000,
  });
}

describe('the figures of a campaign', () => {
  test('judge a command in a fault by its eventual success, and elsewhere by its first attempt', () => {
    const inFault = { atMs: 4_100, fate: 'failed', settledMs: 5_000 } as const;
    const inRecovery = { atMs: 5_100, fate: 'failed', settledMs: 5_900 } as const;
    const steady = { atMs: 2_000, fate: 'failed', settledMs: 2_100 } as const;
    const { judged, eventual, availability } = figuresOf([inFault, inRecovery, steady]);
    expect(availability.overall).toMatchObject({ available: 897, total: 900 });
    expect(availability.steady).toMatchObject({ available: 199, total: 200 });
    expect(availability.unexplained).toMatchObject({ available: 899, total: 900 });
    expect(judged).toMatchObject({ available: 899, total: 900 });
    expect(eventual).toMatchObject({ available: 900, total: 900 });
  });

  test('count a retry that came too late as none', () => {
    const { judged, retried } = figuresOf([{ atMs: 4_100, fate: 'failed', settledMs: 14_200 }]);
    expect(judged).toMatchObject({ available: 899 });
    expect(retried).toMatchObject({ available: 0, total: 1 });
  });

  test('leave out what a fault took and nobody may repeat, but not what failed without a fault', () => {
    const { judged, unrepeatable } = figuresOf([
      { atMs: 4_100, fate: 'failed', unrepeatable: 1 },
      { atMs: 8_000, fate: 'failed', unrepeatable: 1 },
    ]);
    expect(unrepeatable).toBe(2);
    expect(judged).toMatchObject({ available: 898, total: 899 });
  });

  test('tell the recovery from the start to the first success, and a kill without one', () => {
    const down = (fromMs: number, untilMs: number): Command[] =>
      Array.from({ length: (untilMs - fromMs) / 10 }, (_, index) => ({
        atMs: fromMs + index * 10,
        fate: 'failed',
      }));
    const back = figuresOf(down(4_000, 4_500)).recovery;
    expect(back).toMatchObject({ recovered: 1, never: 0, maxMs: 302 });
    const gone = figuresOf(down(4_000, 10_000)).recovery;
    expect(gone).toMatchObject({ recovered: 0, never: 1, maxMs: undefined });
  });

  test('do not count the warm-up', () => {
    const { availability } = figuresOf([{ atMs: 500, fate: 'failed' }]);
    expect(availability.overall).toMatchObject({ available: 900, total: 900 });
  });
});

test('a campaign sends as many commands as its profile promises, and as many again of the faults for an overrun, at times independent of each other', () => {
  const profile = {
    ratePerS: 100,
    phases: [{ s: 2 }, { s: 3 }, { s: 5 }],
  } as unknown as FaultProfile;
  const { startsMs, firstCounted } = campaignStarts(profile, seededRandom(1));
  expect(firstCounted).toBe(200);
  expect(startsMs).toHaveLength(1_500);
  expect(startsMs[999]!).toBeLessThan(10_000);
  expect(startsMs[1_000]!).toBeGreaterThanOrEqual(10_000);
  expect([...startsMs]).toEqual([...startsMs].sort((a, b) => a - b));
  expect(startsMs[199]!).toBeLessThan(2_000);
  expect(startsMs[200]!).toBeGreaterThanOrEqual(2_000);
  // Exponential gaps: their deviation is their mean.
  const gaps = [...startsMs].slice(1).map((start, index) => start - startsMs[index]!);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 0);
});
