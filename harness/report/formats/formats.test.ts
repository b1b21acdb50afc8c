import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { validate } from 'ctrf';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { createValidator } from '../../contract/createValidator.ts';
import { packageRoot } from '../../contract/packageRoot.ts';
import { buildReport } from '../buildReport.ts';
import { ended, failure, judged, measurement, requirement, started } from '../fixtures.ts';
import type { Report } from '../report.ts';
import { annotations } from './annotations.ts';
import { badgeJson, badgeSvg } from './badge.ts';
import { bencher } from './bencher.ts';
import { benchmarkAction } from './benchmarkAction.ts';
import { ctrf } from './ctrf.ts';
import * as facts from './formatFacts.ts';
import { jobSummary } from './jobSummary.ts';
import { openMetrics } from './openMetrics.ts';
import { otavaCsv } from './otavaCsv.ts';
import { runFigures } from './runFigures.ts';
import { sarif } from './sarif.ts';
import { readSpecLines, specLines } from './specLines.ts';

const VERDICTS = [
  'pass',
  'fail',
  'fail',
  'warn',
  'could-not-run',
  'not-applicable',
  'excluded',
] as const;
const ids = VERDICTS.map((_, index) => `TAL-SUM-0${index + 1}`);

/** A clause of each verdict, one of them known; a measured, a repeated, a declared and an invalid figure. */
const report: Report = buildReport([
  started({
    gitSha: 'c'.repeat(40),
    implementation: { name: 'mi"ne\\', version: '2', language: 'go', source: 'mine/casemark.json' },
    requirements: ids.map((id) => requirement(id)),
    knownFailures: [{ clause: 'TAL-SUM-03.a', reason: 'later', expires: '2027-01-01' }],
  }),
  ...VERDICTS.map((verdict, index) =>
    judged(
      `${ids[index]!}.a`,
      verdict,
      verdict === 'pass' ? {} : { ...failure, reason: 'so: 5 % | <b>,\nand more' },
    ),
  ),
  ...[
    measurement(),
    ...[10, 30, 20].map((value) =>
      measurement({
        operation: 'all',
        metric: 'throughput',
        percentile: null,
        unit: 'ops/s',
        direction: 'higher-is-better',
        value,
      }),
    ),
    measurement({ metric: 'declared-thing', verdict: 'declared' }),
    measurement({
      metric: 'invalid-thing',
      validity: 'invalid',
      validityReasons: ['other programs ran'],
    }),
    measurement({ metric: 'absent', value: null }),
    measurement({ operation: 'all', metric: 'usl-sigma', percentile: null, unit: '', value: 0.1 }),
  ].map((each) => ({ kind: 'measurement' as const, measurement: each })),
  {
    kind: 'target',
    target: { id: 'TAL-T-ADD', verdict: 'met', value: 321, reason: '321 us | 5000' },
  },
  { kind: 'note', message: 'a note' },
  ended,
]);

const REQUIREMENTS = `{ "requirements": [
  { "id": "TAL-SUM-01", "clauses": [{ "key": "a" }] },
  { "id": "TAL-SUM-02",
    "clauses": [
      { "key": "b" },
      { "key": "a" } ] },
  { "id": "TAL-SUM-03", "clauses": [{
      "key": "a" }] }
] }`;
const placeOf = specLines('tally', REQUIREMENTS);

function errorsOf(schema: object, text: string): unknown {
  const validate = createValidator('all').compile(schema);
  validate(JSON.parse(text));
  return validate.errors;
}

describe('each format keeps to what its source demands', () => {
  test.each([
    ['CTRF', facts.CTRF, () => ctrf(report)],
    ['SARIF', facts.SARIF, () => sarif(report, placeOf)],
    [
      'github-action-benchmark',
      facts.BENCHMARK_ACTION,
      () => benchmarkAction(report, 'lower-is-better'),
    ],
    ['Bencher', facts.BENCHER, () => bencher(report)],
    ['shields.io', facts.SHIELDS, () => badgeJson(report)],
  ])('%s', (_, schema, write) => {
    expect(errorsOf(schema, write())).toBeNull();
  });

  test('CTRF, as its own package reads it', () => {
    expect(validate(JSON.parse(ctrf(report)))).toEqual({ valid: true, errors: [] });
    const broken = JSON.parse(ctrf(report)) as { results: { tests: object[] } };
    broken.results.tests.push({ name: 'without a status' });
    expect(validate(broken).valid).toBe(false);
  });

  test('OpenMetrics', () => {
    const lines = openMetrics(report).split('\n');
    expect(lines.splice(-2)).toEqual(['# EOF', '']);
    const families: string[] = [];
    for (const line of lines) {
      const [, kind, family, rest] = facts.OPEN_METRICS.metadata.exec(line) ?? [];
      if (kind === 'TYPE') families.push(family!);
      if (kind === 'UNIT') expect(family).toMatch(new RegExp(`_${rest}$`));
      const name = family ?? facts.OPEN_METRICS.sample.exec(line)?.[1];
      // A family's samples stand together, and those of `info` end with _info.
      expect([families.at(-1), `${families.at(-1)}_info`], line).toContain(name);
    }
    expect(new Set(families).size).toBe(families.length);
    expect(families).toContain('casemark_throughput_ops_per_s');
  });

  test('a wide table with a time, for Apache Otava', () => {
    const [row, ...others] = parse(otavaCsv(report), { columns: true }) as Record<string, string>[];
    expect(others).toEqual([]);
    expect(row).toEqual({
      ...{ time: '2026-03-01T12:00:00.000Z', commit: 'c'.repeat(40), version: '2' },
      ...{ open_loop_add_latency_p99: '321', open_loop_all_throughput: '20' },
      open_loop_all_usl_sigma: '0.1',
    });
  });
});

describe('what the formats say', () => {
  test('of a clause: no evidence is no pass, and a known failure fails nothing', () => {
    const { results } = JSON.parse(ctrf(report)) as {
      results: { summary: object; tests: { status: string }[] };
    };
    expect(results.tests.map(({ status }) => status)).toEqual([
      ...['passed', 'failed', 'skipped', 'other', 'other', 'skipped', 'skipped'],
    ]);
    expect(results.summary).toMatchObject({ tests: 7, passed: 1, failed: 1, skipped: 3, other: 2 });
  });

  test('of a clause that fails: its line in the spec, how bad it is, and whether it is known', () => {
    type Result = {
      level: string;
      suppressions?: unknown[];
      locations: { physicalLocation: { region: { startLine: number } } }[];
    };
    const { runs } = JSON.parse(sarif(report, placeOf)) as { runs: { results: Result[] }[] };
    const told = runs[0]!.results.map(({ level, suppressions, locations }) => [
      level,
      suppressions?.length ?? 0,
      locations[0]!.physicalLocation.region.startLine,
    ]);
    expect(told).toEqual([
      ['error', 0, 6],
      ['error', 1, 8],
      ['warning', 0, 1],
      ['note', 0, 1],
    ]);
  });

  test('to GitHub’s runner: one command a line, whatever stands in a reason', () => {
    const lines = annotations(report, placeOf).trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      '::error',
      '::notice',
      '::warning',
      '::warning',
    ]);
    expect(lines[0]).toContain(
      'file=spec/tally/requirements.json,line=6,title=TAL-SUM-02.a fail::It holds.%0Aso: 5 %25 |',
    );
  });

  test('of figures: measured and valid ones, one a run', () => {
    expect(runFigures(report).map(({ name, value, n }) => [name, value, n])).toEqual([
      ['open-loop add latency p99', 321, 40_000],
      ['open-loop all throughput', 20, 120_000],
      ['open-loop all usl-sigma', 0.1, 40_000],
    ]);
    const bigger = JSON.parse(benchmarkAction(report, 'higher-is-better')) as { name: string }[];
    expect(bigger.map(({ name }) => name)).toEqual(['tally open-loop all throughput']);
    expect(JSON.parse(bencher(report))).toEqual({
      'tally open-loop add': {
        'latency-p99-us': { value: 321, lower_value: 300, upper_value: 350 },
      },
      'tally open-loop all': {
        'throughput-ops-per-s': { value: 20 },
        'usl-sigma': { value: 0.1, lower_value: 300, upper_value: 350 },
      },
    });
  });

  test('in a job summary: tables that no reason can break', () => {
    const text = jobSummary(report);
    const table = text.split('\n').filter((line) => line.startsWith('| TAL-SUM'));
    expect(table).toHaveLength(4);
    expect(table.every((line) => line.split(/(?<!\\)\|/).length === 6)).toBe(true);
    expect(text).not.toContain('<b>');
    for (const words of [
      'not conformant',
      'other programs ran',
      'a note',
      'known until 2027',
      'TAL-T-ADD',
    ]) {
      expect(text).toContain(words);
    }
    const many = started({
      requirements: Array.from({ length: 60 }, (_, index) => requirement(`R${index}`)),
    });
    const failing = Array.from({ length: 60 }, (_, index) => judged(`R${index}.a`, 'fail'));
    expect(jobSummary(buildReport([many, ...failing]))).toContain(
      '10 others are in requirements.csv',
    );
  });

  test('on a badge: the conclusion and a count, as JSON and as an image that is XML', () => {
    expect(JSON.parse(badgeJson(report))).toMatchObject({
      message: 'not conformant 1/5',
      color: 'red',
    });
    const svg = badgeSvg(report);
    const { svg: root } = new XMLParser({ ignoreAttributes: false }).parse(svg) as {
      svg: { title: string };
    };
    expect(root.title).toBe('casemark tally: not conformant 1/5');
  });
});

test('a clause of a case study of casemark is found at its line', () => {
  const { file, line } = readSpecLines('trading')('HFT-MATCH-01.b');
  const lines = readFileSync(join(packageRoot, file), 'utf8').split('\n');
  expect(lines[line - 1]).toContain('"key": "b"');
  expect(lines.slice(0, line).findLast((each) => each.includes('"id"'))).toContain('HFT-MATCH-01');
});
