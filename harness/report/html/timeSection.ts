/** Second by second: what the load saw, the times of the faults shaded, and beneath it how late the generator itself was. */
import type { CampaignSecond } from '../campaignSummary.ts';
import type { Report, ReportedFaultWindow } from '../report.ts';
import { absent } from './absent.ts';
import { figure } from './figure.ts';
import { html } from './markup.ts';
import type { Markup, Part } from './markup.ts';
import { duration, plain } from './numbers.ts';
import { plot } from './plot.ts';
import type { Axis, Point, Series, Shade } from './plot.ts';
import type { Latencies, LatencyStretch, ScenarioLatencies } from './readLatencies.ts';
import { exactScale, linearScale, logScale } from './scale.ts';

const US_PER_MS = 1_000;
/** A lag of nothing has no logarithm, and less than this is nothing. */
const LEAST_LAG_US = 1;

export function timeSection(report: Report, { scenarios }: Latencies): Markup {
  const { campaign, faultWindows } = report;
  const strips = scenarios.map(loadStrip);
  const seconds = campaign?.seconds ?? [];
  const hasCampaign = seconds.length > 0;
  if (strips.length === 0 && campaign === null) {
    return absent(
      'Nothing was recorded second by second. To see the load and the faults in time:',
      report,
      'run',
    );
  }
  return html`${strips} ${hasCampaign && campaignStrip(seconds, faultWindows)}
  ${campaign !== null && !hasCampaign && html`<p class="absent">The record of this campaign has no seconds: an older casemark made it.</p>`}`;
}

function loadStrip({ scenario, stretches }: ScenarioLatencies): Part {
  if (stretches.length === 0) return null;
  const end = stretches.at(-1)!.toS;
  const points = (of: (stretch: LatencyStretch) => number | null): Point[] =>
    stretches.map((each) => [(each.fromS + each.toS) / 2, of(each)] as const);
  const response: Series[] = [
    { name: 'highest', colour: 4, as: 'marks', points: points(({ maxUs }) => maxUs) },
    { name: 'p99', colour: 1, as: 'line', points: points(({ p99Us }) => p99Us) },
    { name: 'p50', colour: 2, dashed: true, as: 'line', points: points(({ p50Us }) => p50Us) },
  ];
  const lag: Series[] = [
    {
      name: 'send lag p99',
      colour: 3,
      as: 'line',
      points: points(({ lagP99Us }) => lagP99Us && Math.max(LEAST_LAG_US, lagP99Us)),
    },
  ];
  const widthS = stretches[0]!.toS - stretches[0]!.fromS;
  return figure({
    heading: `${scenario}: response time and send lag`,
    says: `Each point is ${widthS === 1 ? 'one second' : `${widthS} seconds`}, by intended start. Where the send lag rises with the response time, look at the generator and the machine first.`,
    legend: [...response, ...lag],
    plots: [
      plot({
        label: `Response time in ${scenario}, second by second; the table under it has the numbers`,
        size: { width: 'wide', height: 190 },
        x: timeAxis(0, end, null),
        y: latencyAxis(response, 'response time, logarithmic'),
        series: response,
      }),
      plot({
        label: `Send lag in ${scenario}, second by second; the table under it has the numbers`,
        size: { width: 'wide', height: 130 },
        x: timeAxis(0, end, 'seconds since the measurement began'),
        y: latencyAxis(lag, 'send lag, logarithmic'),
        series: lag,
      }),
    ],
    tableIs: 'folded',
    table: {
      caption: `${scenario}, second by second`,
      columns: [
        'From',
        'Requests',
        'p50',
        'p99',
        'Highest',
        'Send lag p99',
        'Send lag highest',
      ].map((head) => ({ head, as: 'number' as const })),
      rows: stretches.map(({ fromS, n, p50Us, p99Us, maxUs, lagP99Us, lagMaxUs }) => [
        `${fromS} s`,
        plain(n),
        ...[p50Us, p99Us, maxUs, lagP99Us, lagMaxUs].map((us) =>
          us === null ? '–' : duration(us),
        ),
      ]),
    },
  });
}

function campaignStrip(
  seconds: readonly CampaignSecond[],
  windows: readonly ReportedFaultWindow[],
): Markup {
  const [first, last] = [seconds[0]!.second, seconds.at(-1)!.second + 1];
  const shades = windows.map((window) => shadeOf(window, last));
  const middle = ({ second }: CampaignSecond): number => second + 0.5;
  const sent: Series = {
    name: 'not answered in time',
    colour: 2,
    as: 'bars',
    points: seconds.map((each) => [each.second, each.sent] as const),
  };
  const available: Series = {
    name: 'answered in time by the first attempt',
    colour: 1,
    as: 'bars',
    points: seconds.map((each) => [each.second, each.available] as const),
  };
  const p99: Series = {
    name: 'response p99',
    colour: 4,
    as: 'line and marks',
    points: seconds.map((each) => [middle(each), usOf(each.p99Ms)] as const),
  };
  const lag: Series = {
    name: 'highest send lag',
    colour: 3,
    as: 'line',
    points: seconds.map((each) => [middle(each), usOf(each.lagMaxMs)] as const),
  };
  const kinds = [...new Set(windows.map(({ kind }) => kind))];
  return figure({
    heading: 'Campaign of faults: commands, response time and send lag',
    says: html`Each bar is one second of commands, by intended start. ${windows.length} faults were
    there: ${kinds.join(', ')}.`,
    legend: [available, sent, p99, lag],
    shades: { name: 'a fault is there', tone: 'fault' },
    plots: [
      plot({
        label:
          'Commands a second that were and were not answered in time, with the times of the faults; the table under it has the numbers',
        size: { width: 'wide', height: 170 },
        x: timeAxis(first, last, null),
        y: {
          scale: linearScale([0, Math.max(...seconds.map((each) => each.sent))], plain, 4),
          title: 'commands a second',
        },
        series: [sent, available],
        shades,
      }),
      plot({
        label: 'Response time p99 of the commands that were answered in time, second by second',
        size: { width: 'wide', height: 150 },
        x: timeAxis(first, last, null),
        y: latencyAxis([p99], 'response p99, logarithmic'),
        series: [p99],
        shades,
      }),
      plot({
        label: 'Highest send lag of each second: how late the harness itself was',
        size: { width: 'wide', height: 140 },
        x: timeAxis(first, last, 'seconds since the campaign began'),
        y: latencyAxis([lag], 'highest send lag, logarithmic'),
        series: [lag],
        shades,
      }),
    ],
    tableIs: 'folded',
    table: {
      caption: 'The campaign, second by second',
      columns: [
        'Second',
        'Sent',
        'In time',
        'Late',
        'Failed',
        'Not sent',
        'p50',
        'p99',
        'Send lag highest',
        'Faults',
      ].map((head, index) => ({ head, as: index === 9 ? ('text' as const) : ('number' as const) })),
      rows: seconds.map((each) => [
        each.second,
        ...[each.sent, each.available, each.late, each.failed, each.notSent],
        ...[each.p50Ms, each.p99Ms, each.lagMaxMs].map((ms) =>
          ms === null ? '–' : duration(ms * US_PER_MS),
        ),
        faultsIn(each.second, windows),
      ]),
    },
  });
}

function shadeOf({ kind, startMs, endMs }: ReportedFaultWindow, lastS: number): Shade {
  const [from, to] = [startMs / 1000, endMs === null ? lastS : endMs / 1000];
  const until = endMs === null ? 'never taken back' : `to ${to.toFixed(1)} s`;
  return { from, to, name: `${kind}, ${from.toFixed(1)} s ${until}`, tone: 'fault' };
}

function faultsIn(second: number, windows: readonly ReportedFaultWindow[]): string {
  const there = windows.filter(
    ({ startMs, endMs }) => startMs < (second + 1) * 1000 && (endMs ?? Infinity) >= second * 1000,
  );
  return [...new Set(there.map(({ kind }) => kind))].join(', ');
}

function timeAxis(from: number, to: number, title: string | null): Axis {
  return { scale: exactScale([from, to], plain), title };
}

function latencyAxis(series: readonly Series[], title: string): Axis {
  const values = series.flatMap(({ points }) => points.flatMap(([, us]) => us ?? []));
  const scale = logScale(
    [Math.min(...values, LEAST_LAG_US * 1e9), Math.max(...values, LEAST_LAG_US)],
    duration,
  );
  return { scale, title };
}

function usOf(ms: number | null): number | null {
  return ms === null ? null : Math.max(LEAST_LAG_US, ms * US_PER_MS);
}
