import { describe, expect, test } from 'vitest';
import { closedLoopLanes } from './closedLoopLanes.ts';
import type { ClosedLoopLanesOptions } from './closedLoopLanes.ts';
import type { Lane, LaneEvents, LaneRequest, OpenLane } from './lane.ts';
import { rawHttpLanes } from './rawHttpLane.ts';
import { testServer } from './testServer.ts';
import type { Answering } from './testServer.ts';

const GET: LaneRequest = { operation: 'get', input: {}, http: { method: 'GET', path: '/' } };
const WHOLE = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const CLOSING = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello';

const SHORT = { lanes: 4, warmupMs: 50, durationMs: 200, request: () => GET } as const;

type Loaded = Omit<ClosedLoopLanesOptions, 'openLane'>;

async function loaded(answer: Answering, options: Partial<Loaded> = {}) {
  const server = await testServer(answer);
  const openLane = rawHttpLanes(server.address);
  const result = await closedLoopLanes({ ...SHORT, judge: () => 'ok', ...options, openLane });
  await server.close();
  return { ...result, server };
}

/** Answers everything at once, without I/O, as a module may; counts what is in flight. */
function instantLanes(): { openLane: OpenLane; most: () => number; open: () => number } {
  let inFlight = 0;
  let most = 0;
  let open = 0;
  const openLane = (events: LaneEvents): Lane => {
    let closed = false;
    open += 1;
    const idle = (): void => {
      if (!closed) events.onIdle(lane);
    };
    const answer = (): void => {
      inFlight -= 1;
      events.onReply(lane, { kind: 'answer', answer: { kind: 'ok', output: {} } });
      idle();
    };
    const lane: Lane = {
      inFlight: -1,
      send() {
        inFlight += 1;
        most = Math.max(most, inFlight);
        queueMicrotask(answer);
      },
      close() {
        closed = true;
        open -= 1;
      },
    };
    queueMicrotask(idle);
    return lane;
  };
  return { openLane, most: () => most, open: () => open };
}

describe('a closed loop', () => {
  test('keeps every lane busy with one request, and counts what is answered in its window', async () => {
    const lanes = instantLanes();
    const turns = new Set<number>();
    const edges: string[] = [];
    const result = await closedLoopLanes({
      ...SHORT,
      openLane: lanes.openLane,
      request: (turn) => {
        turns.add(turn);
        return GET;
      },
      judge: (_, turn) => (turn % 4 === 0 ? 'refused' : 'ok'),
      onWindow: (edge) => edges.push(edge),
    });
    expect(lanes.most()).toBe(4);
    expect(lanes.open()).toBe(0);
    expect(edges).toEqual(['begins', 'ends']);
    const counted = result.ok + result.refused;
    expect(turns.size).toBeGreaterThan(counted);
    expect(result.refused / counted).toBeCloseTo(0.25, 2);
    expect(result.service.totalCount).toBe(counted);
    expect(result.elapsedS).toBeGreaterThanOrEqual(0.19);
    expect(result.elapsedS).toBeLessThan(0.4);
    expect(result.achievedRps).toBeCloseTo(counted / result.elapsedS, 6);
    expect(result.errors).toBe(0);
  });

  test('measures from the send to the last byte', async () => {
    const { ok, service } = await loaded((socket) => setTimeout(() => socket.write(WHOLE), 20));
    expect(ok).toBeGreaterThan(4 * 5);
    expect(ok).toBeLessThanOrEqual(4 * 10);
    expect(service.minNonZeroValue).toBeGreaterThan(18_000);
    expect(service.getValueAtPercentile(50)).toBeLessThan(40_000);
  });

  test('opens a new lane for one that went with its reply', async () => {
    const { ok, errors } = await loaded((socket) => socket.end(CLOSING));
    expect(ok).toBeGreaterThan(10);
    expect(errors).toBe(0);
  });
});

describe('it counts as errors', () => {
  test('what is judged so', async () => {
    const { ok, errors, errorSamples } = await loaded((socket) => socket.write(WHOLE), {
      judge: () => 'error',
    });
    expect(ok).toBe(0);
    expect(errors).toBeGreaterThan(10);
    expect(errorSamples).toEqual(Array(5).fill('get: status 200 with 5 bytes'));
  });

  test('what breaks, and gives up on a server that answers nothing', async () => {
    const { ok, errors, errorSamples, server } = await loaded((socket) => socket.destroy(), {
      warmupMs: 0,
      durationMs: 10_000,
    });
    expect(ok).toBe(0);
    expect(server.received.length).toBeLessThanOrEqual(80);
    expect(errors).toBeGreaterThan(75);
    expect(errorSamples[0]).toBe('get: the server closed the connection');
  });

  test('that nobody listens', async () => {
    const server = await testServer(() => undefined);
    await server.close();
    const openLane = rawHttpLanes(server.address);
    const result = await closedLoopLanes({
      ...SHORT,
      openLane,
      lanes: 2,
      judge: () => 'ok',
      durationMs: 10_000,
    });
    expect(result.errors).toBe(1);
    expect(result.elapsedS).toBeLessThan(5);
    expect(result.errorSamples).toEqual([
      expect.stringMatching(/^given up after 40 failures in a row without an answer: .*REFUSED/),
    ]);
  });

  test('what is not answered at all', async () => {
    const { ok, errors, errorSamples } = await loaded(() => undefined, { lanes: 2 });
    expect(ok).toBe(0);
    expect(errors).toBe(2);
    expect(errorSamples[0]).toBe('get: no answer within 5000 ms of the end');
  });
});
