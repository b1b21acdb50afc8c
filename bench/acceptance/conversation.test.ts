/** Conversations from the command line, on the tiny case study, whose server is taught to answer what it hears over its stream. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Report } from '../../harness/report/report.ts';
import { copyTally } from './copyTally.ts';
import type { TallyCopy } from './copyTally.ts';
import { runCasemark } from './runCasemark.ts';

let tally: TallyCopy;

/** Each client's tally is that of its counter, and a message's number comes back as `additions`. */
const GROUP = {
  ...{ name: 'players', perKey: 3, input: { tally: '$key:counter' } },
  sends: {
    ...{ periodMs: 100, spread: 'evenly', answeredBy: '/additions' },
    message: { n: '$number', by: '$saved:total' },
  },
};
const COMMON = {
  ...{ kind: 'conversation', stream: 'watch', key: 'counter' },
  ...{ warmupS: 0.3, durationS: 1.5, timeoutMs: 1000 },
};
const PLAY = { ...COMMON, scenario: 'play', counts: [2], groups: [GROUP] };
const MATCHES = { ...PLAY, scenario: 'matches', counts: [1, 3], meets: 'play' };
const TARGETS = [
  target('LATENCY', 'play', 'players', 'latency', 99, '<=', 500_000, 'us'),
  target('BYTES', 'play', 'players', 'bandwidth', 99, '<=', 256, 'kbit/s'),
  target('MATCHES', 'matches', 'all', 'capacity', null, '>=', 3, 'counters'),
];

function target(
  ...[name, profile, operation, metric, percentile, comparison, value, unit]: unknown[]
) {
  const row = { profile, operation, metric, percentile, comparison, value, unit };
  return { id: `TAL-T-${String(name)}`, ...row, source: 'our own' };
}

beforeEach(() => {
  tally = copyTally();
  edit('spec/tally/targets.json', '"targets": [', `"targets": [${list(TARGETS)},`);
  answer('client.send(JSON.stringify({ tally, total: 1, additions: n }))');
});
afterEach(() => tally.remove());

function list(rows: readonly object[]): string {
  return rows.map((row) => JSON.stringify(row)).join(',');
}

function edit(file: string, from: string, to: string): void {
  const path = join(tally.root, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

function answer(statement: string): void {
  edit(
    'reference/tally/server.ts',
    "client.on('close'",
    `client.on('message', (data) => {
      const { n, by } = JSON.parse(String(data));
      if (by === 1) ${statement};
    });
    client.on('close'`,
  );
}

async function bench(...scenarios: object[]): Promise<{ report: Report; said: string }> {
  const path = join(tally.root, 'bench/tally/workload.json');
  const workload = JSON.parse(readFileSync(path, 'utf8')) as { setup: object[] };
  const profile = {
    ...{ validity: 'indicative', calibration: { floorS: 0.4, ceilingS: 0.3 } },
    scenarios,
  };
  const own = { tally: '{$key:counter}.{$client:p}', by: 1 };
  const changed = {
    ...{ ...workload, keys: { counter: { count: 1 } }, profiles: { conversations: profile } },
    setup: [
      ...workload.setup,
      { for: 'counter', operation: 'add', input: { tally: '$key:counter', by: 1 } },
      { for: 'client', operation: 'add', input: own, save: { total: '/total' } },
    ],
  };
  writeFileSync(path, JSON.stringify(changed, undefined, 2));
  const { root, implementation } = tally;
  const out = join(root, 'out');
  const run = await runCasemark([
    ...['bench', 'tally', '--root', root, '--impl', implementation, '--out', out],
    ...['--profile', 'conversations'],
  ]);
  const said = run.stdout + run.stderr;
  expect([0, 2, 4, 7], said).toContain(run.code);
  if (run.code === 2) return { report: { measurements: [], targets: [] } as never, said };
  return { report: JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report, said };
}

const verdictOf = ({ targets }: Report, name: string) =>
  targets.find(({ id }) => id === `TAL-T-${name}`)!;

describe('a conversation', () => {
  test('is measured from the intended send to the message that answers, and judged', async () => {
    const { report } = await bench(PLAY);
    const rows = report.measurements.filter(({ scenario }) => scenario === 'play');
    const of = (metric: string, percentile: number | null = null) =>
      rows.find((row) => row.metric === metric && row.percentile === percentile)!;
    expect(of('latency', 99)).toMatchObject({ operation: 'players', n: 90, errors: 0 });
    expect(of('latency', 50).floor).toBeGreaterThan(0);
    expect(of('messages-in').value).toBeCloseTo(60, -1);
    expect(of('messages-out').value).toBeCloseTo(60, 0);
    expect(of('bandwidth').value).toBeGreaterThan(1);
    expect(of('latency', 99).verified).toMatch(/^\d+ messages and 0 replies .* 2 of 2 invariants/);
    expect(rows.some(({ metric }) => metric === 'cpu-per-client')).toBe(true);
    expect(rows.some(({ metric }) => metric === 'memory-max')).toBe(true);
    // A busy machine voids it.
    expect(['met', 'invalid']).toContain(verdictOf(report, 'LATENCY').verdict);
    expect(['met', 'invalid']).toContain(verdictOf(report, 'BYTES').verdict);
  });

  test('finds the largest count that meets the targets', async () => {
    edit('reference/tally/server.ts', 'if (by === 1)', 'if (by === 1 && sockets.clients.size < 9)');
    const { report, said } = await bench(MATCHES);
    const capacity = report.measurements.find(({ metric }) => metric === 'capacity')!;
    // A busy machine lets no count prove anything.
    const found =
      capacity.value === 1
        ? { ciLow: 1, ciHigh: 2, validity: 'indicative', verdict: 'missed' }
        : { value: 0, validity: 'invalid', verdict: 'invalid' };
    expect(capacity).toMatchObject({ scenario: 'matches', unit: 'counters', ...found });
    expect(said).toMatch(/matches: (1 counters meet the targets; 3 do not|no count meets)/);
  });

  test('sees whether a client that does not read slows the others', async () => {
    const stalled = { name: 'stalled', perKey: 1, input: GROUP.input, stalled: true };
    const compared = { ...PLAY, counts: [1], groups: [GROUP, stalled], comparesStalled: true };
    const { report } = await bench(compared);
    const told = report.measurements.map(({ scenario, metric }) => `${scenario} ${metric}`);
    for (const row of ['play/reading latency', 'play/stalled latency', 'play ratio'])
      expect(told).toContain(row);
    const ratio = report.measurements.find(({ metric }) => metric === 'ratio')!;
    expect(ratio).toMatchObject({ operation: 'players', unit: 'of p99 without' });
    expect(ratio.value).toBeGreaterThan(0);
  });

  test('of keys that the load does not have is refused', async () => {
    const { said } = await bench({ ...PLAY, key: 'patient' });
    expect(said).toContain('has a conversation of "patient", which is no name of its keys');
  });
});
