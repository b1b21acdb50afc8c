import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import { faultProfileOf, offeredCommands, readFaultFile } from './faultFile.ts';
import type { FaultProfile, FaultRow } from './faultFile.ts';
import { findCaseStudies } from '../contract/findCaseStudies.ts';
import { planFaults, plannedKills } from './faultSchedule.ts';
import type { PlannedFault } from './faultSchedule.ts';

function profile(events: readonly FaultRow[], faults: { s?: number } = {}): FaultProfile {
  return {
    summary: 'for tests',
    ratePerS: 100,
    required: { kills: 0 },
    phases: [
      { name: 'warm-up', s: 1 },
      { name: 'steady', s: 10 },
      {
        name: 'faults',
        s: 60,
        minHealthyMs: 500,
        recoveryMs: 300,
        verifyTimeoutMs: 1_000,
        events,
        ...faults,
      },
      { name: 'heal', timeoutS: 1 },
      { name: 'quiesce', s: 1 },
      { name: 'resolve', timeoutS: 1 },
      { name: 'final-reads', timeoutS: 1 },
    ],
  };
}

const kill = { kind: 'proc.kill9', restartAfterMs: [0, 200] } as const;
const seed = fc.integer();
const track = fc.constantFrom('main', 'network');
const rows: fc.Arbitrary<FaultRow[]> = fc.array(
  fc.oneof(
    fc.record({
      when: fc.record({
        at: fc.constant('poisson' as const),
        count: fc.integer({ min: 1, max: 8 }),
      }),
      fault: fc.constant(kill),
    }),
    fc.record({
      track,
      when: fc.record({
        at: fc.constant('poisson' as const),
        perMin: fc.double({ min: 0.1, max: 60, noNaN: true }),
      }),
      fault: fc.constant({
        kind: 'net.blackhole',
        direction: 'reply',
        operations: 'any',
        durMs: [200, 3_000],
      } as const),
    }),
    fc.record({
      track,
      when: fc.record({
        at: fc.constant('fixed' as const),
        atMs: fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 4 }),
      }),
      fault: fc.constant({ kind: 'net.refuse', open: 'stay', durMs: 400 } as const),
    }),
  ),
  { maxLength: 4 },
);

function tracksOf(planned: readonly PlannedFault[]): PlannedFault[][] {
  return Object.values(Object.groupBy(planned, (fault) => fault.track)) as PlannedFault[][];
}

describe('a plan', () => {
  test('is the same for the same seed, and another for another', () => {
    fc.assert(
      fc.property(rows, seed, (events, drawn) => {
        expect(planFaults(profile(events), drawn)).toEqual(planFaults(profile(events), drawn));
      }),
    );
    const events = [{ when: { at: 'poisson', count: 5 }, fault: kill } as const];
    expect(planFaults(profile(events), 1)).not.toEqual(planFaults(profile(events), 2));
  });

  test('keeps faults of a track apart, gives each its time of health, and ends in the phase', () => {
    fc.assert(
      fc.property(rows, seed, (events, drawn) => {
        for (const planned of tracksOf(planFaults(profile(events), drawn))) {
          let freeAtMs = 0;
          for (const { atMs, lengthMs } of planned) {
            expect(atMs).toBeGreaterThanOrEqual(freeAtMs);
            freeAtMs = atMs + lengthMs + 500;
          }
          expect(freeAtMs).toBeLessThanOrEqual(60_500);
        }
      }),
    );
  });

  test('has every fault that was counted, with every number out of its range', () => {
    fc.assert(
      fc.property(rows, seed, (events, drawn) => {
        const planned = planFaults(profile(events), drawn);
        for (const [index, { when, fault }] of events.entries()) {
          const own = planned.filter(({ id }) => id.startsWith(`${index}.`));
          const counted = when.at === 'fixed' ? when.atMs.length : 'count' in when && when.count;
          expect(counted === false || own.length === counted).toBe(true);
          for (const { action } of own) {
            expect(action.kind).toBe(fault.kind);
            const numbers = [
              'durMs' in action ? action.durMs : 400,
              'restartAfterMs' in action ? 400 + action.restartAfterMs : 400,
            ];
            expect(numbers.every((ms) => Number.isInteger(ms) && ms >= 200 && ms <= 3_000)).toBe(
              true,
            );
          }
        }
      }),
    );
  });

  test('puts fixed faults at their times', () => {
    const events = [
      {
        when: { at: 'fixed', atMs: [1_000, 5_000, 59_000] },
        fault: { kind: 'net.refuse', open: 'stay', durMs: 100 },
      },
    ] as const;
    expect(planFaults(profile(events), 7).map(({ atMs }) => atMs)).toEqual([1_000, 5_000, 59_000]);
  });

  test('of so many a minute has about so many', () => {
    const events = [
      { when: { at: 'poisson', perMin: 6 }, fault: { kind: 'net.refuse', open: 'stay', durMs: 1 } },
    ] as const;
    const counts = Array.from(
      { length: 400 },
      (_, drawn) => planFaults(profile(events), drawn).length,
    );
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    expect(Math.abs(mean - 6)).toBeLessThan(0.5);
    expect(new Set(counts).size).toBeGreaterThan(5);
  });

  test('does not change when a row is added on another track', () => {
    const row = { when: { at: 'poisson', count: 5 }, fault: kill } as const;
    const other = {
      track: 'network',
      when: { at: 'poisson', count: 9 },
      fault: { kind: 'net.refuse', open: 'stay', durMs: 9 },
    } as const;
    const both = planFaults(profile([row, other]), 3).filter(({ track }) => track === 'main');
    expect(both).toEqual(planFaults(profile([row]), 3));
  });

  test('leaves out what comes by chance before it refuses what does not fit', () => {
    const kills = { when: { at: 'poisson', count: 5 }, fault: kill } as const;
    const often = { when: { at: 'poisson', perMin: 60 }, fault: kill } as const;
    expect(plannedKills(planFaults(profile([kills, often], { s: 8 }), 1))).toBeGreaterThan(4);
    expect(() => planFaults(profile([kills], { s: 3 }), 1)).toThrow('the phase has 3 s');
  });
});

describe.each(findCaseStudies().map(({ id }) => id))('the faults of %s', (id) => {
  const file = readFaultFile(loadCaseStudy(id));

  test.each([
    ['quick', 10],
    ['standard', 30],
  ])('%s plans %i kills or more, whatever the seed', (name, kills) => {
    const chosen = faultProfileOf(file, name);
    expect(chosen.required.kills).toBe(kills);
    for (let drawn = 0; drawn < 300; drawn += 1) {
      expect(plannedKills(planFaults(chosen, drawn))).toBeGreaterThanOrEqual(kills);
    }
  });

  test('standard offers enough to show 99.99 %, kills at exact moments and during recovery, and loses replies', () => {
    const standard = faultProfileOf(file, 'standard');
    expect(offeredCommands(standard)).toBeGreaterThan(30_000);
    const planned = planFaults(standard, 1);
    const moments = new Set(
      planned.map(({ trigger }) => trigger && `${trigger.moment} ${trigger.order}`),
    );
    expect([...moments]).toEqual(
      expect.arrayContaining([
        'reply-first-byte before-forwarding',
        'reply-first-byte after-forwarding',
        'request-sent after-forwarding',
      ]),
    );
    const kinds = new Set(planned.map(({ action }) => action.kind));
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        'proc.double-crash',
        'proc.pause',
        'net.lost-reply',
        'net.blackhole',
      ]),
    );
  });

  test('a profile that it does not have is named with those that it has', () => {
    expect(() => faultProfileOf(file, 'slow')).toThrow(/"slow".*quick, standard/);
  });
});
