import { describe, expect, test } from 'vitest';
import type { TargetRow } from '../../contract/caseStudy.ts';
import { answers, judgeTarget } from '../judgeTarget.ts';
import type { Row } from '../rows.ts';
import { countText, ladderRows } from './ladderRows.ts';
import type { LadderStep, StepRow } from './ladderRows.ts';

const CONTEXT = {
  scenario: 'ladder',
  seed: 1,
  generator: '',
  pacing: 'spin',
  arrival: 'poisson',
  connections: 1,
  warmupS: 0,
  placement: 'shared',
  cpu: undefined,
  verified: '',
};

const MIB = 1024 * 1024;

interface Measured {
  readonly p99Us: number;
  readonly memory?: number;
  readonly reason?: string;
  readonly operation?: string;
  readonly hasInterval?: boolean;
}

/** p99 within a tenth, beside a p50 that nothing is to be made of. */
function step(count: number, measured: Measured): LadderStep {
  const { p99Us, memory, reason, operation = 'accessRecord', hasInterval = true } = measured;
  const common = {
    scenario: `ladder/${count}`,
    n: count,
    validity: reason === undefined ? ('valid' as const) : ('invalid' as const),
    validityReasons: reason === undefined ? [] : [reason],
  };
  const latency = (percentile: number, value: number): StepRow => ({
    ...{ ...common, operation, metric: 'latency', percentile, value },
    ciLow: hasInterval ? 0.9 * value : null,
    ciHigh: hasInterval ? 1.1 * value : null,
  });
  const rows = [latency(50, 1), latency(99, p99Us), { ...latency(99, 7), metric: 'service-time' }];
  if (memory !== undefined) {
    const figure = { metric: 'memory-end', operation: 'all', percentile: null };
    rows.push({ ...common, ...figure, value: memory, ciLow: null, ciHigh: null });
  }
  return { count, rows };
}

function rowsOf(...steps: LadderStep[]): Row[] {
  return ladderRows(steps, 'patient', CONTEXT, 'valid');
}

const TARGET: TargetRow = {
  id: 'T-LADDER',
  profile: 'ladder',
  operation: 'accessRecord',
  metric: 'ratio',
  percentile: null,
  comparison: '<=',
  value: 2,
  unit: 'of 1 000 patients',
  source: 'test',
};
const MEMORY: TargetRow = {
  ...{ ...TARGET, id: 'T-MEMORY', operation: 'all', metric: 'size' },
  ...{ value: 2048, unit: 'bytes/patient' },
};

function verdictOf(target: TargetRow, rows: readonly Row[]): string | undefined {
  const row = rows.find((each) => answers(each, target));
  return row && judgeTarget(target, row).verdict;
}

describe('the steps of a ladder', () => {
  const smallest = step(1_000, { p99Us: 1000, memory: 100 * MIB });
  const between = step(10_000, { p99Us: 9000, memory: 900 * MIB });

  test('are compared by p99 and memory, the most keys with the fewest, in whatever order they ran', () => {
    const largest = step(101_000, { p99Us: 1200, memory: 100 * MIB + 1500 * 100_000 });
    for (const steps of [
      [smallest, between, largest],
      [largest, smallest, between],
    ]) {
      const rows = rowsOf(...steps);
      expect(rows).toHaveLength(2);
      expect(rows[0]).toMatchObject({
        ...{ scenario: 'ladder', operation: 'accessRecord', metric: 'ratio', percentile: null },
        ...{ unit: 'of 1 000 patients', value: 1.2, n: 1_000, direction: 'lower-is-better' },
        ...{ ciLow: 0.982, ciHigh: 1.467, validity: 'valid' },
      });
      expect(rows[1]).toMatchObject({
        ...{ scenario: 'ladder', operation: 'all', metric: 'size', percentile: null },
        ...{ unit: 'bytes/patient', value: 1500, n: 100_000, ciLow: null },
      });
      expect(verdictOf(TARGET, rows)).toBe('met');
      expect(verdictOf(MEMORY, rows)).toBe('met');
    }
  });

  test('that grow miss what was asked for', () => {
    const largest = step(101_000, { p99Us: 3000, memory: 100 * MIB + 2100 * 100_000 });
    const rows = rowsOf(smallest, between, largest);
    expect(verdictOf(TARGET, rows)).toBe('missed');
    expect(verdictOf(MEMORY, rows)).toBe('missed');
  });

  test('show nothing where the interval reaches to both sides', () => {
    const rows = rowsOf(smallest, step(100_000, { p99Us: 1900 }));
    expect(verdictOf(TARGET, rows)).toBe('invalid');
  });

  test('are void when any of them is, and say which and why', () => {
    const busy = step(10_000, { p99Us: 1000, reason: 'the machine was busy' });
    const rows = rowsOf(smallest, busy, step(100_000, { p99Us: 1000, memory: 100 * MIB }));
    expect(rows.map(({ validity }) => validity)).toEqual(['invalid', 'invalid']);
    expect(rows[0]!.validityReasons).toEqual(['ladder/10000: the machine was busy']);
    expect(verdictOf(TARGET, rows)).toBe('invalid');
    expect(verdictOf(MEMORY, rows)).toBe('invalid');
  });

  test('have no figure of what one of the two did not measure', () => {
    expect(rowsOf(smallest, step(100_000, { p99Us: 1, operation: 'other' }))).toEqual([]);
  });

  test('have a ratio without an interval where one of the two has none', () => {
    const [row] = rowsOf(smallest, step(100_000, { p99Us: 1000, hasInterval: false }));
    expect(row).toMatchObject({ value: 1, ciLow: null, ciHigh: null });
  });
});

test.each([
  [5, '5 keys'],
  [999, '999 keys'],
  [1000, '1 000 keys'],
  [100_000, '100 000 keys'],
  [1_234_567, '1 234 567 keys'],
])('%i keys are written in groups of three', (count, text) => {
  expect(countText(count, 'key')).toBe(text);
});
