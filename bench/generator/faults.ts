/**
 * Replies that are cut off, reset, slow or never end, among many that are right: each is counted as what it is, none of the broken ones
 * has a latency, and the right ones are not held up by the others.
 */
import { rawHttpLanes } from '../../harness/load/lanes/rawHttpLane.ts';
import type { LaneReply } from '../../harness/load/lanes/lane.ts';
import type { LoadRequest } from '../../harness/load/loadRequest.ts';
import { intendedStarts } from '../../harness/load/intendedStarts.ts';
import { monotonicMs, openLoop, WHOLE } from '../../harness/load/openLoop.ts';
import { sampleLog } from '../../harness/load/sampleLog.ts';
import { tallyOf } from '../../harness/load/tally.ts';
import type { Tally } from '../../harness/load/tally.ts';
import { atLeast, atMost, exactly, judged } from './acceptance.ts';
import type { Acceptance, AcceptanceRow } from './acceptance.ts';
import { startFaultyServer } from './startServer.ts';

export const BROKEN = ['truncated', 'reset'] as const;
export const SLOW = ['slow-reply', 'slow-read'] as const;
const OPERATIONS = ['plain', ...BROKEN, ...SLOW, 'silent'] as const;
export type FaultOperation = (typeof OPERATIONS)[number];

/** What the operations come to, each with how many there were. */
export type FaultTallies = Readonly<
  Record<
    FaultOperation,
    { readonly sent: number; readonly tally: Pick<Tally, 'counts' | 'service' | 'response'> }
  >
>;

const RATE_PER_S = 1_000;
const DURATION_S = 2;
/** Every so manyth request is the first of the faults, and the others follow it at a distance. */
const CYCLE = 100;
const DISTANCE = 10;
const TIMEOUT_MS = 1_500;
/** More than the buffers of a loopback connection take at once. */
const LARGE_BYTES = 1_000_000;
const REPLY_BYTES = 311;
/** What is slow takes about 400 ms; what is right may take a small part of that on a busy machine. */
const LEAST_SLOW_MS = 300;
const MOST_PLAIN_P99_MS = 50;

export const faults: Acceptance = {
  name: 'faults',
  async run() {
    const server = await startFaultyServer();
    try {
      const segment = { shape: 'constant', fromPerS: RATE_PER_S, toPerS: RATE_PER_S } as const;
      const segments = [{ ...segment, durationS: DURATION_S }];
      const log = sampleLog(OPERATIONS, intendedStarts({ segments, seed: 1 }));
      await openLoop({
        openLane: rawHttpLanes({ host: '127.0.0.1', port: server.port }),
        log,
        share: WHOLE,
        lanes: 100,
        maxInFlight: 5_000,
        timeoutMs: TIMEOUT_MS,
        graceMs: TIMEOUT_MS,
        pacing: 'timer',
        countFromMs: 0,
        request: (index) => REQUESTS.get(operationAt(index))!,
        ready: async () => monotonicMs(),
      });
      const stretch = { fromMs: 0, toMs: DURATION_S * 1000 };
      const tallied = (operation: FaultOperation) => ({
        sent: log.startsMs.filter((_, index) => operationAt(index) === operation).length,
        tally: tallyOf(log, stretch, operation),
      });
      const tallies: FaultTallies = {
        plain: tallied('plain'),
        truncated: tallied('truncated'),
        reset: tallied('reset'),
        'slow-reply': tallied('slow-reply'),
        'slow-read': tallied('slow-read'),
        silent: tallied('silent'),
      };
      return judged(judgeFaults(tallies));
    } finally {
      await server.close();
    }
  },
};

export function judgeFaults(tallies: FaultTallies): AcceptanceRow[] {
  const { plain, silent } = tallies;
  const plainP99Ms = plain.tally.response.getValueAtPercentile(99) / 1000;
  return [
    exactly('plain: answered', plain.sent, plain.tally.counts.ok, 'requests'),
    atMost('plain: response p99 beside all the others', MOST_PLAIN_P99_MS, plainP99Ms, 'ms'),
    ...BROKEN.flatMap((operation) => {
      const { sent, tally } = tallies[operation];
      return [
        exactly(`${operation}: errors`, sent, tally.counts.error, 'requests'),
        exactly(`${operation}: latencies`, 0, tally.response.totalCount, 'requests'),
      ];
    }),
    exactly('silent: timeouts', silent.sent, silent.tally.counts.timeout, 'requests'),
    exactly('silent: service times', 0, silent.tally.service.totalCount, 'requests'),
    ...SLOW.flatMap((operation) => {
      const { sent, tally } = tallies[operation];
      const leastMs = tally.service.minNonZeroValue / 1000;
      return [
        exactly(`${operation}: answered`, sent, tally.counts.ok, 'requests'),
        atLeast(`${operation}: least service time`, LEAST_SLOW_MS, leastMs, 'ms'),
      ];
    }),
  ];
}

const REQUESTS = new Map(OPERATIONS.map((operation) => [operation, requestOf(operation)]));

function requestOf(operation: FaultOperation): LoadRequest {
  const input = { text: 'x'.repeat(operation === 'slow-read' ? LARGE_BYTES : 200) };
  const http = { method: 'POST', path: `/${operation}`, body: JSON.stringify(input) } as const;
  return { operation, input, http, judge };
}

function judge(reply: LaneReply): ReturnType<LoadRequest['judge']> {
  const isWhole =
    reply.kind === 'http' && reply.status === 200 && reply.body.length === REPLY_BYTES;
  return isWhole ? { kind: 'ok' } : { kind: 'error', reason: 'not the reply' };
}

function operationAt(index: number): FaultOperation {
  const place = index % CYCLE;
  return place % DISTANCE === 0 ? (OPERATIONS[place / DISTANCE] ?? 'plain') : 'plain';
}
