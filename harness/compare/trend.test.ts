import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createValidator } from '../contract/createValidator.ts';
import { packageRoot } from '../contract/packageRoot.ts';
import { readFileSync } from 'node:fs';
import { fixtureFolder, seriesOf, writeResults } from './fixtures.ts';
import type { FixtureRun } from './fixtures.ts';
import { readResults } from './readResults.ts';
import { sparkline } from './sparkline.ts';
import { trendsOf } from './trend.ts';
import type { TrendFilter, Trends } from './trend.ts';
import { trendCsv, trendJson, trendText } from './trendFiles.ts';

let folder: string;
beforeEach(() => {
  folder = fixtureFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** About one per cent around 100. */
const noise = (run: number): number => 100 + ((run * 7) % 5) / 2;
const level = (run: number): number => noise(run) * (run < 15 ? 1 : 1.1);

/** One run a day, written in the order of the numbers that are given. */
function daily(run: number, value: number, more: Partial<FixtureRun> = {}): FixtureRun {
  const startedUtc = new Date(Date.UTC(2026, 0, 1 + run)).toISOString();
  return {
    rows: [{ operation: 'all', value }],
    run: { startedUtc, gitSha: `${run}`.padStart(40, 'a'), ...more.run },
  };
}

function trends(runs: readonly FixtureRun[], filter: Partial<TrendFilter> = {}): Trends {
  return trendsOf(readResults(writeResults(folder, 'all.csv', runs)), {
    family: 'headline',
    ...filter,
  });
}

const days = Array.from({ length: 30 }, (_, run) => run);
const stepped = (): Trends => trends([...days].reverse().map((run) => daily(run, level(run))));

describe('the trend of a figure', () => {
  test('is in the order of time, with the change, its commit and what it came to', () => {
    const [trend] = stepped().trends;
    expect(trend!.points.map(({ value }) => value)).toEqual(days.map(level));
    expect(trend!.changes).toHaveLength(1);
    expect(trend!.changes[0]).toMatchObject({ at: 15, verdict: 'regressed', specChanged: false });
    expect(trend!.changes[0]!.gitSha).toMatch(/^a+15$/);
    expect(trend!.changes[0]!.change).toBeCloseTo(0.1, 2);
  });

  test('has no change that is certain and smaller than what a comparison calls one', () => {
    const small = trends(days.map((run) => daily(run, noise(run) * (run < 15 ? 1 : 1.04))));
    expect(small.trends[0]!.changes).toEqual([]);
  });

  test('says where the case study became another version with it', () => {
    const other = { id: 'tally', title: 'Tally', specVersion: '2.0.0', sha256: 'b'.repeat(64) };
    const found = trends(
      days.map((run) => daily(run, level(run), run < 15 ? {} : { run: { case: other } })),
    );
    expect(found.trends[0]!.changes[0]!.specChanged).toBe(true);
    expect(found.notes.join()).toContain('the load may have changed');
  });

  test('is one for each machine, and leaves series and invalid runs out', () => {
    const environment = {
      ...{ cpuModel: 'another', cores: 4, memBytes: 1, os: 'Linux', runtime: 'node' },
      ...{ containerCpus: null, virtualised: null, fingerprint: 'g' },
    };
    const { trends: found, notes } = trends([
      ...days.map((run) => daily(run, level(run), run < 15 ? {} : { run: { environment } })),
      ...seriesOf(1, [1, 2], [3, 4]),
      { rows: [{ operation: 'all', value: 900, validity: 'invalid' }] },
    ]);
    expect(found.map(({ points, changes }) => [points.length, changes.length])).toEqual([
      [15, 0],
      [15, 0],
    ]);
    for (const words of [
      '2 machines',
      '4 runs of bench --ab',
      '1 runs have invalid',
      'too short',
    ]) {
      expect(notes.join()).toContain(words);
    }
  });

  test('is that of the headline figures, unless others are asked for', () => {
    const detail = { metric: 'service-time', targetId: null, target: null };
    const run = { rows: [{ operation: 'all' }, detail] };
    const metrics = (filter: Partial<TrendFilter>): string[] =>
      trends([run], filter).trends.map(({ metric }) => metric);
    expect(metrics({})).toEqual(['latency']);
    expect(metrics({ family: 'all' })).toEqual(['service-time', 'latency']);
    expect(metrics({ operation: 'add' })).toEqual(['service-time']);
    expect(metrics({ metric: 'throughput' })).toEqual([]);
  });
});

describe('what people and programs read of it', () => {
  test('is a table with a line of bars, as wide as the window', () => {
    const text = trendText(stepped(), 'plain');
    expect(text).toMatch(
      /open-loop all latency p99 .* 30 .*\|.*\+10 % regressed at a{8}, 2026-01-16/,
    );
    expect(text).toContain('1 histories, 1 of them with a change');
    expect(sparkline([1, 2, 3, 8], [])).toBe('▁▂▃█');
    expect(sparkline([5, 5, 5], [])).toBe('▁▁▁');
    expect(
      sparkline(
        days.flatMap((run) => [run, run]),
        [],
      ).length,
    ).toBe(32);
    expect(sparkline([1, 1, 8, 8], [2])).toBe('▁▁|██');
  });

  test('keeps to its schema, and has a row a run', () => {
    const found = stepped();
    const schema = JSON.parse(
      readFileSync(join(packageRoot, 'spec/schema/trend.schema.json'), 'utf8'),
    ) as object;
    const validate = createValidator('all').compile(schema);
    validate(JSON.parse(JSON.stringify(trendJson(found))));
    expect(validate.errors).toBeNull();
    const rows = parse(trendCsv(found), { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(30);
    expect(rows.map((row) => row['level'])).toEqual(days.map((run) => (run < 15 ? '1' : '2')));
  });
});
