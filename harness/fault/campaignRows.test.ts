import { describe, expect, test } from 'vitest';
import type { TargetRow } from '../contract/caseStudy.ts';
import type { CampaignSummary } from '../report/campaignSummary.ts';
import { successRate } from './availability.ts';
import { shownRate } from './campaignFigures.ts';
import { campaignRows } from './campaignRows.ts';

function rate(successes: number, total: number) {
  const operations = Array.from({ length: total }, (_, index) => ({
    available: index < successes,
  }));
  return shownRate(successRate(operations));
}

const target: TargetRow = {
  id: 'AVAIL',
  profile: 'fault-campaign',
  operation: 'all',
  metric: 'success-rate',
  percentile: null,
  comparison: '>=',
  value: 0.999,
  unit: 'ratio',
  source: 'our own',
};
const recovery: TargetRow = {
  ...target,
  id: 'RECOVERY',
  metric: 'recovery',
  percentile: 100,
  comparison: '<=',
  value: 5_000,
  unit: 'ms',
};

function judged(successes: number, total: number, more: Partial<CampaignSummary['recovery']> = {}) {
  const shown = rate(successes, total);
  const summary: CampaignSummary = {
    profile: 'quick',
    seed: 1,
    ratePerS: 100,
    commands: total,
    notSent: 0,
    unrepeatable: 0,
    availability: {
      overall: rate(1, 2),
      steady: shown,
      inside: { 'net.reset': rate(0, 4) },
      eventual: shown,
      retried: rate(0, 0),
      unexplained: shown,
      judged: shown,
    },
    recovery: { recovered: 2, notSeen: 0, never: 0, p50Ms: 300, p99Ms: 400, maxMs: 400, ...more },
    kinds: [],
    kills: { required: 1, evidenced: 2, planned: 2, byMoment: [] },
    resolved: { found: 0, absent: 0, unanswered: 0 },
    level: 'L2',
    durability: '',
    yearlyBudget: '',
    problems: [],
  };
  return campaignRows({
    summary,
    targets: [target, recovery],
    context: {
      seed: 1,
      generator: 'campaign',
      pacing: 'timer',
      arrival: 'poisson',
      connections: 0,
      warmupS: 1,
      placement: 'shared',
      cpu: undefined,
      verified: '',
      validity: 'valid',
      validityReasons: [],
    },
    load: {},
  });
}

function verdictOf(id: string, { verdicts }: ReturnType<typeof judged>) {
  return verdicts.find((each) => each.id === id)!;
}

describe('a target of availability', () => {
  test('is met when the sample shows it at 95 %', () => {
    expect(verdictOf('AVAIL', judged(3_000, 3_000)).verdict).toBe('met');
  });

  test('is not shown by a sample without a failure that is too small', () => {
    const { verdict, reason } = verdictOf('AVAIL', judged(2_900, 2_900));
    expect(verdict).toBe('not-measured');
    expect(reason).toContain('not shown');
    expect(reason).toContain('3 000 requests without a failure are needed');
  });

  test('is neither shown nor refuted by a sample with a failure or two', () => {
    expect(verdictOf('AVAIL', judged(2_999, 3_000)).verdict).toBe('invalid');
  });

  test('is missed when the whole interval is below it', () => {
    expect(verdictOf('AVAIL', judged(2_900, 3_000)).verdict).toBe('missed');
  });
});

describe('a target of recovery', () => {
  test('is held to the slowest recovery', () => {
    expect(verdictOf('RECOVERY', judged(1, 1)).verdict).toBe('met');
    expect(verdictOf('RECOVERY', judged(1, 1, { maxMs: 5_001 })).verdict).toBe('missed');
  });

  test('is not met by an implementation that did not come back once', () => {
    expect(verdictOf('RECOVERY', judged(1, 1, { never: 1 })).verdict).toBe('invalid');
  });

  test('without a recovery that was seen is not measured', () => {
    const none = { recovered: 0, notSeen: 2, p50Ms: null, p99Ms: null, maxMs: null };
    expect(verdictOf('RECOVERY', judged(1, 1, none)).verdict).toBe('not-measured');
  });
});

test('the rows keep every digit of a rate, and leave out what was not measured', () => {
  const { measurements } = judged(299_999, 300_000);
  const told = measurements.map(({ scenario }) => scenario);
  expect(told).toContain('fault-campaign/net.reset');
  expect(told).not.toContain('fault-campaign/retried');
  expect(measurements[0]).toMatchObject({ value: 299_999 / 300_000, ok: 299_999, errors: 1 });
});
