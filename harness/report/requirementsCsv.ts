/** requirements.csv: one row a clause. */
import { stringify } from 'csv-stringify/sync';
import type { Report } from './report.ts';

export function requirementsCsv(report: Report): string {
  const rows = report.requirements.flatMap((requirement) =>
    requirement.clauses.map((clause) => ({
      case: report.case.id,
      implementation: report.implementation.name,
      requirement: requirement.id,
      level: requirement.level,
      tier: requirement.tier,
      title: requirement.title,
      requirement_verdict: requirement.verdict,
      clause: `${requirement.id}.${clause.key}`,
      statement: clause.statement,
      verdict: clause.verdict,
      known: clause.known?.reason ?? '',
      hits: Object.entries(clause.hits)
        .map(([name, times]) => `${name}=${times}`)
        .join(' '),
      reason: clause.reason ?? '',
      duration_ms: clause.durationMs,
      seed: report.seed,
    })),
  );
  return stringify(rows, { header: true, columns: COLUMNS });
}

const COLUMNS = [
  'case',
  'implementation',
  'requirement',
  'level',
  'tier',
  'title',
  'requirement_verdict',
  'clause',
  'statement',
  'verdict',
  'known',
  'hits',
  'reason',
  'duration_ms',
  'seed',
];
