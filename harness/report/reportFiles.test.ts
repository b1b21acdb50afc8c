import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { createValidator } from '../contract/createValidator.ts';
import { packageRoot } from '../contract/packageRoot.ts';
import { buildReport } from './buildReport.ts';
import { ended, failure, judged, measurement, requirement, started } from './fixtures.ts';
import { junitXml } from './junitXml.ts';
import { measurementsCsv } from './measurementsCsv.ts';
import { requirementsCsv } from './requirementsCsv.ts';
import { openRunRecord, readEvents } from './runRecord.ts';
import { terminalSummary } from './terminalSummary.ts';

const report = buildReport([
  started({ requirements: [requirement('TAL-SUM-01'), requirement('TAL-KEEP-01')] }),
  judged('TAL-SUM-01.a', 'fail', failure),
  judged('TAL-KEEP-01.a', 'could-not-run', { reason: 'nothing, "listened"\nthere' }),
  { kind: 'measurement', measurement: measurement() },
  ended,
]);

describe('measurements.csv', () => {
  test('has exactly the columns that its schema describes, in that order, with valid values', () => {
    const text = readFileSync(join(packageRoot, 'spec/schema/results.schema.json'), 'utf8');
    const schema = JSON.parse(text) as { properties: Record<string, { type?: string }> };
    const rows = parse(measurementsCsv(report)) as string[][];
    expect(rows[0]).toEqual(Object.keys(schema.properties));
    const cells = Object.entries(schema.properties).map(([name, type], index) => {
      const cell = rows[1]![index]!;
      const isText = type.type === 'string' || 'enum' in type || /_id|_sha|_ref/.test(name);
      return [name, cell === '' && !isText ? null : isText ? cell : Number(cell)];
    });
    const validate = createValidator('all').compile(schema);
    validate(Object.fromEntries(cells));
    expect(validate.errors).toBeNull();
  });
});

describe('requirements.csv', () => {
  test('has one row a clause, whatever stands in a reason', () => {
    const rows = parse(requirementsCsv(report), { columns: true }) as Record<string, string>[];
    expect(rows.map(({ clause, verdict }) => `${clause} ${verdict}`)).toEqual([
      'TAL-SUM-01.a fail',
      'TAL-KEEP-01.a could-not-run',
    ]);
    expect(rows[1]!['reason']).toBe('nothing, "listened"\nthere');
  });
});

describe('junit.xml', () => {
  test('is XML also when an implementation answers control characters, with the replay command', () => {
    const xml = junitXml(report);
    const parser = new XMLParser({ ignoreAttributes: false });
    const { testsuites } = parser.parse(xml) as {
      testsuites: { '@_failures': string; '@_errors': string };
    };
    expect(testsuites['@_failures']).toBe('1');
    expect(testsuites['@_errors']).toBe('1');
    expect(xml).toContain('npx casemark check tally --impl mine --only TAL-SUM-01.a --seed 7');
    // eslint-disable-next-line no-control-regex -- it must not be there
    expect(xml).not.toMatch(/\u0007/);
  });
});

describe('the terminal summary', () => {
  test('shows the sentence, the conversation, what was expected, and the command that replays it', () => {
    const text = terminalSummary(report, 'plain');
    for (const words of [
      'TAL-SUM-01.a',
      'It holds.',
      'expected  3',
      'actual    4',
      's1 add',
      'npx casemark check',
    ]) {
      expect(text).toContain(words);
    }
    // eslint-disable-next-line no-control-regex -- no colour when it is plain
    expect(text).not.toMatch(/\u001b/);
  });

  test('leaves the upper end of an interval open that has none', () => {
    const open = measurement({ operation: 'open', ciHigh: null });
    const events = [started(), { kind: 'measurement', measurement: open } as const, ended];
    const row = terminalSummary(buildReport(events), 'plain')
      .split('\n')
      .find((line) => line.includes(' open '));
    expect(row).toMatch(/ 300\.\. /);
  });
});

describe('the record of a run', () => {
  test('can be read when a crash cut its last line short', () => {
    const out = mkdtempSync(join(tmpdir(), 'casemark-record-'));
    try {
      const record = openRunRecord(out);
      record.event(started());
      record.event(judged('TAL-SUM-01.a', 'pass'));
      record.close();
      const file = join(out, 'events.ndjson');
      writeFileSync(file, `${readFileSync(file, 'utf8')}{"kind":"run-en`);
      expect(readEvents(out).map(({ kind }) => kind)).toEqual(['run-started', 'clause-judged']);
    } finally {
      rmSync(out, { recursive: true });
    }
  });
});
