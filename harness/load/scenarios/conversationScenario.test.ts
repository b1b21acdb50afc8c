/** The parts of a conversation's scenario that are functions of what was heard. */
import { describe, expect, test } from 'vitest';
import type { TargetRow } from '../../contract/caseStudy.ts';
import type { Heard } from '../conversation/conversationClient.ts';
import type { ConversationGroup } from '../conversationFile.ts';
import { figureRow } from '../rows.ts';
import type { Figure, Row, RowContext } from '../rows.ts';
import { OUTCOMES, sampleLog, toUs } from '../sampleLog.ts';
import { tallyOf } from '../tally.ts';
import { counterReasons, groupRows, ratioRow } from './conversationRows.ts';
import type { GroupPhase } from './conversationRows.ts';
import { answeredPerS, capacityOf, unboundedReasons, verdictOf } from './conversationScenario.ts';

const context: RowContext = {
  ...{ scenario: 'matches', seed: 1, generator: '', pacing: 'timer', arrival: 'constant' },
  ...{ connections: 2, warmupS: 0, placement: 'shared', cpu: undefined, verified: '' },
  ...{ validity: 'valid', validityReasons: [] },
};
const group: ConversationGroup = {
  ...{ name: 'players', perKey: 2, input: {} },
  counter: { pointer: '/tick', perS: 10, unit: 'ticks' },
};
const stretch = { fromMs: 0, toMs: 10_000 };

/** A message every 10 ms, answered after so many ms, and two clients that hear 100 ticks. */
function phaseOf(endMs: number, ticksPerS = 10): GroupPhase {
  const startsMs = Float64Array.from({ length: 1000 }, (_, index) => 10 * index);
  const log = sampleLog(['players'], startsMs);
  log.operation.fill(1);
  log.outcome.fill(1 + OUTCOMES.indexOf('ok'));
  log.endUs.fill(toUs(endMs));
  const value = Array.from({ length: 100 }, (_, nth) => nth);
  const atMs = value.map((nth) => (1000 * nth) / ticksPerS);
  const heard = (bytes: number): Heard => ({
    ...{ messages: 100, bytes, echoes: 50 },
    counted: { atMs, value },
  });
  const tally = tallyOf(log, stretch, 'players');
  return { group, stretch, tally, floor: undefined, heard: [heard(10_000), heard(30_000)] };
}

const rowOf = (rows: readonly Row[], metric: string, percentile: number | null = null): Row =>
  rows.find((row) => row.metric === metric && row.percentile === percentile)!;

describe('the rows of a group', () => {
  test('are its latency, its messages, what a client receives, and how its counter keeps to the clock', () => {
    const rows = groupRows(phaseOf(5), context, 'x.ndjson');
    expect(rows.every(({ operation }) => operation === 'players')).toBe(true);
    expect(rowOf(rows, 'latency', 99).value).toBeCloseTo(5000, -1);
    expect(rowOf(rows, 'messages-in').value).toBe(20);
    expect(rowOf(rows, 'messages-out').value).toBe(110);
    expect(rowOf(rows, 'bandwidth')).toMatchObject({ value: 16, unit: 'kbit/s', n: 2 });
    expect(rowOf(rows, 'bandwidth', 99).value).toBe(24);
    expect(rowOf(rows, 'drift')).toMatchObject({ value: 0, unit: 'ticks/min' });
    expect(rowOf(rows, 'lateness', 99)).toMatchObject({ unit: 'us', n: 200 });
  });

  test('say how far the counter that moves away the most does so', () => {
    expect(rowOf(groupRows(phaseOf(5, 10.1), context, ''), 'drift').value).toBeCloseTo(6, 1);
  });

  test('that lack the end of the counter say so', () => {
    expect(counterReasons(phaseOf(5))).toEqual([]);
    expect(counterReasons(phaseOf(5, 20))[0]).toMatch(/^2 clients of players did not hear \/tick/);
  });

  test('say how many messages were answered, of all groups together', () => {
    const rows = groupRows(phaseOf(5), context, '');
    const others = rows.map((row) => ({ ...row, operation: 'others' }));
    expect(answeredPerS([...rows, { ...rows[0]!, operation: 'all', metric: 'memory-max' }])).toBe(
      100,
    );
    expect(answeredPerS([...rows, ...others])).toBe(200);
    expect(answeredPerS([])).toBe(0);
  });

  test('of two phases are compared by their p99', () => {
    const row = ratioRow(phaseOf(5), phaseOf(20), context);
    expect(row).toMatchObject({ metric: 'ratio', unit: 'of p99 without', n: 1000 });
    expect(row.value).toBeCloseTo(4, 1);
  });
});

describe('a count of keys', () => {
  const latency = (valueUs: number): Row => {
    const figure: Figure = { metric: 'latency', unit: 'us', percentile: 99, value: valueUs, n: 9 };
    return figureRow(context, { ...figure, operation: 'players' });
  };
  const target: TargetRow = {
    ...{ id: 'T', profile: 'play', operation: 'players', metric: 'latency', percentile: 99 },
    ...{ comparison: '<=', value: 1000, unit: 'us', source: 'test' },
  };
  const measured = { rows: [latency(900)], spoiled: [], uncarried: [] };

  test.each([
    ['met by a value within it', measured, 'met'],
    ['missed by one beyond it', { ...measured, rows: [latency(1100)] }, 'missed'],
    ['missed where the load was not carried', { ...measured, uncarried: ['no'] }, 'missed'],
    ['undecided where the machine was busy', { ...measured, spoiled: ['busy'] }, 'invalid'],
    ['undecided where no row answers it', { ...measured, rows: [] }, 'invalid'],
    [
      'undecided where the floor is too near',
      { ...measured, rows: [{ ...latency(1100), floor: 900 }] },
      'invalid',
    ],
  ])('is %s', (_, given, verdict) => {
    expect(verdictOf(given, [target]).verdict).toBe(verdict);
  });

  const step = (count: number, verdict: 'met' | 'missed' | 'invalid') => ({
    ...{ count, verdict, reason: 'r' },
  });
  test.each([
    [[step(2, 'met'), step(4, 'missed')], { met: 2, above: 3 }],
    [[step(2, 'met'), step(4, 'met')], { met: 4, above: null }],
    [[step(2, 'met'), step(4, 'invalid')], { met: 2, above: null }],
    [[step(2, 'missed')], { met: 0, above: 1 }],
  ] as const)('bounds the capacity (%#)', (steps, expected) => {
    expect(capacityOf(steps)).toEqual(expected);
  });

  test('that was the largest tried misses no target, and meets those below it', () => {
    const asked = { ...target, profile: 'matches', operation: 'all', metric: 'capacity' };
    const least = (value: number): TargetRow => ({
      ...{ ...asked, percentile: null, comparison: '>=', unit: 'matches', value },
    });
    const figure: Figure = { metric: 'capacity', unit: 'matches', value: 4, n: 2 };
    const row = figureRow(context, figure);
    expect(unboundedReasons(row, step(4, 'met'), [least(4)])).toEqual([]);
    expect(unboundedReasons(row, step(4, 'met'), [least(5)])).toEqual([
      '4 is the most that was tried',
    ]);
    expect(unboundedReasons(row, step(8, 'invalid'), [least(5)])).toEqual(['8: r']);
    expect(unboundedReasons({ ...row, value: 0 }, step(1, 'invalid'), [])).toEqual(['1: r']);
    expect(unboundedReasons(row, step(8, 'missed'), [least(9)])).toEqual([]);
  });
});
