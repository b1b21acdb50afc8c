/** ctrf.json: Common Test Report Format (ctrf.io, specification 1.0.0), a test a clause. */
import type { Report, ReportedClause } from '../report.ts';
import { clauseRows } from './clauseRows.ts';
import { json } from './json.ts';

const SPEC_VERSION = '1.0.0';

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';

export function ctrf(report: Report): string {
  const rows = clauseRows(report);
  const tests = rows.map(({ ref, requirement, clause, message, evidence }) => ({
    name: `${ref} ${clause.statement}`,
    status: statusOf(clause),
    rawStatus: clause.verdict,
    duration: Math.round(clause.durationMs),
    suite: [report.case.id, `${requirement.id} ${requirement.title}`],
    tags: [requirement.level, requirement.tier, ...requirement.patterns],
    ...(message !== '' && { message }),
    ...(evidence !== '' && { trace: evidence }),
  }));
  const start = Date.parse(report.startedUtc);
  const count = (status: Status): number => tests.filter((test) => test.status === status).length;
  const { name, version } = report.implementation;
  return json({
    reportFormat: 'CTRF',
    specVersion: SPEC_VERSION,
    reportId: report.runId,
    timestamp: report.startedUtc,
    generatedBy: `casemark ${report.suiteVersion}`,
    results: {
      tool: { name: 'casemark', version: report.suiteVersion },
      summary: {
        tests: tests.length,
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        pending: count('pending'),
        other: count('other'),
        suites: report.requirements.length,
        start,
        stop: start + (report.durationMs ?? 0),
      },
      tests,
      environment: {
        appName: name,
        appVersion: version,
        osPlatform: report.environment.os,
        ...(report.gitSha !== null && { commit: report.gitSha }),
        extra: { case: report.case.id, caseVersion: report.case.specVersion, seed: report.seed },
      },
    },
  });
}

/** `other` is what is neither: no evidence is no pass, and a SHOULD that does not hold fails nothing. */
function statusOf({ verdict, known }: ReportedClause): Status {
  switch (verdict) {
    case 'pass':
      return 'passed';
    case 'fail':
      return known ? 'skipped' : 'failed';
    case 'warn':
    case 'could-not-run':
      return 'other';
    case 'not-applicable':
    case 'excluded':
      return 'skipped';
  }
}
