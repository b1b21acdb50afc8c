/** What the case asks for in numbers, and what was measured. */
import type { Measurement, TargetVerdict } from '../measurement.ts';
import type { Report } from '../report.ts';
import { absent } from './absent.ts';
import { table } from './figure.ts';
import { html } from './markup.ts';
import type { Markup, Part } from './markup.ts';
import { quantity } from './numbers.ts';
import { shortened } from './shortened.ts';
import { verdictBadge } from './verdicts.ts';

const ORDER: readonly TargetVerdict['verdict'][] = [
  ...(['missed', 'invalid', 'not-measurable-here', 'met', 'declared', 'not-measured'] as const),
];

export function targetsSection(report: Report): Markup {
  const { targets, measurements } = report;
  if (targets.length === 0) {
    return absent(
      'No target was measured in this run. To measure them:',
      report,
      'bench',
      ' --profile standard',
    );
  }
  return table({
    caption: 'Targets',
    columns: [
      { head: 'Target', as: 'text' },
      { head: 'Verdict', as: 'text' },
      { head: 'Of', as: 'text' },
      { head: 'Asked for', as: 'number' },
      { head: 'Measured', as: 'number' },
      { head: 'Why', as: 'prose' },
    ],
    rows: targets
      .toSorted((one, other) => ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict))
      .map((target) =>
        rowOf(
          target,
          measurements.find(({ targetId }) => targetId === target.id),
        ),
      ),
  });
}

function rowOf(
  { id, verdict, value, reason }: TargetVerdict,
  row: Measurement | undefined,
): Part[] {
  const of = row && `${row.scenario}: ${row.operation} ${metricOf(row)}`;
  const asked =
    !row || row.target === null
      ? ''
      : `${row.direction === 'lower-is-better' ? '≤' : '≥'} ${quantity(row.target, row.unit)}`;
  const measured = value === null || !row ? '' : quantity(value, row.unit);
  return [
    html`<span class="mono">${id}</span>`,
    verdictBadge(verdict),
    of ?? '',
    asked,
    measured,
    html`<span class="muted">${shortened(reason)}</span>`,
  ];
}

export function metricOf({
  metric,
  percentile,
}: Pick<Measurement, 'metric' | 'percentile'>): string {
  if (percentile === null) return metric;
  return percentile === 100 ? `${metric} max` : `${metric} p${percentile}`;
}
