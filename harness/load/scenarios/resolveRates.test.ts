import { expect, test } from 'vitest';
import type { OpenLoopScenario, PhaseRow } from '../workloadFile.ts';
import { resolveRates } from './resolveRates.ts';

const base = { arrival: 'poisson', durationS: 5 } as const;
const scenario = (phases: readonly PhaseRow[]): OpenLoopScenario => ({
  ...{ kind: 'open-loop', scenario: 'spike', warmupS: 1, phases },
  ...{ connections: 4, maxInFlight: 100, timeoutMs: 1_000 },
});

test('a share becomes a rate of the capacity that was found', () => {
  const { phases, capacityRps } = resolveRates(
    scenario([
      { ...base, name: 'baseline', purpose: 'judged', ofCapacity: 0.1 },
      { ...base, name: 'thirty-fold', purpose: 'overload', ofCapacity: 2.5 },
    ]),
    1_200,
  );
  expect(phases.map(({ name, ratePerS }) => [name, ratePerS])).toEqual([
    ['baseline', 120],
    ['thirty-fold', 3_000],
  ]);
  expect(capacityRps).toBe(1_200);
});

test('rates stay as they are, and are shares of nothing', () => {
  const given = [{ ...base, name: 'steady', purpose: 'judged', ratePerS: 70 } as const];
  const { phases, capacityRps } = resolveRates(scenario(given), 1_200);
  expect(phases).toEqual(given);
  expect(capacityRps).toBeUndefined();
});

test('without a capacity a share is not measured, and the reason is told', () => {
  const given = [{ ...base, name: 'baseline', purpose: 'judged', ofCapacity: 0.1 } as const];
  expect(() => resolveRates(scenario(given), undefined)).toThrow(
    'baseline is a share of the capacity, and no capacity scenario "spike" has found one before it',
  );
});
