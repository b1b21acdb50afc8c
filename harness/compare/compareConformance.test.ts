import { describe, expect, test } from 'vitest';
import { buildReport } from '../report/buildReport.ts';
import { ended, judged, requirement, started } from '../report/fixtures.ts';
import type { Report } from '../report/report.ts';
import type { Requirement } from '../contract/caseStudy.ts';
import type { RunStarted, Verdict } from '../run/event.ts';
import { compareConformance } from './compareConformance.ts';
import type { ConformanceComparison } from './comparison.ts';

function reportOf(
  verdicts: Readonly<Record<string, Verdict>>,
  more: Partial<RunStarted> = {},
  of: (id: string) => Requirement = requirement,
): Report {
  return buildReport([
    started({ requirements: Object.keys(verdicts).map(of), ...more }),
    ...Object.entries(verdicts).map(([id, verdict]) => judged(`${id}.a`, verdict)),
    ended,
  ]);
}

function compare(before: Report, after: Report): ConformanceComparison {
  return compareConformance({ file: 'a.json', report: before }, { file: 'b.json', report: after });
}

const changes = ({ clauses }: ConformanceComparison): string[] =>
  clauses.map(({ clause, change }) => `${clause} ${change}`);
const otherSpec = {
  case: { id: 'tally', title: 'Tally', specVersion: '2.0.0', sha256: 'b'.repeat(64) },
};

describe('two reports', () => {
  test('tell what regressed, what was fixed, and what stayed', () => {
    const comparison = compare(
      reportOf({ R1: 'pass', R2: 'fail', R3: 'pass', R4: 'fail' }),
      reportOf({ R1: 'fail', R2: 'pass', R3: 'pass', R4: 'fail' }),
    );
    expect(changes(comparison)).toEqual(['R1.a regressed', 'R2.a fixed', 'R3.a same', 'R4.a same']);
    expect(comparison.exitCode).toBe(1);
    expect(comparison.headline).toBe('4 clauses: 1 regressed, 1 fixed, 2 same (R1.a)');
  });

  test('do not fail a build by what failed before, by a SHOULD, or by a failure that is known', () => {
    expect(compare(reportOf({ R1: 'fail' }), reportOf({ R1: 'fail' })).exitCode).toBe(0);
    const should = (id: string) => requirement(id, { level: 'SHOULD' });
    const softened = compare(
      reportOf({ R1: 'pass' }, {}, should),
      reportOf({ R1: 'warn' }, {}, should),
    );
    expect(changes(softened)).toEqual(['R1.a regressed']);
    expect(softened.exitCode).toBe(0);
    const knownFailures = [{ clause: 'R1.a', reason: 'later', expires: '2027-01-01' }];
    const known = compare(reportOf({ R1: 'pass' }), reportOf({ R1: 'fail' }, { knownFailures }));
    expect(changes(known)).toEqual(['R1.a regressed']);
    expect(known.exitCode).toBe(0);
  });

  test('count a failure of what could not be judged before, and a core clause that no longer is', () => {
    const failing = compare(reportOf({ R1: 'could-not-run' }), reportOf({ R1: 'fail' }));
    expect(failing.exitCode).toBe(1);
    const lost = compare(reportOf({ R1: 'pass' }), reportOf({ R1: 'could-not-run' }));
    expect(changes(lost)).toEqual(['R1.a not-judged']);
    expect(lost.exitCode).toBe(6);
    const notAsked = compare(reportOf({ R1: 'pass', R2: 'pass' }), reportOf({ R1: 'pass' }));
    expect(changes(notAsked)).toEqual(['R1.a same', 'R2.a not-judged']);
    expect(notAsked.exitCode).toBe(6);
  });

  test('of which the candidate asked for a part only do not count the rest as removed', () => {
    const before = reportOf({ R1: 'pass', R2: 'pass' });
    const partial = compare(before, reportOf({ R1: 'pass' }, { ...otherSpec, only: ['R1'] }));
    expect(changes(partial)).toEqual(['R1.a same', 'R2.a not-judged']);
    expect(partial.exitCode).toBe(6);
    const failing = compare(before, reportOf({ R1: 'fail' }, { ...otherSpec, only: ['R1'] }));
    expect(changes(failing)).toEqual(['R1.a regressed', 'R2.a not-judged']);
    const faults = compare(before, reportOf({ R1: 'pass' }, { ...otherSpec, verb: 'faults' }));
    expect(changes(faults)).toEqual(['R1.a same', 'R2.a not-judged']);
  });

  test('of a changed case study tell added, removed and changed clauses, which are no regressions', () => {
    const reworded = (id: string) =>
      requirement(id, {
        clauses: [{ key: 'a', statement: `${id} is new.`, freedoms: [], check: 'x', hits: {} }],
      });
    const comparison = compare(
      reportOf({ R1: 'pass', R2: 'pass' }),
      reportOf({ R2: 'fail', R3: 'fail' }, otherSpec, reworded),
    );
    expect(changes(comparison)).toEqual(['R1.a removed', 'R2.a changed', 'R3.a added']);
    expect(comparison.exitCode).toBe(0);
    expect(comparison.notes[0]).toContain('1.0.0, 2.0.0');
  });
});
