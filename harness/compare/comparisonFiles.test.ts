import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createValidator } from '../contract/createValidator.ts';
import { packageRoot } from '../contract/packageRoot.ts';
import { buildReport } from '../report/buildReport.ts';
import { ended, judged, requirement, started } from '../report/fixtures.ts';
import type { Measurement } from '../report/measurement.ts';
import type { Verdict } from '../run/event.ts';
import { compareConformance } from './compareConformance.ts';
import { compareRuns } from './compareRuns.ts';
import { comparisonMarkdown, comparisonText, writeComparison } from './comparisonFiles.ts';
import type { Comparison } from './comparison.ts';
import { fixtureFolder, runsOf, seriesOf, writeResults } from './fixtures.ts';
import { leaderboard } from './leaderboard.ts';
import { readResults } from './readResults.ts';
import { separateSides, seriesSides } from './sides.ts';

const STEADY = [100, 101, 99, 100.5, 99.5, 100.2, 99.8, 100.1];
const WORSE = STEADY.map((value) => value * 1.2);

let folder: string;
beforeEach(() => {
  folder = fixtureFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const rows = (name: string, runs: Parameters<typeof writeResults>[2]) =>
  readResults(writeResults(folder, name, runs));
const called = (name: string) => ({
  implementation: { name, version: '1', language: 'go', source: 'x' },
});

function conformance(verdict: Verdict): Comparison {
  const report = (of: Verdict) =>
    buildReport([
      started({ requirements: [requirement('R1'), requirement('R2')] }),
      judged('R1.a', 'pass'),
      judged('R2.a', of, { reason: 'a | pipe\n<b>and a tag</b>' }),
      ended,
    ]);
  return compareConformance(
    { file: 'a.json', report: report('pass') },
    { file: 'b.json', report: report(verdict) },
  );
}

const KINDS: readonly (readonly [string, () => Comparison])[] = [
  [
    'of separate runs',
    () => compareRuns(separateSides([rows('a', runsOf(STEADY))], [rows('b', runsOf(WORSE))])),
  ],
  [
    'of one run each, and of zeros',
    () => compareRuns(separateSides([rows('a', runsOf([0]))], [rows('b', runsOf([2]))])),
  ],
  [
    'of a series',
    () =>
      compareRuns(
        seriesSides(
          rows(
            'ab',
            [1, 2].flatMap((series) => seriesOf(series, STEADY, WORSE)),
          ),
        ),
      ),
  ],
  [
    'of other machines',
    () =>
      compareRuns(
        separateSides(
          [rows('a', runsOf(STEADY))],
          [rows('b', runsOf(STEADY, { placement: 'pinned' }))],
        ),
      ),
  ],
  [
    'of several implementations',
    () =>
      leaderboard([
        ...rows('a', runsOf([1], {}, called('a'))),
        ...rows('b', runsOf([2], {}, called('b'))),
      ]),
  ],
  ['of reports', () => conformance('fail')],
];

describe.each(KINDS)('a comparison %s', (_, make) => {
  test('keeps to its schema, as it is written', () => {
    const written = writeComparison(make(), join(folder, 'out'));
    expect(written).toEqual([
      'comparison.json',
      'comparison.csv',
      'comparison.md',
      'comparison.html',
    ]);
    const read = (file: string): string => readFileSync(file, 'utf8');
    const validate = createValidator('all').compile(
      JSON.parse(read(join(packageRoot, 'spec/schema/comparison.schema.json'))) as object,
    );
    validate(JSON.parse(read(join(folder, 'out/comparison.json'))));
    expect(validate.errors).toBeNull();
    const table = parse(read(join(folder, 'out/comparison.csv'))) as string[][];
    expect(table.length).toBeGreaterThan(1);
  });
});

describe('what people read', () => {
  const regressed = (): Comparison => KINDS[2]![1]();

  test('has figure, change, interval and verdict in the terminal, without colour when plain', () => {
    const text = comparisonText(regressed(), 'plain');
    for (const words of ['open-loop all latency p99', '+20 %', 'regressed', 'A B B A']) {
      expect(text).toContain(words);
    }
    // eslint-disable-next-line no-control-regex -- no colour when it is plain
    expect(text).not.toMatch(/\u001b/);
  });

  test('has the details that decide the exit code, and each reason once', () => {
    const detail = { metric: 'service-time', targetId: null, target: null };
    const side = (name: string, row: Partial<Measurement>) =>
      rows(
        name,
        STEADY.map((value) => ({
          rows: [
            { operation: 'all', value },
            { value, ...detail, ...row },
          ],
        })),
      );
    const text = (row: Partial<Measurement>): string =>
      comparisonText(compareRuns(separateSides([side('a', {})], [side('b', row)])), 'plain');
    const invalid = text({ validity: 'invalid', validityReasons: ['other programs ran'] });
    expect(invalid).toMatch(/open-loop add service-time p99 .*invalid/);
    expect(invalid).toContain('other programs ran');
    expect(text({ placement: 'pinned' })).toMatch(/service-time p99 .*incomparable/);
    expect(text({})).toContain('1 details (service times');
    const everywhere = (name: string, placement: string) =>
      rows(name, [
        {
          rows: [
            { operation: 'all', placement },
            { ...detail, placement },
          ],
        },
      ]);
    const moved = comparisonText(
      compareRuns(separateSides([everywhere('a', 'shared')], [everywhere('b', 'pinned')])),
      'plain',
    );
    expect(moved.match(/the placement differs/g)).toHaveLength(1);
    expect(moved).not.toMatch(/service-time p99 .*incomparable\s*$/m);
    expect(moved).toContain('open-loop all latency p99, open-loop add service-time p99');
  });

  test('is a Markdown table that no name or reason can break', () => {
    const text = comparisonMarkdown(conformance('fail'));
    const lines = text.split('\n');
    const table = lines.filter((line) => line.startsWith('|'));
    expect(table).toHaveLength(3);
    expect(table.every((line) => line.split(/(?<!\\)\|/).length === 8)).toBe(true);
    expect(text).not.toContain('<b>');
    expect(text).toContain('a \\| pipe');
  });
});
