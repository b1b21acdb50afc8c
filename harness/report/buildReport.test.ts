import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createValidator } from '../contract/createValidator.ts';
import { packageRoot } from '../contract/packageRoot.ts';
import type { RunEvent } from '../run/event.ts';
import { buildReport, deriveVerdict } from './buildReport.ts';
import { exitCodeOf } from './exitCode.ts';
import { ended, failure, judged, measurement, requirement, started } from './fixtures.ts';

function headlineOf(events: RunEvent[]): string {
  return buildReport(events).summary.headline;
}

const two = [requirement('TAL-SUM-01'), requirement('TAL-KEEP-01')];

describe('the verdict of a requirement', () => {
  test.each([
    [['pass', 'fail', 'could-not-run'], 'fail'],
    [['pass', 'could-not-run', 'not-applicable'], 'could-not-run'],
    [['pass', 'not-applicable'], 'not-applicable'],
    [['pass', 'excluded'], 'pass'],
    [['excluded', 'excluded'], 'excluded'],
    [['pass', 'warn'], 'warn'],
  ] as const)('of clauses %j is %s', (verdicts, expected) => {
    expect(deriveVerdict(verdicts)).toBe(expected);
  });
});

describe('a report', () => {
  test('says conformant only when every core MUST was judged and passes', () => {
    const events = [started({ requirements: two }), judged('TAL-SUM-01.a', 'pass')];
    expect(headlineOf([...events, judged('TAL-KEEP-01.a', 'pass'), ended])).toMatch(/^conformant/);
    const unjudged = [...events, judged('TAL-KEEP-01.a', 'could-not-run'), ended];
    expect(headlineOf(unjudged)).toMatch(/^not shown to be conformant.*TAL-KEEP-01/);
    expect(exitCodeOf(buildReport(unjudged), 'reported')).toBe(6);
  });

  test('says of the clauses that need faults alone that they are not the whole case study', () => {
    const events = [
      started({ verb: 'faults', requirements: [requirement('TAL-SUM-01')] }),
      judged('TAL-SUM-01.a', 'pass'),
      ended,
    ];
    expect(headlineOf(events)).toMatch(/^not the whole case study: 1 of the 1/);
  });

  test('says of a server that was not started here that something was not judged, and exits 0', () => {
    const events = [
      started({ requirements: two, launched: false }),
      judged('TAL-SUM-01.a', 'pass'),
      judged('TAL-KEEP-01.a', 'not-applicable'),
      ended,
    ];
    expect(headlineOf(events)).toMatch(/^not shown to be conformant.*--impl/);
    expect(exitCodeOf(buildReport(events), 'reported')).toBe(0);
  });

  test('of a run that was cut short does not say conformant', () => {
    const report = buildReport([started({ requirements: two }), judged('TAL-SUM-01.a', 'pass')]);
    expect(report.summary.conformance).toBe('partial');
    expect(report.durationMs).toBeNull();
  });

  test('of a part says that it is a part', () => {
    const events = [started({ only: ['TAL-SUM-01'] }), judged('TAL-SUM-01.a', 'pass'), ended];
    expect(headlineOf(events)).toBe(
      'not the whole case study: 1 of the 1 MUST requirements that were judged pass',
    );
  });

  test('counts a failing SHOULD as a warning that changes no exit code', () => {
    const should = requirement('TAL-WATCH-01', { level: 'SHOULD' });
    const report = buildReport([
      started({ requirements: [should] }),
      judged('TAL-WATCH-01.a', 'warn', failure),
      ended,
    ]);
    expect(report.summary.should.warn).toBe(1);
    expect(exitCodeOf(report, 'reported')).toBe(0);
  });

  test('is valid against its published schema, with every part filled', () => {
    const schema = readFileSync(join(packageRoot, 'spec/schema/report.schema.json'), 'utf8');
    const validate = createValidator('all').compile(JSON.parse(schema));
    const report = buildReport([
      started({
        knownFailures: [{ clause: 'TAL-SUM-01.a', reason: 'soon', expires: '2026-12-31' }],
      }),
      { kind: 'smoke', line: { name: 'add', outcome: 'wired', sentence: 'answered' } },
      judged('TAL-SUM-01.a', 'fail', failure),
      { kind: 'measurement', measurement: measurement() },
      { kind: 'target', target: { id: 'T', verdict: 'met', value: 1, reason: 'measured' } },
      { kind: 'note', message: 'a note' },
      ended,
    ]);
    validate(JSON.parse(JSON.stringify(report)));
    expect(validate.errors).toBeNull();
  });
});

describe('a known failure', () => {
  const known = (expires: string) => [{ clause: 'TAL-SUM-01.a', reason: 'being mended', expires }];

  test('that fails does not change the exit code', () => {
    const report = buildReport([
      started({ knownFailures: known('2026-03-01') }),
      judged('TAL-SUM-01.a', 'fail', failure),
      ended,
    ]);
    expect(exitCodeOf(report, 'reported')).toBe(0);
    expect(report.summary.headline).toMatch(/^not conformant.*known/);
  });

  test('that has expired fails the run', () => {
    const report = buildReport([
      started({ knownFailures: known('2026-02-28') }),
      judged('TAL-SUM-01.a', 'fail', failure),
      ended,
    ]);
    expect(exitCodeOf(report, 'reported')).toBe(1);
    expect(report.summary.knownFailureProblems[0]).toContain('expired on 2026-02-28');
  });

  test('that passes fails the run', () => {
    const report = buildReport([
      started({ knownFailures: known('2026-12-31') }),
      judged('TAL-SUM-01.a', 'pass'),
      ended,
    ]);
    expect(exitCodeOf(report, 'reported')).toBe(1);
    expect(report.summary.knownFailureProblems[0]).toContain('remove the entry');
  });
});

describe('the exit code', () => {
  const passing = [started(), judged('TAL-SUM-01.a', 'pass'), ended];
  const missed: RunEvent = {
    kind: 'target',
    target: { id: 'T', verdict: 'missed', value: 9, reason: 'slow' },
  };
  const invalid: RunEvent = {
    kind: 'measurement',
    measurement: measurement({ validity: 'invalid', validityReasons: ['noise'] }),
  };

  test('is 7 for a missed target only where targets are required', () => {
    expect(exitCodeOf(buildReport([...passing, missed]), 'required')).toBe(7);
    expect(exitCodeOf(buildReport([...passing, missed]), 'reported')).toBe(0);
  });

  test('is 4 for an invalid measurement, after a missed target', () => {
    expect(exitCodeOf(buildReport([...passing, invalid]), 'required')).toBe(4);
    expect(exitCodeOf(buildReport([...passing, invalid, missed]), 'required')).toBe(7);
  });

  test('is 1 for a failing MUST whatever else happened', () => {
    const events = [
      started({ requirements: two }),
      judged('TAL-SUM-01.a', 'fail', failure),
      judged('TAL-KEEP-01.a', 'could-not-run'),
      missed,
      ended,
    ];
    expect(exitCodeOf(buildReport(events), 'required')).toBe(1);
  });

  test('is 1 for an operation that smoke finds broken', () => {
    const line = { name: 'add', outcome: 'broken', sentence: 'no' } as const;
    expect(
      exitCodeOf(
        buildReport([started({ requirements: [] }), { kind: 'smoke', line }, ended]),
        'reported',
      ),
    ).toBe(1);
  });
});
