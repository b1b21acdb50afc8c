import { describe, expect, test } from 'vitest';
import type { CaseStudy, TargetRow } from '../contract/caseStudy.ts';
import { pacingOf } from './pacing.ts';

const LATENCY: TargetRow = {
  id: 'T',
  profile: 'open-loop',
  operation: 'all',
  metric: 'latency',
  percentile: 99,
  comparison: '<=',
  value: 10_000,
  unit: 'us',
  source: 'test',
};
const LAX = { ...LATENCY, value: 20_000 };
const WORLD = {} as NonNullable<CaseStudy['world']>;

describe('the generator', () => {
  test('spins where a target is shorter than what a timer is late by, or none is told', () => {
    expect(pacingOf({ targets: [LAX, LATENCY] }, 1, 2)).toBe('spin');
    expect(pacingOf({ targets: [] }, 1, 2)).toBe('spin');
  });

  test('naps in between where outside services are to have their turn', () => {
    expect(pacingOf({ targets: [LATENCY], world: WORLD }, 1, 2)).toBe('nap');
  });

  test('takes a timer where every target leaves room for it', () => {
    expect(pacingOf({ targets: [LAX] }, 1, 2)).toBe('timer');
    expect(pacingOf({ targets: [LAX], world: WORLD }, 1, 2)).toBe('timer');
  });

  test('takes a timer where it would spin on the core of the implementation', () => {
    expect(pacingOf({ targets: [LATENCY] }, 1, 1)).toBe('timer');
    expect(pacingOf({ targets: [LATENCY] }, 2, 2)).toBe('timer');
  });

  test('looks at latencies from outside only, in microseconds', () => {
    const inside = { ...LATENCY, profile: 'inproc' };
    const otherMetric = { ...LATENCY, metric: 'throughput', unit: 'ops/s', value: 1 };
    expect(pacingOf({ targets: [LAX, inside, otherMetric] }, 1, 2)).toBe('timer');
  });
});
