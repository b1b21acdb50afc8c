/** How latency grows with the offered load, and throughput with concurrency: where a run has a sweep of them. */
import { throughputAt } from '../../load/scale/scalabilityCurve.ts';
import type { Measurement } from '../measurement.ts';
import type { Report } from '../report.ts';
import { absent } from './absent.ts';
import { figure } from './figure.ts';
import { html } from './markup.ts';
import type { Markup, Part } from './markup.ts';
import { duration, plain } from './numbers.ts';
import { plot } from './plot.ts';
import type { Reference, Series, Shade } from './plot.ts';
import { linearScale, logScale } from './scale.ts';

const SWEPT = /^(.+)\/load-\d+$/;
const CONCURRENCY = /^(.+)\/concurrency-(\d+)$/;
const POINTS_OF_CURVE = 80;
/** Fewer are no sweep. */
const LEAST_POINTS = 2;

export function loadSection(report: Report): Markup {
  const { measurements, notes } = report;
  const swept = groupsOf(measurements, SWEPT);
  const concurrent = groupsOf(measurements, CONCURRENCY);
  if (swept.size === 0 && concurrent.size === 0) {
    return absent(
      'No sweep of loads was run. To find the knee:',
      report,
      'bench',
      ' --profile scale',
    );
  }
  const arithmetic = notes.filter((note) => /extrapolat|headline/i.test(note));
  return html`${[...swept].map(([scenario, rows]) => latencyByLoad(scenario, rows, measurements))}
  ${[...concurrent].map(([scenario, rows]) => throughputByConcurrency(scenario, rows, measurements))}
  ${
    arithmetic.length > 0 &&
    html`<h3>From here to the headline: extrapolation</h3>
      <pre>${arithmetic.join('\n')}</pre>`
  }`;
}

function groupsOf(
  measurements: readonly Measurement[],
  pattern: RegExp,
): Map<string, Measurement[]> {
  const rows = measurements.filter(
    ({ scenario, operation, value }) =>
      operation === 'all' && value !== null && pattern.test(scenario),
  );
  return Map.groupBy(rows, ({ scenario }) => pattern.exec(scenario)![1]!);
}

function latencyByLoad(
  scenario: string,
  rows: readonly Measurement[],
  all: readonly Measurement[],
): Part {
  const of = (percentile: number): (readonly [number, number])[] =>
    rows
      .filter(
        (row) =>
          row.metric === 'latency' && row.percentile === percentile && row.offeredRps !== null,
      )
      .map((row) => [row.offeredRps!, row.value!] as const)
      .sort(([one], [other]) => one - other);
  const [p50, p99] = [of(50), of(99)];
  if (p99.length < LEAST_POINTS) return null;
  const knee = all.find((row) => row.scenario === scenario && row.metric === 'knee-throughput');
  const series: Series[] = [
    { name: 'p99', colour: 1, as: 'line and marks', points: p99 },
    { name: 'p50', colour: 2, dashed: true, as: 'line and marks', shape: 'square', points: p50 },
  ];
  const values = [...p50, ...p99].map(([, us]) => us);
  const highest = Math.max(...p99.map(([rps]) => rps), knee?.value ?? 0);
  return figure({
    heading: `${scenario}: latency against offered load`,
    says: 'Response time from the intended start, each load on an instance of its own. Beyond the knee each request costs more in waiting than is gained.',
    legend: series,
    ...(knee &&
      knee.ciLow !== null && {
        shades: { name: '95 % interval of the knee', tone: 'interval' as const },
      }),
    plots: [
      plot({
        label: 'Latency against offered load, with the knee; the table beside it has the numbers',
        size: { width: 'beside a table', height: 300 },
        x: { scale: linearScale([0, highest], plain), title: 'offered load, requests/s' },
        y: {
          scale: logScale([Math.min(...values), Math.max(...values)], duration),
          title: 'response time, logarithmic',
        },
        series,
        ...kneeMarks(knee),
      }),
    ],
    tableIs: 'beside',
    table: {
      caption: `Latency against offered load in ${scenario}`,
      columns: ['Offered/s', 'Achieved/s', 'p50', 'p99', 'Validity'].map((head) => ({
        head,
        as: 'number' as const,
      })),
      rows: p99.map(([rps, us]) => {
        const row = rows.find(({ offeredRps }) => offeredRps === rps)!;
        const half = p50.find(([at]) => at === rps)?.[1];
        return [
          plain(rps),
          plain(row.achievedRps ?? NaN),
          half === undefined ? '–' : duration(half),
          duration(us),
          row.validity,
        ];
      }),
    },
  });
}

function kneeMarks(knee: Measurement | undefined): { references?: Reference[]; shades?: Shade[] } {
  if (!knee || knee.value === null) return {};
  const { value, ciLow, ciHigh } = knee;
  const label = `knee ${plain(Math.round(value))}/s`;
  return {
    references: [{ axis: 'x', at: value, label, tone: 'knee' }],
    shades:
      ciLow === null || ciHigh === null
        ? []
        : [
            {
              from: ciLow,
              to: ciHigh,
              name: `knee, 95 %: ${plain(ciLow)} to ${plain(ciHigh)}/s`,
              tone: 'interval',
            },
          ],
  };
}

function throughputByConcurrency(
  scenario: string,
  rows: readonly Measurement[],
  all: readonly Measurement[],
): Part {
  const points = rows
    .filter(({ metric }) => metric === 'throughput')
    .map((row) => [Number(CONCURRENCY.exec(row.scenario)![2]), row.value!] as const)
    .sort(([one], [other]) => one - other);
  if (points.length < LEAST_POINTS) return null;
  const fitted = (metric: string): number | undefined =>
    all.find((row) => row.scenario === scenario && row.metric === metric)?.value ?? undefined;
  const [lambda, sigma, kappa] = ['usl-lambda', 'usl-sigma', 'usl-kappa'].map(fitted);
  const highest = Math.max(...points.map(([n]) => n));
  const curve =
    lambda === undefined || sigma === undefined || kappa === undefined
      ? []
      : Array.from({ length: POINTS_OF_CURVE }, (_, index) => {
          const n = 1 + ((highest - 1) * index) / (POINTS_OF_CURVE - 1);
          return [n, throughputAt({ lambda, sigma, kappa }, n)] as const;
        });
  const series: Series[] = [
    { name: 'measured', colour: 1, as: 'marks', points },
    ...(curve.length > 0
      ? [
          {
            name: 'Universal Scalability Law, fitted',
            colour: 2,
            dashed: true,
            as: 'line',
            points: curve,
          } as const,
        ]
      : []),
  ];
  return figure({
    heading: `${scenario}: throughput against concurrency`,
    says: 'A closed loop: each connection sends its next request when it has the answer to the last.',
    legend: series,
    plots: [
      plot({
        label: 'Throughput against concurrency; the table beside it has the numbers',
        size: { width: 'beside a table', height: 280 },
        x: { scale: linearScale([0, highest], plain), title: 'connections' },
        y: {
          scale: linearScale([0, Math.max(...points.map(([, rps]) => rps))], plain),
          title: 'requests/s',
        },
        series,
      }),
    ],
    tableIs: 'beside',
    table: {
      caption: `Throughput against concurrency in ${scenario}`,
      columns: ['Connections', 'Requests/s'].map((head) => ({ head, as: 'number' as const })),
      rows: points.map(([n, rps]) => [n, plain(rps)]),
    },
  });
}
