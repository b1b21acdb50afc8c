/** metrics.txt: OpenMetrics 1.0 (prometheus.io/docs/specs/om), for a textfile collector or a push gateway: so without timestamps. */
import type { Report } from '../report.ts';
import { clauseRows } from './clauseRows.ts';
import { runFigures } from './runFigures.ts';
import type { RunFigure } from './runFigures.ts';

type Labels = Readonly<Record<string, string>>;

export function openMetrics(report: Report): string {
  const of: Labels = { case: report.case.id, implementation: report.implementation.name };
  const families = [
    [
      '# TYPE casemark_run info',
      '# HELP casemark_run What was judged.',
      sample('casemark_run_info', runLabels(report, of), 1),
    ],
    clauseFamily(report, of),
    ...[...Map.groupBy(runFigures(report), familyOf)].map(([name, figures]) =>
      figureFamily(name, figures, of),
    ),
  ];
  return `${families.flat().join('\n')}\n# EOF\n`;
}

function runLabels(report: Report, of: Labels): Labels {
  return {
    ...of,
    version: report.implementation.version,
    git_sha: report.gitSha ?? '',
    case_version: report.case.specVersion,
    suite_version: report.suiteVersion,
    conformance: report.summary.conformance,
  };
}

function clauseFamily(report: Report, of: Labels): string[] {
  const counts = Map.groupBy(
    clauseRows(report),
    ({ requirement, clause }) => `${requirement.level} ${clause.verdict}`,
  );
  return [
    '# TYPE casemark_clauses gauge',
    '# HELP casemark_clauses How many clauses were judged so.',
    ...[...counts].map(([key, rows]) => {
      const [level, verdict] = key.split(' ');
      return sample('casemark_clauses', { ...of, level: level!, verdict: verdict! }, rows.length);
    }),
  ];
}

function figureFamily(name: string, figures: readonly RunFigure[], of: Labels): string[] {
  const [{ metric, unit }] = figures as readonly [RunFigure];
  return [
    `# TYPE ${name} gauge`,
    ...(unit === '' ? [] : [`# UNIT ${name} ${word(unit)}`]),
    `# HELP ${name} ${escaped(`${metric}${unit === '' ? '' : ` in ${unit}`}`)}`,
    ...figures.map(({ scenario, operation, percentile, value }) =>
      sample(
        name,
        {
          ...of,
          scenario,
          operation,
          ...(percentile !== null && { percentile: String(percentile) }),
        },
        value,
      ),
    ),
  ];
}

/** A family has one unit, and its name ends with it. */
function familyOf({ metric, unit }: RunFigure): string {
  return `casemark_${word(metric)}${unit === '' ? '' : `_${word(unit)}`}`;
}

function word(text: string): string {
  return text
    .replaceAll('/', '_per_')
    .replaceAll('%', 'percent')
    .replace(/[^a-zA-Z0-9]+/g, '_')
    .toLowerCase();
}

function sample(name: string, labels: Labels, value: number): string {
  const told = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}{${told.join(',')}} ${value}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
