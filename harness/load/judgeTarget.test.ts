import { describe, expect, test } from 'vitest';
import type { TargetRow } from '../contract/caseStudy.ts';
import { answers, judgeTarget } from './judgeTarget.ts';
import type { Judged } from './judgeTarget.ts';

const target: TargetRow = {
  id: 'T',
  profile: 'open-loop',
  operation: 'all',
  metric: 'latency',
  percentile: 99,
  comparison: '<',
  value: 1000,
  unit: 'us',
  source: 'test',
};

function measured(value: number, low: number, high: number, rest: Partial<Judged> = {}): Judged {
  return {
    value,
    unit: 'us',
    ciLow: low,
    ciHigh: high,
    n: 10_000,
    floor: 100,
    validity: 'indicative',
    validityReasons: [],
    ...rest,
  };
}

describe('a latency target of less than 1000 us', () => {
  test.each([
    ['met when the whole interval is below', measured(800, 700, 999), 'met'],
    ['met whatever the floor', measured(800, 700, 999, { floor: 790 }), 'met'],
    ['not met by an interval that touches it', measured(800, 700, 1000), 'invalid'],
    ['missed when the whole interval is above', measured(1200, 1100, 1300), 'missed'],
    ['missed when it is exactly the bound', measured(1000, 1000, 1000), 'missed'],
    [
      'not measurable where a null server is at a third of it',
      measured(1200, 1100, 1300, { floor: 334 }),
      'not-measurable-here',
    ],
    ['missed where it is not', measured(1200, 1100, 1300, { floor: 333 }), 'missed'],
    ['missed where no floor is known', measured(1200, 1100, 1300, { floor: null }), 'missed'],
    ['undecided when the interval reaches to both sides', measured(990, 900, 1100), 'invalid'],
    [
      'neither met nor missed by a run that is invalid',
      measured(10, 9, 11, { validity: 'invalid', validityReasons: ['noise'] }),
      'invalid',
    ],
    [
      'judged by the value where there is no interval',
      measured(999, 0, 0, { ciLow: null, ciHigh: null }),
      'met',
    ],
  ])('is %s', (_, row, verdict) => {
    const judged = judgeTarget(target, row);
    expect(judged.verdict).toBe(verdict);
    expect(judged.reason).toContain('asked for < 1000 us');
  });
});

test('a throughput target asks for at least so much', () => {
  const atLeast: TargetRow = { ...target, metric: 'throughput', comparison: '>=', value: 100 };
  const of = (value: number): string => judgeTarget(atLeast, measured(value, value, value)).verdict;
  expect([of(99), of(100), of(101)]).toEqual(['missed', 'met', 'met']);
});

test('a row answers a target of its own scenario, operation, metric, percentile and unit only', () => {
  const row = {
    scenario: 'open-loop',
    operation: 'all',
    metric: 'latency',
    percentile: 99,
    unit: 'us',
  };
  expect(answers(row, target)).toBe(true);
  for (const other of [
    { ...row, scenario: 'closed-loop' },
    { ...row, operation: 'submitOrder' },
    { ...row, metric: 'service-time' },
    { ...row, percentile: 99.9 },
    { ...row, unit: 'ms' },
  ]) {
    expect(answers(other, target)).toBe(false);
  }
});
