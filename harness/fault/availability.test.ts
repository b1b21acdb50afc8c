import { describe, expect, test } from 'vitest';
import { availability, recoveryTimes, successRate } from './availability.ts';
import type { AvailabilityOptions, ObservedOperation } from './availability.ts';
import { whatItShows, yearlyBudget } from './whatItShows.ts';

/** One every 10 ms, 2 ms long, available unless it starts in one of these spans. */
function operationsOf(untilMs: number, down: readonly (readonly [number, number])[]) {
  return Array.from({ length: untilMs / 10 }, (_, index): ObservedOperation => {
    const startMs = index * 10;
    const available = !down.some(([from, to]) => startMs >= from && startMs < to);
    return { startMs, endMs: startMs + 2, available };
  });
}

const base: AvailabilityOptions = {
  // Killed at 4 000, told to start at 4 200, answers from 4 500; the reset at 7 000 lasts 100 ms and is over at once.
  operations: operationsOf(10_000, [
    [4_000, 4_500],
    [7_000, 7_100],
  ]),
  windows: [
    { id: 'a', fault: 'proc.kill9', startMs: 4_000, healedMs: 4_200 },
    { id: 'b', fault: 'net.reset', startMs: 7_000, healedMs: 7_100 },
  ],
  steady: { startMs: 1_000, endMs: 3_000 },
  endMs: 10_000,
  recoveryBoundMs: 1_000,
  slo: { latencyMs: 5, maxMissShare: 0 },
};

describe('availability', () => {
  test('is given over all, in the steady phase, and inside the windows of each kind of fault', () => {
    const { overall, steady, insideFaults } = availability(base);
    expect(overall).toMatchObject({ available: 940, total: 1_000, rate: 0.94 });
    expect(steady).toMatchObject({ available: 200, total: 200, rate: 1 });
    // 4 000 to 4 200 and 7 000 to 7 100, both ends included; what starts at the end of the reset succeeds.
    expect(insideFaults.get('proc.kill9')).toMatchObject({ available: 0, total: 21 });
    expect(insideFaults.get('net.reset')).toMatchObject({ available: 1, total: 11 });
  });

  test('tells how long the recovery took, to the first success and to the level that is asked for', () => {
    const { toFirstSuccess, toSlo } = availability(base);
    expect(toFirstSuccess.get('proc.kill9')).toMatchObject({ recovered: 1, maxMs: 302 });
    expect(toSlo.get('proc.kill9')).toMatchObject({ recovered: 1, maxMs: 300 });
    expect(toFirstSuccess.get('net.reset')).toMatchObject({ maxMs: 2 });
    expect(toSlo.get('net.reset')).toMatchObject({ maxMs: 0 });
  });

  test('has recovered to the level only when a whole second was fast enough', () => {
    const slowUntil = (untilMs: number) =>
      base.operations.map((each) =>
        each.startMs >= 4_500 && each.startMs < untilMs
          ? { ...each, endMs: each.startMs + 6 }
          : each,
      );
    const toSlo = (options: Partial<AvailabilityOptions>) =>
      availability({ ...base, ...options }).toSlo.get('proc.kill9')?.maxMs;
    expect(toSlo({ operations: slowUntil(5_000) })).toBe(800);
    // Ten of the hundred of a second may miss: the second from 4 900 on has ten.
    const slo = { latencyMs: 5, maxMissShare: 0.1 };
    expect(toSlo({ operations: slowUntil(5_000), slo })).toBe(700);
    // The next fault comes before a second was well.
    expect(toSlo({ operations: slowUntil(6_010) })).toBeUndefined();
  });

  test('calls a failure explained within a fault and its recovery bound only', () => {
    expect(availability(base).unexplained).toMatchObject({ available: 1_000, total: 1_000 });
    const strict = availability({ ...base, recoveryBoundMs: 100 }).unexplained;
    // 4 310 to 4 490.
    expect(strict).toMatchObject({ available: 981, total: 1_000 });
    const outside = { startMs: 9_001, endMs: 9_002, available: false };
    const more = availability({ ...base, operations: [...base.operations, outside] });
    expect(more.unexplained).toMatchObject({ available: 1_000, total: 1_001 });
  });

  test('does not invent a recovery that it has not seen', () => {
    const never = { id: 'c', fault: 'proc.pause', startMs: 9_000, healedMs: undefined } as const;
    const late = { id: 'd', fault: 'net.end', startMs: 9_500, healedMs: 9_600 } as const;
    const { toFirstSuccess, toSlo } = availability({
      ...base,
      windows: [...base.windows, never, late],
    });
    const nothing = { recovered: 0, notSeen: 1, p50Ms: undefined, maxMs: undefined };
    expect(toFirstSuccess.get('proc.pause')).toMatchObject(nothing);
    // Another fault was still there.
    expect(toFirstSuccess.get('net.end')).toMatchObject(nothing);
    expect(toSlo.get('net.end')).toMatchObject(nothing);
  });

  test('of no operation is unknown, not 100 %', () => {
    expect(successRate([])).toMatchObject({ rate: undefined, interval: { low: 0, high: 1 } });
    expect(successRate([]).shows).toContain('nothing shown');
  });

  test('comes with the interval of its sample', () => {
    const { interval, shows } = availability(base).steady;
    // 0.025 ** (1/200)
    expect(interval.low).toBeCloseTo(0.98172, 5);
    expect(interval.high).toBe(1);
    expect(shows).toBe('98 % shown, 99 % not shown: 300 requests without a failure are needed');
  });
});

test('percentiles of recovery are times that were measured', () => {
  const times = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(recoveryTimes([...times, undefined])).toEqual({
    recovered: 100,
    notSeen: 1,
    p50Ms: 50,
    p99Ms: 99,
    maxMs: 100,
  });
  expect(recoveryTimes([7])).toMatchObject({ p50Ms: 7, p99Ms: 7, maxMs: 7 });
});

describe('what a sample shows', () => {
  test.each([
    [
      19_000,
      19_000,
      '99.98 % shown, 99.99 % not shown: 30 000 requests without a failure are needed',
    ],
    [
      29_955,
      29_955,
      '99.98 % shown, 99.99 % not shown: 30 000 requests without a failure are needed',
    ],
    [
      30_000,
      30_000,
      '99.99 % shown, 99.999 % not shown: 300 000 requests without a failure are needed',
    ],
    [3_000, 3_000, '99.9 % shown, 99.99 % not shown: 30 000 requests without a failure are needed'],
    [
      300_000,
      300_000,
      '99.999 % shown, 99.9999 % not shown: 3 000 000 requests without a failure are needed',
    ],
    [3_000_000, 3_000_000, '99.9999 % shown'],
    [
      990,
      1_000,
      '98 % shown, 99 % not shown: 300 requests without a failure are needed, and here 10 of 1 000 failed',
    ],
    [
      0,
      5,
      '0 % shown, 90 % not shown: 30 requests without a failure are needed, and here 5 of 5 failed',
    ],
  ])('%i of %i: %s', (successes, trials, sentence) => {
    expect(whatItShows(successes, trials).sentence).toBe(sentence);
  });

  test('is never more than is there', () => {
    for (let trials = 1; trials < 40_000; trials = Math.ceil(trials * 1.1)) {
      const { atLeast, sentence } = whatItShows(trials, trials);
      expect(Number(/^[\d.]+/.exec(sentence)![0]) / 100).toBeLessThanOrEqual(atLeast + 1e-12);
    }
  });
});

describe('the budget of a year', () => {
  test('is arithmetic', () => {
    expect(yearlyBudget(0.9999, 2_500).sentence).toBe(
      '99.99 % allows 52.6 min/year: 1 262 recoveries of the measured 2.5 s',
    );
    expect(yearlyBudget(0.99999, 300)).toMatchObject({ recoveries: 1_051 });
    expect(yearlyBudget(0.999, undefined).sentence).toBe('99.9 % allows 526 min/year');
  });
});
