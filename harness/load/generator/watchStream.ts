/**
 * Subscribers of a stream beside an open loop: how long it takes from a request's intended start until the message that it caused
 * arrives. Request and message know each other by values that both carry, for instance a sequence number.
 */
import type { Histogram } from 'hdr-histogram-js';
import type { CaseStudy } from '../../contract/caseStudy.ts';
import { toStreamPath } from '../../contract/httpRequest.ts';
import { valueAt } from '../../run/placeholders.ts';
import type { Json, JsonObject } from '../../target/target.ts';
import { deliveryLatency } from '../lanes/deliveryLatency.ts';
import { openStreamSubscribers } from '../lanes/streamSubscriber.ts';
import type { StreamCount, StreamSubscribers } from '../lanes/streamSubscriber.ts';
import { addHistogram, latencyHistogram } from '../latencyHistogram.ts';
import type { Workload } from '../workload.ts';
import type { StreamWatch } from '../workloadFile.ts';

export interface WatchedStream {
  readonly messages: number;
  readonly bytes: number;
  /** Intended start of a counted request to the arrival of its message, of every subscriber. */
  readonly latency: Histogram;
  /** Messages of counted requests that a subscriber did not get. */
  readonly undelivered: number;
  /** Why subscribers ended before they were told to, or could not be opened. */
  readonly failures: readonly string[];
}

export interface StreamWatcher {
  /** To be told of every reply, by the clock and zero of the subscribers. */
  onOutput(startMs: number, output: JsonObject): void;
  /** @param zeroMs time zero of the load, on the subscribers' clock */
  end(zeroMs: number): Promise<WatchedStream>;
}

/** A subscriber of a load that is longer than this remembers its first part only, and the rest counts as not kept. */
const MAX_ARRIVALS = 2_000_000;
/** What was caused at the very end may still be under way. */
const LINGER_MS = 200;

/** @param nowMs the clock of the load's time zero */
export async function watchStream(
  caseStudy: CaseStudy,
  watch: StreamWatch,
  work: Workload,
  address: string,
  nowMs: () => number,
): Promise<StreamWatcher> {
  const stream = caseStudy.streams.get(watch.stream)!;
  const keyOf = (message: Buffer): string | undefined =>
    keyAt(JSON.parse(message.toString('utf8')) as Json, watch.message);
  const opened: StreamSubscribers[] = await Promise.all(
    work.placesFor(watch.for).map((place) =>
      openStreamSubscribers({
        url:
          address.replace(/^http/, 'ws') + toStreamPath(stream, work.inputFor(place, watch.input)),
        subscribers: watch.subscribers,
        keyOf,
        maxArrivals: MAX_ARRIVALS,
        nowMs,
      }),
    ),
  );
  const starts = new Map<string, number>();
  return {
    onOutput(startMs, output) {
      const key = keyAt(output, watch.reply);
      if (key !== undefined && !starts.has(key)) starts.set(key, startMs);
    },
    async end(zeroMs) {
      await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
      const counts = (await Promise.all(opened.map((each) => each.close()))).flat();
      return summarise(counts, starts, zeroMs, watch.subscribers);
    },
  };
}

/** A message reaches the subscribers of one place: those who never had any message of a key are not asked for it. */
function summarise(
  counts: readonly StreamCount[],
  starts: ReadonlyMap<string, number>,
  zeroMs: number,
  subscribersOfPlace: number,
): WatchedStream {
  const latency = latencyHistogram();
  let delivered = 0;
  for (const { arrivals } of counts) {
    const due = new Map<string, number>();
    for (const key of arrivals.keys()) {
      const startMs = starts.get(key);
      if (startMs !== undefined) due.set(key, zeroMs + startMs);
    }
    const seen = deliveryLatency(due, arrivals);
    delivered += seen.latency.totalCount;
    addHistogram(latency, seen.latency);
  }
  return {
    messages: counts.reduce((sum, { messages }) => sum + messages, 0),
    bytes: counts.reduce((sum, { bytes }) => sum + bytes, 0),
    latency,
    undelivered: starts.size * subscribersOfPlace - delivered,
    failures: counts.flatMap(({ endedEarly }) => (endedEarly ? [endedEarly.reason] : [])),
  };
}

/** Undefined where one of the values is missing or null: no message is meant. */
function keyAt(value: Json, pointers: readonly string[]): string | undefined {
  const parts = pointers.map((pointer) => valueAt(value, pointer));
  return parts.every((part) => part !== undefined && part !== null) ? parts.join(' ') : undefined;
}
