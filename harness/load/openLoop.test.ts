import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { freePort } from '../target/freePort.ts';
import { intendedStarts } from './intendedStarts.ts';
import { rawHttpLanes } from './lanes/rawHttpLane.ts';
import { monotonicMs, openLoop, WHOLE } from './openLoop.ts';
import type { OpenLoopEnd, Pacing, Share } from './openLoop.ts';
import { outcomeOf, sampleLog } from './sampleLog.ts';
import type { SampleLog } from './sampleLog.ts';
import { tallyOf } from './tally.ts';
import type { Tally } from './tally.ts';

const BODY = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';
const servers: { server: Server; sockets: Set<Socket> }[] = [];

afterAll(() => {
  for (const { server, sockets } of servers) {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
});

/** A server that knows one thing: what to do with the n-th request, from 0. */
async function listen(onRequest: (socket: Socket, index: number) => void): Promise<number> {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    // The generator never pipelines, and these requests fit into one packet.
    socket.on('data', () => onRequest(socket, requests++));
  });
  servers.push({ server, sockets });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

interface RunOptions {
  ratePerS?: number;
  durationMs?: number;
  lanes?: number;
  maxInFlight?: number;
  timeoutMs?: number;
  graceMs?: number;
  pacing?: Pacing;
  countFromMs?: number;
  share?: Share;
  onWindow?: (edge: 'begins' | 'ends') => void;
}

interface Ran extends Tally, OpenLoopEnd {
  readonly log: SampleLog;
}

async function run(port: number, options: RunOptions): Promise<Ran> {
  const { ratePerS = 200, durationMs = 1000, countFromMs = 0, ...rest } = options;
  const startsMs = intendedStarts({
    segments: [
      { shape: 'constant', fromPerS: ratePerS, toPerS: ratePerS, durationS: durationMs / 1000 },
    ],
    seed: 1,
  });
  const log = sampleLog(['ask'], startsMs);
  const end = await openLoop({
    openLane: rawHttpLanes({ host: '127.0.0.1', port }),
    log,
    share: WHOLE,
    lanes: 4,
    maxInFlight: 1000,
    timeoutMs: 5000,
    graceMs: 5000,
    pacing: 'timer',
    countFromMs,
    ready: async () => monotonicMs(),
    request: () => ({
      operation: 'ask',
      input: {},
      http: { method: 'GET', path: '/' },
      judge: (reply) =>
        reply.kind === 'http' && reply.status === 200
          ? { kind: 'ok' }
          : { kind: 'error', reason: 'not 200' },
    }),
    ...rest,
  });
  return { ...tallyOf(log, { fromMs: countFromMs, toMs: durationMs }), ...end, log };
}

// Most of each test is waiting for what was scheduled, so they wait together, but for those that judge times.
describe('the open loop', () => {
  test.concurrent('sends what was scheduled, once each, and counts it', async () => {
    let served = 0;
    const port = await listen((socket) => {
      served += 1;
      socket.write(BODY);
    });
    const result = await run(port, {});
    expect(served).toBe(200);
    expect(result.counts).toEqual({
      ok: 200,
      refused: 0,
      shed: 0,
      error: 0,
      timeout: 0,
      missed: 0,
    });
    expect(result.response.totalCount).toBe(200);
    expect(result.offeredRps).toBeCloseTo(200);
    expect(result.elapsedS).toBeGreaterThanOrEqual(1);
    expect(result.achievedRps).toBeCloseTo(200 / result.elapsedS);
    expect([...result.log.operation]).toEqual(new Array(200).fill(1));
  });

  test.concurrent('does not count what is due during the warm-up', async () => {
    const port = await listen((socket) => socket.write(BODY));
    const edges: string[] = [];
    const result = await run(port, { countFromMs: 400, onWindow: (edge) => edges.push(edge) });
    expect(result.counts.ok).toBe(120);
    expect(result.sendLag.totalCount).toBe(120);
    expect(result.offeredRps).toBeCloseTo(200);
    expect(edges).toEqual(['begins', 'ends']);
  });

  test.concurrent('shows a server that takes 5 ms at 5 ms', async () => {
    const port = await listen((socket) => setTimeout(() => socket.write(BODY), 5));
    const { counts, service, response } = await run(port, {});
    expect(counts.ok).toBe(200);
    expect(service.getValueAtPercentile(50)).toBeGreaterThanOrEqual(4500);
    expect(response.getValueAtPercentile(50)).toBeGreaterThanOrEqual(4500);
  });

  test.concurrent('reads replies that come a byte at a time', async () => {
    const port = await listen((socket) => {
      const left = [...BODY];
      const timer = setInterval(() => {
        if (left.length === 0) clearInterval(timer);
        else socket.write(left.shift()!);
      }, 1);
    });
    const { counts } = await run(port, { ratePerS: 50, lanes: 8 });
    expect(counts).toMatchObject({ ok: 50, error: 0 });
  });

  test.concurrent(
    'counts a truncated body and a reset as errors, and goes on with new connections',
    async () => {
      const port = await listen((socket, index) => {
        if (index % 10 === 3) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"cut":');
        else if (index % 10 === 7) socket.resetAndDestroy();
        else socket.write(BODY);
      });
      const { counts, response, errorSamples } = await run(port, {});
      expect(counts).toMatchObject({ ok: 160, error: 40, timeout: 0 });
      expect(response.totalCount).toBe(160);
      expect(errorSamples.join()).toContain('ended within the reply');
    },
  );

  test.concurrent(
    'counts a reply that is no success as an error and keeps it out of the latencies',
    async () => {
      const port = await listen((socket, index) =>
        socket.write(index % 2 ? BODY : BODY.replace('200 OK', '500 Oops')),
      );
      const { counts, response } = await run(port, {});
      expect(counts).toMatchObject({ ok: 100, error: 100 });
      expect(response.totalCount).toBe(100);
    },
  );

  test.concurrent('records a timeout at its age, and does not wait for it for ever', async () => {
    const port = await listen(
      (socket, index) => void (index === 10 ? undefined : socket.write(BODY)),
    );
    const { counts, response } = await run(port, { timeoutMs: 300 });
    expect(counts).toMatchObject({ ok: 199, timeout: 1 });
    expect(response.totalCount).toBe(200);
    expect(response.maxValue).toBeGreaterThanOrEqual(300_000);
  });

  test.concurrent(
    'bounds what is in flight: what is due beyond it is missed, recorded at its age, and not sent later',
    async () => {
      const port = await listen((socket) => setTimeout(() => socket.write(BODY), 100));
      const result = await run(port, { lanes: 2, maxInFlight: 10 });
      expect(result.counts.missed).toBeGreaterThan(100);
      expect(result.counts.ok + result.counts.missed).toBe(200);
      expect(result.achievedRps).toBeLessThan(0.5 * result.offeredRps);
      const missed = [...result.log.startsMs.keys()].filter(
        (index) => outcomeOf(result.log, index) === 'missed',
      );
      expect(missed.map((index) => result.log.sentUs[index])).toEqual(missed.map(() => 0));
      expect(missed.map((index) => result.log.endUs[index])).toEqual(
        missed.map((index) => result.log.lagUs[index]),
      );
    },
  );

  test.concurrent(
    'is one generator of several when it is given a share: together they send each request once',
    async () => {
      let served = 0;
      const port = await listen((socket) => {
        served += 1;
        socket.write(BODY);
      });
      const [even, odd] = await Promise.all([
        run(port, { share: { index: 0, of: 2 } }),
        run(port, { share: { index: 1, of: 2 } }),
      ]);
      expect(served).toBe(200);
      const sent = (log: SampleLog): number[] =>
        [...log.outcome.keys()].filter((index) => outcomeOf(log, index) === 'ok');
      expect(sent(even.log).every((index) => index % 2 === 0)).toBe(true);
      expect(sent(odd.log).every((index) => index % 2 === 1)).toBe(true);
    },
  );

  test.concurrent('gives up with a reason when nobody listens', async () => {
    const port = await freePort();
    const { aborted, counts } = await run(port, {});
    expect(aborted).toContain('no connection could be opened');
    expect(counts.ok).toBe(0);
  });

  test('counts latency from the intended start when the server stalls once', async () => {
    let stalledUntilMs: number | undefined;
    const port = await listen((socket, index) => {
      if (index === 200) stalledUntilMs = performance.now() + 300;
      const waitMs = Math.max(0, (stalledUntilMs ?? 0) - performance.now());
      setTimeout(() => socket.write(BODY), waitMs);
    });
    const result = await run(port, { ratePerS: 400, durationMs: 2000 });
    expect(result.counts.ok).toBe(800);
    const latencyUs = result.response.getValueAtPercentile(99);
    const serviceUs = result.service.getValueAtPercentile(99);
    // 120 of 800 requests were due during the stall: p99 is near its length. Only four were in the server meanwhile.
    expect(latencyUs).toBeGreaterThan(200_000);
    expect(serviceUs).toBeLessThan(latencyUs / 2);
    expect(result.service.maxValue).toBeGreaterThan(200_000);
  });

  test('gives what is in flight a grace after the last send, and no more', async () => {
    const port = await listen(
      (socket, index) => void (index >= 195 ? undefined : socket.write(BODY)),
    );
    const startedMs = performance.now();
    const { counts, log } = await run(port, { graceMs: 200, lanes: 8 });
    expect(performance.now() - startedMs).toBeLessThan(2500);
    expect(counts).toMatchObject({ ok: 195, timeout: 5 });
    expect(log.endUs[199]).toBeGreaterThanOrEqual(200_000);
  });

  test.each(['spin', 'nap'] as const)('sends at the scheduled times by %s', async (pacing) => {
    const arrivalsMs: number[] = [];
    const port = await listen((socket) => {
      arrivalsMs.push(performance.now());
      socket.write(BODY);
    });
    const { counts, sendLag } = await run(port, { pacing, ratePerS: 100 });
    expect(counts.ok).toBe(100);
    const gapsMs = arrivalsMs.slice(1).map((at, index) => at - arrivalsMs[index]!);
    const meanMs = gapsMs.reduce((sum, gap) => sum + gap, 0) / gapsMs.length;
    expect(meanMs).toBeGreaterThan(9);
    expect(meanMs).toBeLessThan(11);
    // Other tests share the cores: most sends may wait for their turn, but not all.
    expect(sendLag.getValueAtPercentile(10)).toBeLessThan(1000);
  });
});
