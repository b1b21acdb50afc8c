import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { arrivalSchedule } from './arrivalSchedule.ts';
import { openLoop } from './openLoop.ts';
import type { OpenLoopOptions, OpenLoopResult } from './openLoop.ts';

const BODY = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';
const servers: { server: Server; sockets: Set<Socket> }[] = [];

afterEach(() => {
  for (const { server, sockets } of servers.splice(0)) {
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

function run(
  port: number,
  options: Partial<OpenLoopOptions> & { ratePerS?: number },
): Promise<OpenLoopResult> {
  const { ratePerS = 200, durationMs = 1000, ...rest } = options;
  return openLoop({
    host: '127.0.0.1',
    port,
    schedule: arrivalSchedule({ arrival: 'constant', ratePerS, durationMs, seed: 1 }),
    durationMs,
    warmupMs: 0,
    connections: 4,
    maxInFlight: 1000,
    timeoutMs: 5000,
    pacing: 'timer',
    request: () => ({
      operation: 'ask',
      text: 'GET / HTTP/1.1\r\nhost: x\r\n\r\n',
      judge: ({ status }) =>
        status === 200 ? { kind: 'ok' } : { kind: 'error', reason: `status ${status}` },
      lost: () => undefined,
    }),
    ...rest,
  });
}

describe('the open loop', () => {
  test('sends what was scheduled, once each, and counts it', async () => {
    let served = 0;
    const port = await listen((socket) => {
      served += 1;
      socket.write(BODY);
    });
    const result = await run(port, {});
    expect(served).toBe(200);
    expect(result.all).toMatchObject({ ok: 200, refused: 0, errors: 0, timeouts: 0 });
    expect(result.all.response.totalCount).toBe(200);
    expect(result.byOperation.get('ask')!.ok).toBe(200);
    expect(result.missed).toBe(0);
    expect(result.offeredRps).toBeCloseTo(200);
    expect(result.elapsedS).toBeGreaterThanOrEqual(1);
    expect(result.achievedRps).toBeCloseTo(200 / result.elapsedS);
  });

  test('does not count what is due during the warm-up', async () => {
    const port = await listen((socket) => socket.write(BODY));
    const edges: string[] = [];
    const result = await run(port, { warmupMs: 400, onWindow: (edge) => edges.push(edge) });
    expect(result.all.ok).toBe(120);
    expect(result.sendLag.totalCount).toBe(120);
    expect(result.offeredRps).toBeCloseTo(200);
    expect(edges).toEqual(['begins', 'ends']);
  });

  test('counts latency from the intended start when the server stalls once', async () => {
    let stalledUntilMs: number | undefined;
    const port = await listen((socket, index) => {
      if (index === 200) stalledUntilMs = performance.now() + 300;
      const waitMs = Math.max(0, (stalledUntilMs ?? 0) - performance.now());
      setTimeout(() => socket.write(BODY), waitMs);
    });
    const result = await run(port, { ratePerS: 400, durationMs: 2000 });
    expect(result.all.ok).toBe(800);
    const latencyUs = result.all.response.getValueAtPercentile(99);
    const serviceUs = result.all.service.getValueAtPercentile(99);
    // 120 of 800 requests were due during the stall: p99 is near its length. Only four were in the server meanwhile.
    expect(latencyUs).toBeGreaterThan(200_000);
    expect(serviceUs).toBeLessThan(latencyUs / 2);
    expect(result.all.service.maxValue).toBeGreaterThan(200_000);
    expect(result.maxBacklog).toBeGreaterThan(50);
  });

  test('shows a server that takes 5 ms at 5 ms', async () => {
    const port = await listen((socket) => setTimeout(() => socket.write(BODY), 5));
    const { all } = await run(port, {});
    expect(all.ok).toBe(200);
    expect(all.service.getValueAtPercentile(50)).toBeGreaterThanOrEqual(4500);
    expect(all.response.getValueAtPercentile(50)).toBeGreaterThanOrEqual(4500);
  });

  test('reads replies that come a byte at a time', async () => {
    const port = await listen((socket) => {
      const left = [...BODY];
      const timer = setInterval(() => {
        if (left.length === 0) clearInterval(timer);
        else socket.write(left.shift()!);
      }, 1);
    });
    const { all } = await run(port, { ratePerS: 50, connections: 8 });
    expect(all).toMatchObject({ ok: 50, errors: 0 });
  });

  test('counts a truncated body and a reset as errors, and goes on with new connections', async () => {
    const port = await listen((socket, index) => {
      if (index % 10 === 3) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"cut":');
      else if (index % 10 === 7) socket.resetAndDestroy();
      else socket.write(BODY);
    });
    const { all, errorSamples } = await run(port, {});
    expect(all).toMatchObject({ ok: 160, errors: 40, timeouts: 0 });
    expect(all.response.totalCount).toBe(160);
    expect(errorSamples.join()).toContain('ended within the reply');
  });

  test('counts a reply that is no success as an error and keeps it out of the latencies', async () => {
    const port = await listen((socket, index) =>
      socket.write(index % 2 ? BODY : BODY.replace('200 OK', '500 Oops')),
    );
    const { all } = await run(port, {});
    expect(all).toMatchObject({ ok: 100, errors: 100 });
    expect(all.response.totalCount).toBe(100);
  });

  test('records a timeout at its age, and does not wait for it for ever', async () => {
    const port = await listen(
      (socket, index) => void (index === 10 ? undefined : socket.write(BODY)),
    );
    const { all } = await run(port, { timeoutMs: 300 });
    expect(all).toMatchObject({ ok: 199, timeouts: 1 });
    expect(all.response.totalCount).toBe(200);
    expect(all.response.maxValue).toBeGreaterThanOrEqual(300_000);
  });

  test('bounds what is in flight: what is due beyond it is missed, not sent later', async () => {
    const port = await listen((socket) => setTimeout(() => socket.write(BODY), 100));
    const result = await run(port, { connections: 2, maxInFlight: 10 });
    expect(result.missed).toBeGreaterThan(100);
    expect(result.all.ok + result.missed).toBe(200);
    expect(result.maxBacklog).toBeLessThanOrEqual(10);
    expect(result.achievedRps).toBeLessThan(0.5 * result.offeredRps);
  });

  test('gives up with a reason when nobody listens', async () => {
    const port = await listen(() => undefined);
    await new Promise((done) => servers.splice(0)[0]!.server.close(done));
    const { aborted, all } = await run(port, {});
    expect(aborted).toContain(`127.0.0.1:${port}`);
    expect(all.ok).toBe(0);
  });

  test('sends at the scheduled times when it spins', async () => {
    const arrivalsMs: number[] = [];
    const port = await listen((socket) => {
      arrivalsMs.push(performance.now());
      socket.write(BODY);
    });
    const { all, sendLag } = await run(port, { pacing: 'spin', ratePerS: 100 });
    expect(all.ok).toBe(100);
    const gapsMs = arrivalsMs.slice(1).map((at, index) => at - arrivalsMs[index]!);
    const meanMs = gapsMs.reduce((sum, gap) => sum + gap, 0) / gapsMs.length;
    expect(meanMs).toBeGreaterThan(9);
    expect(meanMs).toBeLessThan(11);
    expect(sendLag.getValueAtPercentile(50)).toBeLessThan(1000);
  });
});
