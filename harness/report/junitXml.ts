/** junit.xml: a test suite a requirement, a test case a clause, as CI servers show them. */
import { create } from 'xmlbuilder2';
import type { Report, ReportedClause, ReportedRequirement } from './report.ts';
import { conversationText } from './conversationText.ts';

type Element = ReturnType<typeof create>;

export function junitXml(report: Report): string {
  const clauses = report.requirements.flatMap((requirement) => requirement.clauses);
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', {
    name: `casemark ${report.case.id} ${report.implementation.name}`,
    tests: clauses.length,
    ...tally(clauses),
    time: seconds(report.durationMs ?? 0),
  });
  for (const requirement of report.requirements) addSuite(root, requirement, report);
  return root.end({ prettyPrint: true });
}

function addSuite(root: Element, requirement: ReportedRequirement, report: Report): void {
  const { clauses } = requirement;
  const suite = root.ele('testsuite', {
    name: `${requirement.id} ${printable(requirement.title)}`,
    tests: clauses.length,
    ...tally(clauses),
    time: seconds(clauses.reduce((sum, { durationMs }) => sum + durationMs, 0)),
    timestamp: report.startedUtc.replace('Z', ''),
  });
  for (const clause of clauses) {
    const test = suite.ele('testcase', {
      classname: `${report.case.id}.${requirement.id}`,
      name: `${requirement.id}.${clause.key} ${printable(clause.statement)}`,
      time: seconds(clause.durationMs),
    });
    addResult(test, clause);
  }
}

/** JUnit knows failed, error and skipped: no evidence is an error, never a success. */
function addResult(test: Element, clause: ReportedClause): void {
  const reason = printable(clause.reason ?? '');
  switch (clause.verdict) {
    case 'pass':
      return;
    case 'fail':
      if (clause.known)
        return void test.ele('skipped', {
          message: `known failure: ${printable(clause.known.reason)}`,
        });
      return void test
        .ele('failure', { message: reason, type: 'violation' })
        .txt(printable(clause.counterexample ? conversationText(clause.counterexample) : reason));
    case 'could-not-run':
      return void test.ele('error', { message: reason, type: 'could-not-run' });
    case 'warn':
    case 'not-applicable':
    case 'excluded':
      return void test.ele('skipped', { message: `${clause.verdict}: ${reason}` });
  }
}

function tally(clauses: readonly ReportedClause[]): Record<string, number> {
  const failures = clauses.filter(({ verdict, known }) => verdict === 'fail' && !known).length;
  const errors = clauses.filter(({ verdict }) => verdict === 'could-not-run').length;
  const passed = clauses.filter(({ verdict }) => verdict === 'pass').length;
  return { failures, errors, skipped: clauses.length - failures - errors - passed };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** XML 1.0 has no place for control characters, and an implementation may answer with any. */
function printable(text: string): string {
  return text.toWellFormed().replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '\ufffd');
}
