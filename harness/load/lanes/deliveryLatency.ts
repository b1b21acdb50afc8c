/** From the intended start of a request to the arrival of the stream message that it caused. */
import type { Histogram } from 'hdr-histogram-js';
import { latencyHistogram, recordMs } from '../latencyHistogram.ts';

export interface DeliveryLatency {
  /** In microseconds. */
  readonly latency: Histogram;
  /** Requests whose message did not come. */
  readonly undelivered: number;
}

/**
 * @param startsMs by key, of the requests that are to have caused a message
 * @param arrivalsMs by key, by the same clock, of one subscriber
 */
export function deliveryLatency(
  startsMs: ReadonlyMap<string, number>,
  arrivalsMs: ReadonlyMap<string, number>,
): DeliveryLatency {
  const latency = latencyHistogram();
  let undelivered = 0;
  for (const [key, startMs] of startsMs) {
    const arrivedMs = arrivalsMs.get(key);
    if (arrivedMs === undefined) undelivered += 1;
    else recordMs(latency, arrivedMs - startMs);
  }
  return { latency, undelivered };
}
