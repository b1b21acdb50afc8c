/** A bench from the command line, on the tiny case study: what is told, what is written, and what a wrong implementation is told. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createValidator } from '../../harness/contract/createValidator.ts';
import { queryHistograms, readHistogramLog } from '../../harness/load/histogramLog.ts';
import type { Report } from '../../harness/report/report.ts';
import { copyTally } from './copyTally.ts';
import type { TallyCopy } from './copyTally.ts';
import { runCasemark } from './runCasemark.ts';

/** Ends by itself, should the test not end it. */
const BUSY = 'turn=0; while [ $turn -lt 200000000 ]; do turn=$((turn + 1)); done';

let tally: TallyCopy;

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

describe('a case that the harness does not know', () => {
  let report: Report;
  beforeAll(async () => {
    tally = copyTally();
    report = await bench();
  });
  afterAll(() => tally.remove());

  test('measures the open loop and the closed loop of a case that the harness does not know', async () => {
    const rows = report.measurements;
    const told = rows.map(
      ({ scenario, operation, metric }) => `${scenario} ${operation} ${metric}`,
    );
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

  test('keeps the histograms of the run, from which any percentile can be asked', async () => {
    const row = report.measurements.find(
      ({ operation, metric, percentile }) =>
        operation === 'all' && metric === 'latency' && percentile === 50,
    )!;
    const kept = readHistogramLog(join(tally.root, 'out', row.histRef!));
    const [asked] = queryHistograms([kept], { measure: 'response', percentiles: [50] });
    expect(asked!.n).toBe(row.n);
    expect(asked!.valueUs).toBe(row.value);
  });

  test('adds the histograms of several runs when it is asked for a percentile', async () => {
    const out = join(tally.root, 'out');
    const once = report.measurements.find(({ metric }) => metric === 'latency')!.n;
    const asked = ['--percentiles', '99.5', '--measure', 'response'];
    const { code, stdout } = await runCasemark(['report', out, out, ...asked]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`open-loop.* 2 .* 99.5 .* ${2 * once} `));
    const none = await runCasemark(['report', tally.root, ...asked]);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('has no histograms');
  });

  test('writes every row as its published schema says', async () => {
    const text = readFileSync(join(tally.root, 'out', 'measurements.csv'), 'utf8');
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    const schema = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../spec/schema/results.schema.json'), 'utf8'),
    ) as { properties: Record<string, { type?: string; anyOf?: { type: string }[] }> };
    expect(Object.keys(rows[0]!)).toEqual(Object.keys(schema.properties));
    const validate = createValidator('all').compile(schema);
    for (const row of rows) {
      const typed = Object.fromEntries(
        Object.entries(row).map(([name, cell]) => [
          name,
          typedCell(schema.properties[name]!, cell),
        ]),
      );
      expect(validate(typed) ? [] : validate.errors).toEqual([]);
    }
    expect(rows.length).toBeGreaterThan(20);
  });
});

describe('an implementation', () => {
  beforeEach(() => {
    tally = copyTally();
  });
  afterEach(() => tally.remove());

  test('voids the figures of an implementation that leaves a wrong state behind', async () => {
    edit(
      'reference/tally/tallies.ts',
      "case 'getTally': {",
      "case 'getTally': {\n        if (String(tally).startsWith('all')) apply({ tally: String(tally), by: 1 });",
    );
    const report = await bench('--scenario', 'open-loop');
    const { validity, validityReasons } = report.measurements.find(
      ({ metric }) => metric === 'latency',
    )!;
    expect(validity).toBe('invalid');
    expect(validityReasons.join()).toContain('Nobody added to the tally of all');
    expect(report.targets[0]!.verdict).toBe('invalid');
  });

  test('calls a run invalid, and says why, while another program keeps the machine busy', async () => {
    const loops = Array.from({ length: availableParallelism() }, () =>
      spawn('sh', ['-c', BUSY], { stdio: 'ignore' }),
    );
    try {
      const report = await bench('--scenario', 'open-loop');
      const rows = report.measurements.filter(({ metric }) => metric === 'latency');
      expect(rows.map(({ validity }) => validity)).toEqual(rows.map(() => 'invalid'));
      expect(rows[0]!.validityReasons.join()).toMatch(/other programs used \d+ % of the machine/);
      expect(report.targets[0]!.verdict).toBe('invalid');
    } finally {
      for (const loop of loops) loop.kill('SIGKILL');
    }
  });

  test('voids the figures of an implementation that is fast because it refuses', async () => {
    edit('reference/tally/tallies.ts', 'by > 1000', 'by > 3');
    const report = await bench('--scenario', 'open-loop');
    const { validity, validityReasons, errors } = report.measurements.find(
      ({ operation }) => operation === 'all',
    )!;
    expect(errors).toBeGreaterThan(0);
    expect(validity).toBe('invalid');
    expect(validityReasons.join()).toContain('INVALID_REQUEST');
  });

  const WATCH = {
    ...{ stream: 'watch', for: 'client', input: { tally: '$client:t' }, subscribers: 2 },
    ...{ operations: ['add'], reply: ['/tally', '/additions'], message: ['/tally', '/additions'] },
  };

  test('times the stream message that a request has caused, at every subscriber', async () => {
    edit(
      'bench/tally/workload.json',
      '"kind": "open-loop",',
      `"kind": "open-loop", "watch": ${JSON.stringify(WATCH)},`,
    );
    const report = await bench('--scenario', 'open-loop');
    const of = (metric: string) => report.measurements.find((row) => row.metric === metric)!;
    const added = report.measurements.find(({ operation }) => operation === 'add')!.n;
    expect(of('stream-latency').n).toBe(2 * added);
    expect(of('stream-latency').value).toBeGreaterThan(0);
    expect(of('stream-undelivered').value).toBe(0);
  });

  test('voids a run in which messages that requests had caused did not arrive', async () => {
    edit(
      'bench/tally/workload.json',
      '"kind": "open-loop",',
      `"kind": "open-loop", "watch": ${JSON.stringify(WATCH)},`,
    );
    edit(
      'reference/tally/tallies.ts',
      'if (watcher.tally === tally) watcher',
      'if (watcher.tally === tally && after.additions % 10 !== 0) watcher',
    );
    const report = await bench('--scenario', 'open-loop');
    const { validity, validityReasons } = report.measurements[0]!;
    expect(validity).toBe('invalid');
    expect(validityReasons.join()).toContain('did not reach a subscriber');
  });

  test('reports what the implementation measured inside as declared', async () => {
    const row = {
      metric: 'latency',
      operation: 'add',
      percentile: 99,
      value: 3,
      unit: 'us',
      n: 10,
    };
    writeFileSync(
      join(tally.implementation, 'inside.js'),
      `console.log('${JSON.stringify([row])}')`,
    );
    edit(
      'reference/tally/casemark.json',
      '"mutants"',
      '"inProcess": { "command": ["node", "inside.js"] }, "mutants"',
    );
    const report = await bench('--scenario', 'inproc');
    expect(
      report.measurements.map(({ scenario, value, verdict }) => [scenario, value, verdict]),
    ).toEqual([
      ['inproc', 3, 'declared'],
      ['open-loop', null, 'not-measured'],
    ]);
    const { verdict, reason } = report.targets[0]!;
    expect(verdict).toBe('not-measured');
    expect(reason).toContain('measures "open-loop"');
  });

  test.each([
    ['module', 'casemark.json'],
    ['stdio', 'casemark-stdio.json'],
  ])(
    'measures by %s as well, beside an implementation by the same binding',
    async (binding, file) => {
      const report = await bench('--binding', binding, '--impl', join(tally.implementation, file));
      const latency = report.measurements.find(
        ({ scenario, operation, metric }) =>
          scenario === 'open-loop' && operation === 'add' && metric === 'latency',
      )!;
      expect(latency.n).toBeGreaterThan(100);
      expect(latency.floor).toBeGreaterThan(0);
      const closed = report.measurements.find(({ scenario }) => scenario === 'closed-loop')!;
      expect(closed).toMatchObject({ generator: 'casemark closed loop', errors: 0 });
      expect(closed.value).toBeGreaterThan(100);
    },
  );
});

/** A CSV cell has no type of its own: what may be null and is empty is null, what is a number is one. */
function typedCell(
  { type, anyOf }: { type?: string; anyOf?: { type: string }[] },
  cell: string,
): unknown {
  const types = [type, ...(anyOf ?? []).map((each) => each.type)];
  if (cell === '' && types.includes('null')) return null;
  return types.includes('number') || types.includes('integer') ? Number(cell) : cell;
}
