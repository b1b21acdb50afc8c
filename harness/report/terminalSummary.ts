/** The report for somebody who reads it in a terminal: what failed and how to see it again, a table, one sentence. */
import Table from 'cli-table3';
import pc from 'picocolors';
import type { Verdict } from '../run/event.ts';
import { campaignText } from './campaignText.ts';
import { conversationText } from './conversationText.ts';
import type { Report, ReportedClause, ReportedRequirement } from './report.ts';

type Colours = ReturnType<typeof pc.createColors>;

/** What fits beside the other columns in an ordinary window. */
const TITLE_COLUMNS = 60;

/** @param colour whether the reader is a terminal */
export function terminalSummary(report: Report, colour: 'colour' | 'plain'): string {
  const colours = pc.createColors(colour === 'colour');
  return [
    smokeSection(report, colours),
    failureSection(report, colours),
    unjudgedSection(report, colours),
    requirementTable(report, colours),
    measurementTable(report, colours),
    report.campaign ? campaignText(report.campaign) : '',
    report.notes.map((note) => `note: ${note}`).join('\n'),
    ...report.summary.knownFailureProblems.map((problem) => colours.red(problem)),
    headline(report, colours),
  ]
    .filter((section) => section !== '')
    .join('\n\n');
}

function smokeSection({ smoke }: Report, colours: Colours): string {
  const paint = {
    wired: colours.green,
    broken: colours.red,
    'not-offered': colours.dim,
    skipped: colours.yellow,
  };
  return smoke
    .map(
      ({ name, outcome, sentence }) => `${paint[outcome](outcome.padEnd(11))} ${name}: ${sentence}`,
    )
    .join('\n');
}

function failureSection({ requirements }: Report, colours: Colours): string {
  const failing = clausesWith(requirements, ['fail', 'warn']);
  return failing
    .map(({ requirement, clause }) => {
      const known = clause.known
        ? ` (known until ${clause.known.expires}: ${clause.known.reason})`
        : '';
      const verdict = paintVerdict(clause.verdict, colours);
      const heading = `${verdict} ${requirement.id}.${clause.key} ${requirement.title}${known}`;
      const found = clause.counterexample
        ? conversationText(clause.counterexample)
        : (clause.reason ?? '');
      return [heading, `  ${clause.statement}`, found.replace(/^/gm, '  ')].join('\n');
    })
    .join('\n\n');
}

/** Clauses that could not be judged, by reason: a server that does not start is said once, not eighty times. */
function unjudgedSection({ requirements }: Report, colours: Colours): string {
  const byReason = new Map<string, string[]>();
  for (const { requirement, clause } of clausesWith(requirements, [
    'could-not-run',
    'not-applicable',
  ])) {
    const key = `${paintVerdict(clause.verdict, colours)} ${clause.reason ?? ''}`;
    byReason.set(key, [...(byReason.get(key) ?? []), `${requirement.id}.${clause.key}`]);
  }
  return [...byReason].map(([reason, refs]) => `${reason}\n  ${refs.join(', ')}`).join('\n');
}

function clausesWith(
  requirements: readonly ReportedRequirement[],
  verdicts: readonly Verdict[],
): { requirement: ReportedRequirement; clause: ReportedClause }[] {
  return requirements.flatMap((requirement) =>
    requirement.clauses
      .filter(({ verdict }) => verdicts.includes(verdict))
      .map((clause) => ({ requirement, clause })),
  );
}

function requirementTable({ requirements }: Report, colours: Colours): string {
  if (requirements.length === 0) return '';
  const table = new Table({
    head: ['requirement', 'level', 'verdict', 'clauses', 'title'],
    ...PLAIN,
  });
  for (const { id, level, verdict, clauses, title } of requirements) {
    const passed = clauses.filter((clause) => clause.verdict === 'pass').length;
    const judged = clauses.filter((clause) => clause.verdict !== 'excluded').length;
    const short = title.slice(0, TITLE_COLUMNS);
    table.push([id, level, paintVerdict(verdict, colours), `${passed}/${judged}`, short]);
  }
  return table.toString();
}

function measurementTable({ measurements, targets }: Report, colours: Colours): string {
  const parts: string[] = [];
  if (measurements.length > 0) {
    const head = ['scenario', 'operation', 'metric', 'value', '95 % interval', 'n', 'validity'];
    const table = new Table({ head, ...PLAIN });
    for (const row of measurements) {
      if (row.value === null) continue;
      const metric = row.percentile === null ? row.metric : `${row.metric} p${row.percentile}`;
      // Without an upper end nothing larger was tried, or too little was measured to say.
      const high = row.ciHigh === null ? '' : round(row.ciHigh);
      const interval = row.ciLow === null ? '' : `${round(row.ciLow)}..${high}`;
      const value = `${round(row.value)} ${row.unit}`;
      table.push([row.scenario, row.operation, metric, value, interval, row.n, row.validity]);
    }
    parts.push(table.toString());
  }
  for (const { id, verdict, reason } of targets) {
    const paint =
      verdict === 'met' ? colours.green : verdict === 'missed' ? colours.red : colours.yellow;
    parts.push(`${paint(verdict.padEnd(9))} ${id}: ${reason}`);
  }
  return parts.join('\n');
}

function headline(report: Report, colours: Colours): string {
  const { conformance, headline } = report.summary;
  const paint = {
    conformant: colours.green,
    'not-conformant': colours.red,
    'not-shown': colours.yellow,
    partial: colours.bold,
  }[conformance];
  const { name, version } = report.implementation;
  const took =
    report.durationMs === null ? 'cut short' : `${(report.durationMs / 1000).toFixed(1)} s`;
  return `${report.case.id} ${report.case.specVersion}, ${name} ${version} by ${report.binding}, seed ${report.seed}, ${took}\n${paint(headline)}`;
}

function paintVerdict(verdict: Verdict, colours: Colours): string {
  switch (verdict) {
    case 'pass':
      return colours.green(verdict);
    case 'fail':
      return colours.red(verdict);
    case 'warn':
    case 'could-not-run':
      return colours.yellow(verdict);
    case 'not-applicable':
    case 'excluded':
      return colours.dim(verdict);
  }
}

function round(value: number): string {
  return Number(value.toPrecision(4)).toString();
}

/** No lines between the rows: what is looked for are words. */
export const PLAIN = {
  chars: {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: '  ',
  },
  style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
};
