/** Latency as HDR plots show it: each nine of a percentile as wide as the one before, so that the tail is where the room is. */
import type { Measurement } from '../measurement.ts';
import type { Report } from '../report.ts';
import { absent } from './absent.ts';
import { figure, table } from './figure.ts';
import { html } from './markup.ts';
import type { Markup, Part } from './markup.ts';
import { duration, plain } from './numbers.ts';
import { plot } from './plot.ts';
import type { Reference, Series } from './plot.ts';
import { TOLD_PERCENTILES } from './readLatencies.ts';
import type { Distribution, Latencies, ScenarioLatencies } from './readLatencies.ts';
import { logScale, percentileScale } from './scale.ts';

const US_OF: Readonly<Record<string, number>> = { us: 1, ms: 1_000, s: 1_000_000 };

export function latencySection(report: Report, { scenarios, problems }: Latencies): Markup {
  const missing = problems.map((problem) => html`<p class="absent">No plot: ${problem}</p>`);
  if (scenarios.length === 0 && problems.length === 0) {
    return absent(
      'No open loop was run. To measure latency under a load that does not wait:',
      report,
      'bench',
      ' --profile quick',
    );
  }
  return html`${missing} ${scenarios.map((each) => scenarioFigures(report, each))}`;
}

function scenarioFigures({ measurements }: Report, latencies: ScenarioLatencies): Markup {
  const rows = measurements.filter(({ histRef }) => histRef === latencies.histRef);
  const targets = rows.filter(isLatencyTarget);
  const asked = [...new Set(['all', ...targets.map(({ operation }) => operation)])];
  return html`${asked.map((operation) => operationFigure(operation, latencies, rows, targets))}
  ${operationTable(latencies)}`;
}

function isLatencyTarget({ metric, target, unit }: Measurement): boolean {
  return metric === 'latency' && target !== null && unit in US_OF;
}

function operationFigure(
  operation: string,
  { scenario, response, service }: ScenarioLatencies,
  rows: readonly Measurement[],
  targets: readonly Measurement[],
): Part {
  const answered = response.get(operation);
  if (!answered) return null;
  const taken = service.get(operation);
  const floor = rows.filter(
    (row) => row.operation === operation && row.metric === 'latency' && row.floor !== null,
  );
  const series = seriesOf(answered, taken, floor);
  const references = targets
    .filter((row) => row.operation === operation)
    .map((row) => referenceOf(row, scenario));
  const name = operation === 'all' ? 'all operations' : operation;
  const values = [
    ...series.flatMap(({ points }) => points.flatMap(([, us]) => us ?? [])),
    ...references.map(({ at }) => at),
  ];
  return figure({
    heading: `${scenario}: ${name}`,
    says: html`${plain(answered.n)} requests. Response time runs from the intended start to the last
    byte, so it holds the waiting; service time from the moment of sending.`,
    legend: series,
    plots: [
      plot({
        label: `Latency of ${name} by percentile; the table beside it has the numbers`,
        size: { width: 'beside a table', height: 300 },
        x: { scale: percentileScale(answered.n), title: 'percentile' },
        y: {
          scale: logScale([Math.min(...values), Math.max(...values)], duration),
          title: 'latency, logarithmic',
        },
        ...{ series, references },
      }),
    ],
    tableIs: 'beside',
    table: percentileTable(`Latency of ${name} in ${scenario}`, answered, taken, floor),
  });
}

function seriesOf(
  response: Distribution,
  service: Distribution | undefined,
  floor: readonly Measurement[],
): Series[] {
  return [
    { name: 'response time', colour: 1, as: 'line', points: response.curve },
    ...(service
      ? [
          {
            name: 'service time',
            colour: 2,
            dashed: true,
            as: 'line',
            points: service.curve,
          } as const,
        ]
      : []),
    ...(floor.length > 0
      ? [
          {
            name: 'floor: the same load on an implementation that does nothing',
            colour: 3,
            as: 'marks',
            points: floor.map((row) => [row.percentile ?? 0, row.floor] as const),
          } as const,
        ]
      : []),
  ];
}

function referenceOf(
  { target, unit, targetId, percentile, verdict, scenario: of }: Measurement,
  scenario: string,
): Reference {
  const phase = of === scenario ? '' : ` (${of.slice(scenario.length + 1)})`;
  return {
    axis: 'y',
    at: target! * US_OF[unit]!,
    label: `${targetId}: p${percentile} ≤ ${duration(target! * US_OF[unit]!)}${phase}`,
    tone: verdict === 'missed' ? 'missed' : 'target',
  };
}

function percentileTable(
  caption: string,
  response: Distribution,
  service: Distribution | undefined,
  floor: readonly Measurement[],
) {
  const hasFloor = floor.length > 0;
  return {
    caption,
    columns: [
      { head: 'Percentile', as: 'text' as const },
      ...['Response', 'Service', ...(hasFloor ? ['Floor'] : [])].map((head) => ({
        head,
        as: 'number' as const,
      })),
    ],
    rows: TOLD_PERCENTILES.map((percentile, index) => {
      const at = floor.find((row) => row.percentile === percentile)?.floor;
      return [
        percentile === 100 ? 'max' : `p${percentile}`,
        told(response.told[index]),
        told(service?.told[index]),
        ...(hasFloor ? [told(at)] : []),
      ];
    }),
  };
}

function told(us: number | null | undefined): string {
  return us === null || us === undefined ? '–' : duration(us);
}

/** Every operation, for those who look for one. */
function operationTable({ scenario, response }: ScenarioLatencies): Part {
  const operations = [...response].filter(([operation]) => operation !== 'all');
  if (operations.length < 2) return null;
  const heads = TOLD_PERCENTILES.map((each) => (each === 100 ? 'max' : `p${each}`));
  return html`<details>
    <summary>Response time of each operation in ${scenario}</summary>
    ${table({
      caption: `Response time of each operation in ${scenario}`,
      columns: [
        { head: 'Operation', as: 'text' },
        { head: 'Requests', as: 'number' },
        ...heads.map((head) => ({ head, as: 'number' as const })),
      ],
      rows: operations
        .toSorted(([, one], [, other]) => other.n - one.n)
        .map(([operation, { n, told: values }]) => [operation, plain(n), ...values.map(told)]),
    })}
  </details>`;
}
