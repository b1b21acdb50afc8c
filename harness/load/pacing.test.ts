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

const HTTP = { binding: 'http', generatorThreads: 1, cores: 2 } as const;

describe('the generator', () => {
  test('spins where a target is shorter than what a timer is late by, or none is told', () => {
    expect(pacingOf({ targets: [LAX, LATENCY] }, HTTP)).toBe('spin');
    expect(pacingOf({ targets: [] }, HTTP)).toBe('spin');
  });

  test('naps in between where outside services are to have their turn', () => {
    expect(pacingOf({ targets: [LATENCY], world: WORLD }, HTTP)).toBe('nap');
  });

  test('spins where an implementation in its own thread would doze with it', () => {
    const withWorld = { targets: [LATENCY], world: WORLD };
    expect(pacingOf(withWorld, { ...HTTP, binding: 'stdio' })).toBe('nap');
    expect(pacingOf(withWorld, { ...HTTP, binding: 'module' })).toBe('spin');
  });

  test('takes a timer where every target leaves room for it', () => {
    expect(pacingOf({ targets: [LAX] }, HTTP)).toBe('timer');
    expect(pacingOf({ targets: [LAX], world: WORLD }, HTTP)).toBe('timer');
  });

  test('takes a timer where it would spin on the core of the implementation', () => {
    expect(pacingOf({ targets: [LATENCY] }, { ...HTTP, cores: 1 })).toBe('timer');
    expect(pacingOf({ targets: [LATENCY] }, { ...HTTP, generatorThreads: 2 })).toBe('timer');
  });

  test('looks at latencies from outside only, in microseconds', () => {
    const inside = { ...LATENCY, profile: 'inproc' };
    const otherMetric = { ...LATENCY, metric: 'throughput', unit: 'ops/s', value: 1 };
    expect(pacingOf({ targets: [LAX, inside, otherMetric] }, HTTP)).toBe('timer');
  });
});
