import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../seededRandom.ts';
import { searchCapacity } from './searchCapacity.ts';
import type { CapacitySearch, CapacityStep, ProbeVerdict } from './searchCapacity.ts';

const SEARCH = { lowRps: 100, highRps: 100_000, maxSteps: 40, tolerance: 0.02 };

function upTo(capacity: number): CapacitySearch['probe'] {
  return async (ratePerS) => (ratePerS <= capacity ? 'met' : 'missed');
}

function scripted(...verdicts: ProbeVerdict[]): CapacitySearch['probe'] {
  let at = 0;
  return async () => verdicts[Math.min(at++, verdicts.length - 1)]!;
}

test('the capacity of a steady system is found within the tolerance, whatever it is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 100, max: 99_999, noNaN: true }), async (truth) => {
      const { capacityRps, failedRps, reason } = await searchCapacity({
        ...SEARCH,
        probe: upTo(truth),
      });
      expect(reason).toBeUndefined();
      expect(capacityRps).toBeLessThanOrEqual(truth);
      expect(failedRps).toBeGreaterThan(truth);
      expect(failedRps! / capacityRps!).toBeLessThanOrEqual(1.02);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('it doubles from the lowest rate until one is missed, then halves the gap, and tells each step', async () => {
  const told: CapacityStep[] = [];
  const { steps } = await searchCapacity({
    ...SEARCH,
    tolerance: 0.2,
    probe: upTo(650),
    onStep: (step) => told.push(step),
  });
  expect(steps).toEqual([
    { ratePerS: 100, verdict: 'met' },
    { ratePerS: 200, verdict: 'met' },
    { ratePerS: 400, verdict: 'met' },
    { ratePerS: 800, verdict: 'missed' },
    { ratePerS: 566, verdict: 'met' },
    { ratePerS: 673, verdict: 'missed' },
  ]);
  expect(told).toEqual(steps);
});

describe('the search says why it is not done', () => {
  test('when the lowest rate is missed', async () => {
    expect(await searchCapacity({ ...SEARCH, probe: upTo(99) })).toEqual({
      capacityRps: null,
      failedRps: 100,
      steps: [{ ratePerS: 100, verdict: 'missed' }],
      reason: 'The lowest rate, 100/s, was already missed: the capacity is below it. Start lower.',
    });
  });

  test('when the highest rate is met, which is asked exactly', async () => {
    const found = await searchCapacity({ ...SEARCH, highRps: 1000, probe: upTo(1e9) });
    expect(found).toMatchObject({ capacityRps: 1000, failedRps: null });
    expect(found.reason).toContain('at least that');
    expect(found.steps.map(({ ratePerS }) => ratePerS)).toEqual([100, 200, 400, 800, 1000]);
  });

  test('when the steps are used up, with what is known by then', async () => {
    const found = await searchCapacity({ ...SEARCH, maxSteps: 6, probe: upTo(650) });
    expect(found).toMatchObject({ capacityRps: 566, failedRps: 673 });
    expect(found.steps).toHaveLength(6);
    expect(found.reason).toContain('Stopped after 6 steps');
  });

  test('when a rate is invalid twice, with what is known by then', async () => {
    const found = await searchCapacity({
      ...SEARCH,
      probe: scripted('met', 'met', 'missed', 'invalid', 'invalid'),
    });
    expect(found).toMatchObject({ capacityRps: 200, failedRps: 400 });
    expect(found.reason).toContain('invalid measurement 2 times');
    expect(found.steps).toHaveLength(5);
  });

  test('when already the first rate is invalid twice', async () => {
    const found = await searchCapacity({ ...SEARCH, probe: scripted('invalid') });
    expect(found).toMatchObject({ capacityRps: null, failedRps: null });
    expect(found.steps).toHaveLength(2);
  });
});

test('a rate that is invalid once is asked again and counts by its second answer', async () => {
  const found = await searchCapacity({
    ...SEARCH,
    tolerance: 1,
    probe: scripted('met', 'invalid', 'missed'),
  });
  expect(found).toMatchObject({ capacityRps: 100, failedRps: 200 });
  expect(found.reason).toBeUndefined();
});

test('a system that answers at random ends in a rate met right below one missed, or says why not', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0, max: 0.3, noNaN: true }),
      async (seed, maxSteps, invalidShare) => {
        const random = seededRandom(seed);
        const probe = async (): Promise<ProbeVerdict> =>
          random() < invalidShare ? 'invalid' : random() < 0.6 ? 'met' : 'missed';
        const found = await searchCapacity({ ...SEARCH, maxSteps, probe });
        const rates = (verdict: ProbeVerdict): (number | null)[] =>
          found.steps.filter((step) => step.verdict === verdict).map(({ ratePerS }) => ratePerS);
        expect(found.steps.length).toBeLessThanOrEqual(maxSteps);
        expect(found.steps.every(({ ratePerS }) => ratePerS >= 100 && ratePerS <= 100_000)).toBe(
          true,
        );
        expect([null, ...rates('met')]).toContain(found.capacityRps);
        expect([null, ...rates('missed')]).toContain(found.failedRps);
        const gap = (found.failedRps ?? Infinity) / (found.capacityRps ?? 0);
        expect(gap).toBeGreaterThan(1);
        expect(gap <= 1.02 || found.reason !== undefined).toBe(true);
      },
    ),
    { seed: 2, numRuns: 500 },
  );
});

test('a system that recovers above a dip is not said to be done where nothing was asked', async () => {
  // Met up to 1000, missed to 1500, met to 3000: doubling steps over the dip, and the upper edge is what is found.
  const probe = async (rate: number): Promise<ProbeVerdict> =>
    rate <= 1000 || (rate > 1500 && rate <= 3000) ? 'met' : 'missed';
  const { capacityRps, failedRps } = await searchCapacity({ ...SEARCH, probe });
  expect(capacityRps).toBeLessThanOrEqual(3000);
  expect(failedRps).toBeGreaterThan(3000);
});

test.each([
  [{ lowRps: 0 }, 'lowest rate above 0'],
  [{ lowRps: 200_000 }, 'a highest not below it'],
  [{ highRps: Infinity }, 'a highest not below it'],
  [{ maxSteps: 0 }, 'whole number from 1'],
  [{ maxSteps: 2.5 }, 'whole number from 1'],
  [{ maxSteps: 1e9 }, 'whole number from 1'],
  [{ tolerance: 0 }, 'a share above 0'],
])('bounds of %j are refused with what to give', async (wrong, message) => {
  await expect(searchCapacity({ ...SEARCH, probe: upTo(1), ...wrong })).rejects.toThrow(message);
});
