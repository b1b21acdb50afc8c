/** summary.md: what a GitHub job shows below its steps. It has the sentence, what failed, the targets, and nothing that is as it should be. */
import type { Measurement } from '../measurement.ts';
import type { Report } from '../report.ts';
import { clauseRows } from './clauseRows.ts';
import { escapeMarkdown, markdownTable } from './markdownTable.ts';

/** GitHub takes 1 MiB a step and cuts nothing by itself; requirements.csv has all of them. */
const MAX_ROWS = 50;
const MAX_REASON_CHARS = 300;

export function jobSummary(report: Report): string {
  const { name, version } = report.implementation;
  const { headline, knownFailureProblems } = report.summary;
  return `${[
    `## casemark ${escapeMarkdown(report.case.id)}: ${escapeMarkdown(headline)}`,
    escapeMarkdown(
      `${name} ${version}${report.gitSha === null ? '' : ` at ${report.gitSha.slice(0, 8)}`}, seed ${report.seed}`,
    ),
    countTable(report),
    clauseTable(report),
    targetTable(report),
    validity(report.measurements),
    [...knownFailureProblems, ...report.notes]
      .map((note) => `- ${escapeMarkdown(note)}`)
      .join('\n'),
  ]
    .filter((section) => section !== '')
    .join('\n\n')}\n`;
}

function countTable({ requirements, summary: { must, should } }: Report): string {
  if (requirements.length === 0) return '';
  const row = (level: string, counts: typeof must): string[] => [
    level,
    ...[
      counts.pass,
      counts.fail + counts.warn,
      counts.couldNotRun,
      counts.notApplicable,
      counts.excluded,
    ].map(String),
  ];
  return markdownTable(
    ['requirements', 'pass', 'fail', 'could not run', 'not applicable', 'excluded'],
    [row('MUST', must), row('SHOULD', should)],
  );
}

function clauseTable(report: Report): string {
  const told = clauseRows(report).filter(({ clause }) =>
    ['fail', 'warn', 'could-not-run'].includes(clause.verdict),
  );
  if (told.length === 0) return '';
  const rows = told
    .slice(0, MAX_ROWS)
    .map(({ ref, clause, message }) => [
      ref,
      clause.verdict,
      clause.statement,
      message.slice(0, MAX_REASON_CHARS),
    ]);
  const others = told.length - rows.length;
  return [
    markdownTable(['clause', 'verdict', 'statement', 'what was found'], rows),
    ...(others > 0 ? [`${others} others are in requirements.csv.`] : []),
  ].join('\n\n');
}

function targetTable({ targets }: Report): string {
  if (targets.length === 0) return '';
  return markdownTable(
    ['target', 'verdict', 'what was measured'],
    targets.map(({ id, verdict, reason }) => [id, verdict, reason]),
  );
}

function validity(measurements: readonly Measurement[]): string {
  const reasons = new Set(
    measurements.filter((row) => row.validity === 'invalid').flatMap((row) => row.validityReasons),
  );
  if (reasons.size === 0) return '';
  return `**A measurement is invalid:** ${escapeMarkdown([...reasons].join('; '))}`;
}
