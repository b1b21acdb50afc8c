/**
 * A server that stops once for a second: whoever was due meanwhile has waited, and the percentiles have to say so, as a queue does.
 * Beside it what a closed loop makes of the same server.
 */
import type { Histogram } from 'hdr-histogram-js';
import { firstDue } from '../../harness/load/sampleLog.ts';
import { judged, near, reported } from './acceptance.ts';
import type { Acceptance, AcceptanceRow } from './acceptance.ts';
import { autocannonAtRate } from './autocannonAtRate.ts';
import { fifoResponsesMs, percentileIn } from './fifoQueue.ts';
import type { ServerReport } from './servers/measuredServer.ts';
import { startMeasuredServer } from './startServer.ts';

const RATE_PER_S = 2_000;
const WARMUP_S = 1;
const DURATION_S = 20;
const STALL_MS = 1_000;
const CONNECTIONS = 50;
/** Judged; a stall of 1 s in 20 s puts p95 on its edge, where a single request decides. */
const JUDGED = [97.5, 99, 99.9];
const EDGE = 95;
const MAX_DIFFERENCE = 0.02;
/** Of autocannon, which is only reported. */
const CANNON_S = { short: 5, full: 20 } as const;
/** Where the schedule and the server's clock are laid on one another. */
const ALIGNED_REQUESTS = 1_000;

export const freeze: Acceptance = {
  name: 'freeze',
  async run({ bed, length }) {
    const afterRequests = RATE_PER_S * (WARMUP_S + DURATION_S / 2);
    const server = await startMeasuredServer({ kind: 'stalls', afterRequests, stallMs: STALL_MS });
    try {
      const { log, stretch, tally, gate } = await bed.offer(server, {
        arrival: 'constant',
        ratePerS: RATE_PER_S,
        warmupS: WARMUP_S,
        durationS: DURATION_S,
        connections: CONNECTIONS,
        maxInFlight: 10_000,
        timeoutMs: 10_000,
      });
      const report = await server.report();
      const from = firstDue(log, stretch.fromMs);
      const own = judgeFreeze({ startsMs: log.startsMs, from, response: tally.response, report });
      const result = judged(own, gate.reasons);
      const rows = [
        ...own,
        reported('service time p99, which does not show the wait', msAt(tally.service, 99), 'ms'),
        reported('send lag p99', tally.sendLag.getValueAtPercentile(99), 'us'),
        ...(await cannonRows(CANNON_S[length])),
      ];
      if (gate.reasons.length === 0) return { ...result, rows };
      return { rows, verdict: 'invalid', sentence: gate.reasons.join('; ') };
    } finally {
      await server.close();
    }
  },
};

export interface Freeze {
  readonly startsMs: Float64Array;
  /** Index of the first request that counts. */
  readonly from: number;
  /** In us, of those that count. */
  readonly response: Histogram;
  readonly report: ServerReport;
}

/** Throws when the server has not measured what it is compared by. */
export function judgeFreeze({ startsMs, from, response, report }: Freeze): AcceptanceRow[] {
  const { stall, serviceMs, busyShare, arrivalsMs } = report;
  if (!stall || serviceMs === null)
    throw new Error('the server did not stall, or stalled too late');
  const beginsMs = stall.beganMs - zeroMs(startsMs, arrivalsMs);
  const queue = { startsMs, serviceMs, stall: { beginsMs, lengthMs: stall.lengthMs } };
  const truth = fifoResponsesMs(queue).subarray(from);
  return [
    ...JUDGED.map((percentile) => {
      const expected = percentileIn(truth, percentile);
      const metric = `response p${percentile}`;
      return near(metric, { expected, share: MAX_DIFFERENCE }, msAt(response, percentile), 'ms');
    }),
    reported(`response p${EDGE}`, msAt(response, EDGE), 'ms'),
    reported(`response p${EDGE} of the queue`, percentileIn(truth, EDGE), 'ms'),
    reported('stall as the server measured it', stall.lengthMs, 'ms'),
    reported('service time as the server measured it', 1000 * serviceMs, 'us'),
    reported('busy share of the server after its stall', busyShare ?? 0, 'ratio'),
  ];
}

/** Time zero of the schedule on the server's clock: the median of many, since some requests come late. */
function zeroMs(startsMs: Float64Array, arrivalsMs: Float64Array): number {
  const offsets = arrivalsMs
    .slice(0, ALIGNED_REQUESTS)
    .map((atMs, index) => atMs - startsMs[index]!);
  return percentileIn(offsets, 50);
}

/** With a server of its own each time: one that has stalled does not do so again. */
async function cannonRows(seconds: number): Promise<AcceptanceRow[]> {
  const rows: AcceptanceRow[] = [];
  const afterRequests = (RATE_PER_S * seconds) / 2;
  for (const correction of ['without', 'with'] as const) {
    const server = await startMeasuredServer({ kind: 'stalls', afterRequests, stallMs: STALL_MS });
    try {
      const load = { connections: CONNECTIONS, ratePerS: RATE_PER_S, seconds, correction };
      const latency = await autocannonAtRate({ port: server.port, ...load });
      const of = `autocannon ${correction} its correction`;
      for (const { percentile, ms } of latency)
        rows.push(reported(`${of}, ${seconds} s: p${percentile}`, ms, 'ms'));
    } finally {
      await server.close();
    }
  }
  const startsMs = Float64Array.from(
    { length: RATE_PER_S * seconds },
    (_, at) => at / (RATE_PER_S / 1000),
  );
  const stall = { beginsMs: seconds * 500, lengthMs: STALL_MS };
  const truth = fifoResponsesMs({ startsMs, serviceMs: 0, stall });
  for (const percentile of [90, 99, 99.9])
    rows.push(
      reported(`a queue, ${seconds} s: p${percentile}`, percentileIn(truth, percentile), 'ms'),
    );
  return rows;
}

function msAt(histogram: Histogram, percentile: number): number {
  return histogram.getValueAtPercentile(percentile) / 1000;
}
