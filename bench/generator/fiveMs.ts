/** A server that answers after 5 ms takes 5 ms: what is measured beside that is the generator's own. */
import type { Histogram } from 'hdr-histogram-js';
import { between, judged, reported } from './acceptance.ts';
import type { Acceptance, AcceptanceRow } from './acceptance.ts';
import type { Tally } from '../../harness/load/tally.ts';
import { startMeasuredServer } from './startServer.ts';

const DELAY_MS = 5;
/** Of the median: a clock may be rounded down, and the way there and back takes a little. */
const LIMITS_MS = [4.9, 6] as const;
const DURATION_S = { short: 1.5, full: 5 } as const;

export const fiveMs: Acceptance = {
  name: 'five-ms',
  async run({ bed, length }) {
    const server = await startMeasuredServer({ kind: 'later', delayMs: DELAY_MS });
    try {
      const { tally, busy } = await bed.offer(server, {
        arrival: 'poisson',
        ratePerS: 500,
        warmupS: 0.3,
        durationS: DURATION_S[length],
        connections: 50,
        maxInFlight: 5_000,
        timeoutMs: 5_000,
      });
      return judged(judgeFiveMs(tally), busy);
    } finally {
      await server.close();
    }
  },
};

export function judgeFiveMs({
  response,
  service,
}: Pick<Tally, 'response' | 'service'>): AcceptanceRow[] {
  return [
    between('response p50', LIMITS_MS, msAt(response, 50), 'ms'),
    between('service p50', LIMITS_MS, msAt(service, 50), 'ms'),
    reported('response p99', msAt(response, 99), 'ms'),
  ];
}

function msAt(histogram: Histogram, percentile: number): number {
  return histogram.getValueAtPercentile(percentile) / 1000;
}
