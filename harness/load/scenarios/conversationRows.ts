/** What a conversation comes to, as rows: of each group that reads, of the implementation, and of two phases that are compared. */
import type { ConversationEnd } from '../conversation/converse.ts';
import type { Heard } from '../conversation/conversationClient.ts';
import type { GroupClients } from '../conversation/conversationPlan.ts';
import { regularity } from '../conversation/regularity.ts';
import type { Regularity } from '../conversation/regularity.ts';
import type { Counter } from '../conversationFile.ts';
import { latencyHistogram, percentileOf, recordMs } from '../latencyHistogram.ts';
import { figureRow, latencyRows, openLoopRow } from '../rows.ts';
import type { Figure, Row, RowContext } from '../rows.ts';
import type { Stretch, Tally } from '../tally.ts';

/** One phase of one group. */
export interface GroupPhase {
  readonly group: GroupClients['group'];
  readonly stretch: Stretch;
  /** Of its messages by schedule. */
  readonly tally: Tally;
  readonly floor: Tally | undefined;
  /** Of each of its clients. */
  readonly heard: readonly Heard[];
}

const LATENESS_PERCENTILES = [50, 90, 99, 100];
const HIGH_PERCENTILE = 99;

export function heardBy(
  { clients }: GroupClients,
  { heard }: ConversationEnd,
  phase: number,
): Heard[] {
  const own = new Set(clients);
  return heard.flatMap(({ client, phases }) => (own.has(client) ? [phases[phase]!] : []));
}

export function groupRows(phase: GroupPhase, context: RowContext, histRef: string): Row[] {
  const { group, tally, floor } = phase;
  const figures = [...trafficFigures(phase), ...counterFigures(phase)];
  return [
    ...latencyRows(group.name, tally, floor ? { floor } : {}, context, histRef),
    ...figures.map((figure) => openLoopRow(tally, context, { ...figure, operation: group.name })),
  ];
}

/** Sentences; empty where every client has heard its counter from the beginning to the end. */
export function counterReasons({ group, stretch, heard }: GroupPhase): string[] {
  const { counter } = group;
  if (!counter) return [];
  const silent = heard.filter(({ counted }) => !regularity(counted, counter.perS, stretch)).length;
  if (silent === 0) return [];
  return [
    `${silent} clients of ${group.name} did not hear ${counter.pointer} grow both at the beginning and at the end`,
  ];
}

function trafficFigures({ stretch, heard, tally }: GroupPhase): Figure[] {
  const seconds = (stretch.toMs - stretch.fromMs) / 1000;
  const received = heard.reduce((sum, { messages }) => sum + messages, 0);
  const echoes = heard.reduce((sum, each) => sum + each.echoes, 0);
  const sent = tally.sendLag.totalCount - tally.counts.missed - tally.counts.error + echoes;
  const kbitPerS = heard.map(({ bytes }) => (8 * bytes) / 1000 / seconds);
  kbitPerS.sort((one, other) => one - other);
  const n = heard.length;
  if (n === 0) return [];
  const mean = kbitPerS.reduce((sum, each) => sum + each, 0) / n;
  const high = kbitPerS[Math.ceil((HIGH_PERCENTILE / 100) * n) - 1]!;
  return [
    { metric: 'messages-in', unit: 'messages/s', value: received / seconds, n: received },
    { metric: 'messages-out', unit: 'messages/s', value: sent / seconds, n: sent },
    { metric: 'bandwidth', unit: 'kbit/s', value: mean, n },
    { metric: 'bandwidth', unit: 'kbit/s', percentile: HIGH_PERCENTILE, value: high, n },
  ];
}

function counterFigures({ group, stretch, heard }: GroupPhase): Figure[] {
  const { counter } = group;
  if (!counter) return [];
  const each = heard.flatMap(({ counted }) => regularity(counted, counter.perS, stretch) ?? []);
  if (each.length === 0) return [];
  return [driftFigure(each, counter), ...latenessFigures(each)];
}

/** Of the client whose counter moved away from the clock the most. */
function driftFigure(each: readonly Regularity[], { unit }: Counter): Figure {
  const value = Math.max(...each.map(({ driftPerMinute }) => Math.abs(driftPerMinute)));
  return { metric: 'drift', unit: `${unit}/min`, value, n: each.length };
}

function latenessFigures(each: readonly Regularity[]): Figure[] {
  const histogram = latencyHistogram();
  for (const { latenessMs } of each) for (const ms of latenessMs) recordMs(histogram, ms);
  return LATENESS_PERCENTILES.map((percentile) => {
    const { valueUs, lowUs, highUs } = percentileOf(histogram, percentile);
    const bounds = { ciLow: lowUs, ciHigh: highUs };
    const n = histogram.totalCount;
    return { metric: 'lateness', unit: 'us', percentile, value: valueUs, ...bounds, n };
  });
}

/** The ratio of a group's p99, with its interval at the worst of both; at least as wide as that of the ratio. */
export function ratioRow(reading: GroupPhase, stalled: GroupPhase, context: RowContext): Row {
  const [before, after] = [reading, stalled].map(({ tally }) =>
    percentileOf(tally.response, HIGH_PERCENTILE),
  );
  const over = (above: number | null, below: number | null): number | null =>
    above === null || below === null ? null : Math.round((1000 * above) / below) / 1000;
  return openLoopRow(stalled.tally, context, {
    operation: stalled.group.name,
    metric: 'ratio',
    unit: `of p${HIGH_PERCENTILE} without`,
    value: after!.valueUs / before!.valueUs,
    ciLow: over(after!.lowUs, before!.highUs),
    ciHigh: over(after!.highUs, before!.lowUs),
    n: Math.min(reading.tally.response.totalCount, stalled.tally.response.totalCount),
  });
}

/** CPU time that the implementation takes for each client. */
export function clientCpuRows(clients: number, context: RowContext): Row[] {
  const share = context.cpu?.implementation;
  if (share === null || share === undefined) return [];
  const value = (1e6 * share) / clients;
  return [figureRow(context, { metric: 'cpu-per-client', unit: 'us/s', value, n: clients })];
}
