/** What the subscribers of a stream saw while the load ran, as rows beside its latency. */
import type { WatchedStream } from '../generator/watchStream.ts';
import { percentileOf } from '../latencyHistogram.ts';
import { openLoopRow } from '../rows.ts';
import type { Figure, Row, RowContext } from '../rows.ts';
import type { Tally } from '../tally.ts';

const PERCENTILES = [50, 99, 100];

/** Sentences; empty when nothing speaks against what the subscribers saw. */
export function streamReasons(stream: WatchedStream | undefined): string[] {
  if (!stream) return [];
  const { failures, undelivered, latency } = stream;
  if (failures.length > 0) return [`${failures.length} subscribers ended early: ${failures[0]}`];
  if (latency.totalCount === 0) return ['no message of the stream could be tied to a request'];
  if (undelivered > 0) {
    return [`${undelivered} messages that requests had caused did not reach a subscriber`];
  }
  return [];
}

export function streamRows(
  stream: WatchedStream | undefined,
  tally: Tally,
  context: RowContext,
): Row[] {
  if (!stream) return [];
  const { latency, messages, undelivered } = stream;
  const n = latency.totalCount;
  const figures: Figure[] = PERCENTILES.map((percentile) => {
    const { valueUs, lowUs, highUs } = percentileOf(latency, percentile);
    const bounds = { ciLow: lowUs, ciHigh: highUs };
    return { metric: 'stream-latency', unit: 'us', percentile, value: valueUs, ...bounds, n };
  });
  figures.push({ metric: 'stream-messages', unit: 'messages', value: messages, n: messages });
  figures.push({ metric: 'stream-undelivered', unit: 'messages', value: undelivered, n });
  return figures.map((figure) => openLoopRow(tally, context, figure));
}
