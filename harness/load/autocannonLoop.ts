/**
 * Closed-loop capacity by autocannon: each connection sends its next request when its last has been answered, so the
 * implementation sets the pace. That gives a throughput and no latency: autocannon counts whole milliseconds, and a closed loop asks
 * less of a system that has become slow.
 */
import { performance } from 'node:perf_hooks';
import type autocannon from 'autocannon';
import type { ClosedLoopResult, ClosedLoopRun, OnWindow } from './generator/generator.ts';
import type { LoadRequest } from './loadRequest.ts';

export interface AutocannonOptions extends ClosedLoopRun {
  readonly address: string;
  /** The next request of one connection. */
  readonly nextOf: (connection: number) => LoadRequest;
  readonly onWindow?: OnWindow;
}

const MAX_ERROR_SAMPLES = 5;

/** What autocannon hands to setupClient; its types know less. */
interface Cannon {
  setRequests(requests: object[]): void;
}

export async function autocannonLoop(options: AutocannonOptions): Promise<ClosedLoopResult> {
  // Here, because it takes a fifth of the time in which casemark starts, and most of what casemark does has no closed loop.
  const { default: fire } = await import('autocannon');
  const { address, connections, warmupS, durationS, nextOf, onWindow } = options;
  const counts = { ok: 0, refused: 0, errors: 0 };
  const errorSamples: string[] = [];
  let beganMs: number | undefined;
  let endedMs = 0;
  let clients = 0;

  const count = (request: LoadRequest, status: number, body: string): void => {
    const judged = request.judge({ kind: 'http', status, body: Buffer.from(body) });
    if (beganMs === undefined) return;
    endedMs = performance.now();
    if (judged.kind === 'ok' || judged.kind === 'refused') return void (counts[judged.kind] += 1);
    counts.errors += 1;
    if (errorSamples.length < MAX_ERROR_SAMPLES) {
      errorSamples.push(`${request.operation}: ${judged.reason}`);
    }
  };

  /** One endless request a connection, made anew each time: every connection plays a client of its own. */
  const setupClient = (cannon: Cannon): void => {
    const client = clients++;
    let current: LoadRequest;
    cannon.setRequests([
      {
        setupRequest: (defaults: object) => {
          current = nextOf(client);
          const { method, path, body, headers: own } = current.http;
          const headers = {
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...own,
          };
          return { ...defaults, method, path, body, headers };
        },
        onResponse: (status: number, body: string) => count(current, status, body),
      },
    ]);
  };

  const begin = setTimeout(() => {
    beganMs = performance.now();
    onWindow?.('begins');
  }, warmupS * 1000);
  const result = await fire({
    url: address,
    connections,
    duration: warmupS + durationS,
    setupClient: setupClient as unknown as (client: autocannon.Client) => void,
  });
  clearTimeout(begin);
  onWindow?.('ends');
  const elapsedS = Math.max(0, endedMs - (beganMs ?? endedMs)) / 1000;
  // autocannon counts a timeout as an error too, and neither reaches onResponse; those of the warm-up are not told apart.
  const broken = result.errors - result.timeouts;
  if (broken > 0) errorSamples.push(`${broken} connections failed before their reply was whole`);
  return {
    ok: counts.ok,
    refused: counts.refused,
    errors: counts.errors + broken,
    timeouts: result.timeouts,
    achievedRps: elapsedS > 0 ? (counts.ok + counts.refused) / elapsedS : 0,
    elapsedS,
    errorSamples,
    service: null,
  };
}
