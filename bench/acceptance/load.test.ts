/** A bench from the command line, on the tiny case study: what is told, what is written, and what a wrong implementation is told. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Report } from '../../harness/report/report.ts';
import { copyTally } from './copyTally.ts';
import type { TallyCopy } from './copyTally.ts';
import { runCasemark } from './runCasemark.ts';

let tally: TallyCopy;
beforeEach(() => {
  tally = copyTally();
});
afterEach(() => tally.remove());

async function bench(...args: string[]): Promise<Report> {
  const { root, implementation } = tally;
  const out = join(root, 'out');
  const run = await runCasemark([
    ...['bench', 'tally', '--root', root, '--impl', implementation, '--out', out],
    ...args,
  ]);
  expect([0, 4, 7], run.stdout + run.stderr).toContain(run.code);
  return JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
}

function edit(file: string, from: string, to: string): void {
  const path = join(tally.root, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

test('measures the open loop and the closed loop of a case that the harness does not know', async () => {
  const report = await bench();
  const rows = report.measurements;
  const told = rows.map(({ scenario, operation, metric }) => `${scenario} ${operation} ${metric}`);
  expect(told).toContain('open-loop add latency');
  expect(told).toContain('open-loop getTally service-time');
  expect(told).toContain('open-loop all throughput');
  expect(told).toContain('closed-loop all throughput');
  const latencies = rows.filter(
    ({ scenario, metric }) => scenario === 'closed-loop' && metric !== 'throughput',
  );
  expect(latencies).toEqual([]);
  expect(rows.every(({ errors }) => errors === 0)).toBe(true);
  const offered = rows.find(({ scenario }) => scenario === 'open-loop')!.offeredRps!;
  expect(offered).toBeCloseTo(200, 0);
  expect(report.targets.map(({ id }) => id)).toEqual(['TAL-T-ADD']);
});

test('voids the figures of an implementation that leaves a wrong state behind', async () => {
  edit(
    'reference/tally/tallies.ts',
    "case 'getTally': {",
    "case 'getTally': {\n        if (String(tally).startsWith('all')) apply(String(tally), 1);",
  );
  const report = await bench();
  const { validity, validityReasons } = report.measurements.find(
    ({ metric }) => metric === 'latency',
  )!;
  expect(validity).toBe('invalid');
  expect(validityReasons.join()).toContain('Nobody added to the tally of all');
  expect(report.targets[0]!.verdict).toBe('invalid');
});

test('voids the figures of an implementation that is fast because it refuses', async () => {
  edit('reference/tally/tallies.ts', 'by > 1000', 'by > 3');
  const report = await bench();
  const { validity, validityReasons, errors } = report.measurements.find(
    ({ operation }) => operation === 'all',
  )!;
  expect(errors).toBeGreaterThan(0);
  expect(validity).toBe('invalid');
  expect(validityReasons.join()).toContain('INVALID_REQUEST');
});

test('reports what the implementation measured inside as declared', async () => {
  const row = { metric: 'latency', operation: 'add', percentile: 99, value: 3, unit: 'us', n: 10 };
  writeFileSync(join(tally.implementation, 'inside.js'), `console.log('${JSON.stringify([row])}')`);
  edit(
    'reference/tally/casemark.json',
    '"mutants"',
    '"inProcess": { "command": ["node", "inside.js"] }, "mutants"',
  );
  const report = await bench('--binding', 'module');
  expect(
    report.measurements.map(({ scenario, value, verdict }) => [scenario, value, verdict]),
  ).toEqual([['inproc', 3, 'declared']]);
  const { verdict, reason } = report.targets[0]!;
  expect(verdict).toBe('not-run');
  expect(reason).toContain('load goes over http');
});
