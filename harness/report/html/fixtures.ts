/** A run in which everything was done, and a reader of the page that came of it, for the tests. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { RunEvent, RunStarted } from '../../run/event.ts';
import { buildReport } from '../buildReport.ts';
import type { CampaignSummary, ShownRate } from '../campaignSummary.ts';
import { ended, failure, judged, measurement, requirement, started } from '../fixtures.ts';
import type { Measurement } from '../measurement.ts';
import type { Report } from '../report.ts';
import { latencyHistogram } from '../../load/latencyHistogram.ts';
import { encodeHistogram } from '../../load/latencyHistogram.ts';
import { latenciesOf } from './readLatencies.ts';
import type { Latencies } from './readLatencies.ts';

const shown = (successes: number, total: number): ShownRate => ({
  ...{ successes, total, rate: successes / total, low: (successes - 1) / total },
  high: Math.min(1, (successes + 1) / total),
  shows: '99 % shown',
});

export const CAMPAIGN: CampaignSummary = {
  ...{ profile: 'quick', seed: 7, ratePerS: 100, commands: 500, notSent: 1, unrepeatable: 2 },
  availability: {
    ...{ overall: shown(480, 500), steady: shown(100, 100), eventual: shown(499, 500) },
    ...{ retried: shown(19, 20), unexplained: shown(500, 500), judged: shown(499, 500) },
    inside: { 'proc.kill9': shown(1, 20) },
  },
  recovery: { recovered: 2, notSeen: 1, never: 0, p50Ms: 700, p99Ms: 900, maxMs: 901 },
  kinds: [{ kind: 'proc.kill9', planned: 2, installed: 2, verdict: 'evidenced', why: 'seen' }],
  kills: {
    ...{ required: 2, evidenced: 2, planned: 2 },
    byMoment: [{ moment: 'at any time', evidenced: 2, planned: 2 }],
  },
  resolved: { found: 1, absent: 2, unanswered: 0 },
  ...{ level: 'L2', durability: 'D1 (process crash)', yearlyBudget: '99.99 % allows 52.6 min' },
  problems: [],
  seconds: Array.from({ length: 5 }, (_, second) => ({
    ...{ second, sent: 100, available: second === 2 ? 80 : 100, late: 0, notSent: 0 },
    ...{ failed: second === 2 ? 20 : 0, p50Ms: 2, p99Ms: 8, lagMaxMs: 0.4 },
  })),
};

const faults: RunEvent[] = (['injected', 'healed'] as const).map((phase, index) => ({
  kind: 'fault',
  fault: {
    ...{ id: '0.0', fault: 'proc.kill9', level: 'L2', phase, atMs: 2_000 + 500 * index },
    evidence: { bite: 'installed', why: 'seen', facts: {} },
  },
}));

export const HIST_REF = 'histograms/open-loop.ndjson';

const swept = [500, 1000, 1500].flatMap((offeredRps, index): Partial<Measurement>[] =>
  [50, 99].map((percentile) => ({
    ...{ scenario: `scale/load-${50 * (index + 1)}`, operation: 'all', percentile, offeredRps },
    ...{ value: offeredRps * percentile, targetId: null, target: null, verdict: 'not-judged' },
  })),
);

const fitted = [1, 2, 4].map((n): Partial<Measurement> => ({
  ...{ scenario: `scale/concurrency-${n}`, operation: 'all', metric: 'throughput' },
  ...{ percentile: null, value: 400 * n, unit: 'ops/s', targetId: null, target: null },
}));

const figures: Partial<Measurement>[] = [
  { operation: 'all', histRef: HIST_REF, targetId: null, target: null, percentile: 99 },
  { histRef: HIST_REF },
  ...swept,
  ...fitted,
  ...(['usl-lambda', 'usl-sigma', 'usl-kappa', 'knee-throughput'] as const).map(
    (metric, index) => ({
      ...{
        scenario: 'scale',
        operation: 'all',
        metric,
        percentile: null,
        targetId: null,
        target: null,
      },
      ...{ value: [420, 0.02, 0.001, 1200][index]!, unit: 'ratio', ciLow: 1100, ciHigh: 1300 },
    }),
  ),
  {
    ...{ scenario: 'fault-campaign', operation: 'all', metric: 'success-rate', percentile: null },
    ...{ unit: 'ratio', direction: 'higher-is-better', value: 0.998, targetId: 'TAL-T-UP' },
    target: 0.9999,
  },
];

export function fullReport(run: Partial<RunStarted> = {}, more: readonly RunEvent[] = []): Report {
  return buildReport([
    started({
      ...{ verb: 'run', command: 'npx casemark run tally --impl mine --seed 7' },
      requirements: ['TAL-ADD-01', 'TAL-SUM-01', 'TAL-KEEP-01'].map((id) => requirement(id)),
      ...run,
    }),
    judged('TAL-ADD-01.a', 'pass', { hits: { seen: 3 } }),
    judged('TAL-SUM-01.a', 'fail', failure),
    judged('TAL-KEEP-01.a', 'could-not-run', { reason: 'nothing listened' }),
    ...figures.map((row): RunEvent => ({ kind: 'measurement', measurement: measurement(row) })),
    {
      kind: 'target',
      target: { id: 'TAL-T-ADD', verdict: 'met', value: 321, reason: '321 us, asked for 5000' },
    },
    ...faults,
    { kind: 'campaign', campaign: CAMPAIGN },
    ...more,
    ended,
  ]);
}

/** Three seconds, each with the response times 100, 200, ... 10 000 us and a send lag of 7 us. */
export function someLatencies(): Latencies {
  const cell = (second: number, measure: 'response' | 'service' | 'send-lag', us: number[]) => {
    const histogram = latencyHistogram();
    for (const each of us) histogram.recordValue(each);
    const at = { second, operation: 'add', outcome: 'ok', measure, n: us.length };
    return { ...at, hdr: encodeHistogram(histogram) };
  };
  const times = Array.from({ length: 100 }, (_, index) => 100 * (index + 1));
  const cells = [0, 1, 2].flatMap((second) => [
    cell(second, 'response', times),
    cell(
      second,
      'service',
      times.map((us) => us / 2),
    ),
    cell(second, 'send-lag', [7]),
  ]);
  return { scenarios: [latenciesOf('open-loop', HIST_REF, cells)], problems: [] };
}

export const NO_LATENCIES: Latencies = { scenarios: [], problems: [] };

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Every element of a page, in order. @throws Error where the markup is not well-formed */
export function elementsOf(page: string): Element[] {
  // The script is no markup, and the rules of XML do not hold in it.
  const markup = page
    .replace(/^<!doctype html>/, '')
    .replace(/(<script>)[^]*?(<\/script>)/, '$1$2');
  const validated = XMLValidator.validate(markup, { allowBooleanAttributes: false });
  if (validated !== true) throw new Error(JSON.stringify(validated));
  const parser = new XMLParser({
    ...{ preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '' },
    ...{ parseTagValue: false, parseAttributeValue: false, htmlEntities: true },
    processEntities: { maxTotalExpansions: Infinity, maxExpandedLength: Infinity },
  });
  const found: Element[] = [];
  const walk = (nodes: readonly Node[]): string =>
    nodes
      .map((node): string => {
        if ('#text' in node) return String(node['#text']);
        const name = Object.keys(node).find((key) => key !== ':@')!;
        const place = found.length;
        found.push({ name, attributes: node[':@'] ?? {}, text: '' });
        const text = walk(node[name] as unknown as readonly Node[]);
        found[place] = { ...found[place]!, text };
        return text;
      })
      .join('');
  walk(parser.parse(markup) as readonly Node[]);
  return found;
}

type Node = Record<string, unknown> & { ':@'?: Record<string, string> };
