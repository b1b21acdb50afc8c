/** A ladder from the command line, on the tiny case study: whether an implementation that minds how much there is, is told so. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Measurement } from '../../harness/report/measurement.ts';
import type { Report } from '../../harness/report/report.ts';
import { copyTally } from './copyTally.ts';
import type { TallyCopy } from './copyTally.ts';
import { runCasemark } from './runCasemark.ts';
import type { CasemarkRun } from './runCasemark.ts';

let tally: TallyCopy;

beforeEach(() => {
  tally = copyTally();
  addLadder();
  edit('spec/tally/targets.json', '"targets": [', `"targets": [${JSON.stringify(TARGET)},`);
});
afterEach(() => tally.remove());

const TARGET = {
  id: 'TAL-T-LADDER',
  profile: 'ladder',
  operation: 'getTally',
  metric: 'ratio',
  percentile: null,
  comparison: '<=',
  value: 100,
  unit: 'of 5 counters',
  source: 'our own',
};

function edit(file: string, from: string, to: string): void {
  const path = join(tally.root, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

/** Tallies that are there by the key, beside those of the clients. */
function addLadder(): void {
  const path = join(tally.root, 'bench/tally/workload.json');
  const workload = JSON.parse(readFileSync(path, 'utf8')) as {
    profiles: object;
    setup: object[];
    mix: object[];
  };
  const counter = { tally: '$key:counter' };
  const ladder = {
    ...{ kind: 'ladder', scenario: 'ladder', key: 'counter', counts: [5, 50] },
    ...{ warmupS: 0.2, connections: 32, maxInFlight: 200, timeoutMs: 2_000 },
    ...{ ratePerS: 50, durationS: 1.5 },
  };
  const profile = {
    validity: 'indicative',
    calibration: { floorS: 0.4, ceilingS: 0.3 },
    scenarios: [ladder],
  };
  const changed = {
    ...workload,
    keys: { counter: { count: 5, drawn: 'evenly' } },
    profiles: { ...workload.profiles, ladder: profile },
    setup: [...workload.setup, { for: 'counter', operation: 'add', input: { ...counter, by: 1 } }],
    mix: [
      { name: 'read-counter', weight: 1, operation: 'getTally', input: counter },
      ...workload.mix,
    ],
  };
  writeFileSync(path, JSON.stringify(changed, undefined, 2));
}

async function bench(): Promise<CasemarkRun & { report: Report }> {
  const { root, implementation } = tally;
  const out = join(root, 'out');
  const run = await runCasemark([
    ...['bench', 'tally', '--root', root, '--impl', implementation, '--out', out],
    ...['--profile', 'ladder'],
  ]);
  const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
  return { ...run, report };
}

function ratioOf({ measurements }: Report): Measurement {
  return measurements.find(
    ({ scenario, operation, metric }) =>
      scenario === 'ladder' && operation === 'getTally' && metric === 'ratio',
  )!;
}

describe('a ladder', () => {
  test('has rows of each step, and compares the most keys with the fewest', async () => {
    const { report } = await bench();
    const told = report.measurements.map(
      ({ scenario, operation, metric }) => `${scenario} ${operation} ${metric}`,
    );
    for (const step of ['ladder/5', 'ladder/50']) {
      expect(told).toContain(`${step} getTally latency`);
      expect(told).toContain(`${step} add service-time`);
      expect(told).toContain(`${step} all memory-end`);
    }
    expect(told).toContain('ladder add ratio');
    const size = report.measurements.find(({ metric }) => metric === 'size')!;
    expect(size).toMatchObject({ scenario: 'ladder', unit: 'bytes/counter', n: 45 });
    expect(ratioOf(report)).toMatchObject({ unit: 'of 5 counters', targetId: 'TAL-T-LADDER' });
    const { verdict } = report.targets.find(({ id }) => id === 'TAL-T-LADDER')!;
    // A busy machine voids it.
    expect(['met', 'invalid']).toContain(verdict);
    expect(report.measurements.every(({ errors }) => errors === 0)).toBe(true);
  });

  test('sees an implementation that is slower the more there is', async () => {
    edit(
      'reference/tally/server.ts',
      'const answer = tallies',
      `seen.add(tally);
  if (operation === 'getTally') await new Promise((wake) => setTimeout(wake, 8 * seen.size));
  const answer = tallies`,
    );
    edit(
      'reference/tally/server.ts',
      'const STATUS_OF',
      'const seen = new Set();\nconst STATUS_OF',
    );
    const { report } = await bench();
    // 10 tallies take 80 ms and 55 take 440, and a busy machine some more.
    expect(ratioOf(report).value).toBeGreaterThan(2);
  });

  test('says with how many keys its set-up was refused', async () => {
    edit('reference/tally/tallies.ts', 'by > 1000', 'by > 1000 || tallies.size > 30');
    const { report } = await bench();
    const { verdict, reason } = report.targets.find(({ id }) => id === 'TAL-T-LADDER')!;
    expect(verdict).toBe('not-measured');
    expect(reason).toMatch(/with 50 counters, the load could not be set up: add: refused with/);
  });

  test('of keys that the load does not have is refused', async () => {
    edit('bench/tally/workload.json', '"key": "counter"', '"key": "patient"');
    const { stdout, stderr } = await bench();
    expect(stdout + stderr).toContain('has a ladder of "patient", which is no name of its keys');
  });
});
