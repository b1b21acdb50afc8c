import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { deliveryLatency } from './deliveryLatency.ts';
import { openStreamSubscribers } from './streamSubscriber.ts';
import type { StreamSubscribersOptions } from './streamSubscriber.ts';

let server: WebSocketServer;
beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
});
afterEach(async () => {
  server.clients.forEach((client) => client.terminate());
  await new Promise((done) => server.close(done));
});

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

function subscribe(options: Partial<StreamSubscribersOptions> = {}) {
  const { port } = server.address() as AddressInfo;
  return openStreamSubscribers({
    url: `ws://127.0.0.1:${port}/stream`,
    subscribers: 3,
    keyOf: (message) => (JSON.parse(message.toString()) as { id?: string }).id,
    maxArrivals: 1_000,
    ...options,
  });
}

function publish(...messages: object[]): void {
  for (const client of server.clients) {
    for (const message of messages) client.send(JSON.stringify(message));
  }
}

describe('subscribers of a stream', () => {
  test('count what comes, and keep when the first message of each key came', async () => {
    let clockMs = 0;
    const subscribers = await subscribe({ nowMs: () => ++clockMs });
    expect(subscribers.open()).toBe(3);
    publish({ id: 'a' }, { id: 'b' }, { tick: 1 }, { id: 'a' });
    await pause(50);
    const counts = await subscribers.close();
    expect(counts.map(({ messages, bytes }) => [messages, bytes])).toEqual(
      Array(3).fill([4, 3 * '{"id":"a"}'.length + '{"tick":1}'.length]),
    );
    expect(counts.map(({ repeated, notKept }) => [repeated, notKept])).toEqual(
      Array(3).fill([1, 0]),
    );
    const times = counts.flatMap(({ arrivals }) => [...arrivals.values()]);
    expect(counts.map(({ arrivals }) => [...arrivals.keys()])).toEqual(Array(3).fill(['a', 'b']));
    expect(new Set(times).size).toBe(6);
    expect(counts.every(({ endedEarly }) => endedEarly === undefined)).toBe(true);
  });

  test('keep no more arrivals than they have room for', async () => {
    const subscribers = await subscribe({ subscribers: 1, maxArrivals: 2 });
    publish({ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'a' }, { id: 'd' });
    await pause(50);
    const [count] = await subscribers.close();
    expect([...count!.arrivals.keys()]).toEqual(['a', 'b']);
    expect(count).toMatchObject({ messages: 5, notKept: 2, repeated: 1 });
  });

  test('tell when one was closed early, and why', async () => {
    const subscribers = await subscribe({ subscribers: 2 });
    const [first] = server.clients;
    first!.close(1013, 'too slow');
    await pause(50);
    expect(subscribers.open()).toBe(1);
    const ended = (await subscribers.close()).map(({ endedEarly }) => endedEarly?.reason);
    expect(ended.sort()).toEqual(['closed with code 1013', undefined]);
  });

  test('tell that they could not be opened', async () => {
    const subscribers = await subscribe({ url: 'ws://127.0.0.1:1/', subscribers: 2 });
    expect(subscribers.open()).toBe(0);
    const counts = await subscribers.close();
    expect(counts.map(({ messages }) => messages)).toEqual([0, 0]);
    expect(counts[0]!.endedEarly!.reason).toContain('ECONNREFUSED');
  });

  test('read nothing while they are slow, and everything afterwards', async () => {
    const slow = { readers: 1, afterMs: 0, pauseMs: 150 };
    const subscribers = await subscribe({ subscribers: 2, slow });
    await pause(30);
    const publishedMs = performance.now();
    publish({ id: 'a' });
    await pause(250);
    const [first, second] = await subscribers.close();
    expect(first!.arrivals.get('a')! - publishedMs).toBeGreaterThan(90);
    expect(second!.arrivals.get('a')! - publishedMs).toBeLessThan(90);
  });

  test('close at once while one of them is slow', async () => {
    const slow = { readers: 1, afterMs: 0, pauseMs: 10_000 };
    const subscribers = await subscribe({ slow });
    await pause(30);
    const beganMs = performance.now();
    publish({ id: 'a' });
    const counts = await subscribers.close();
    expect(performance.now() - beganMs).toBeLessThan(2_000);
    expect(counts).toHaveLength(3);
  });
});

test('latency of delivery is from the intended start to the arrival, and what did not come is counted', () => {
  const starts = new Map([
    ['a', 10],
    ['b', 20],
    ['c', 30],
  ]);
  const arrivals = new Map([
    ['b', 25],
    ['a', 11],
    ['x', 1],
  ]);
  const { latency, undelivered } = deliveryLatency(starts, arrivals);
  expect(undelivered).toBe(1);
  expect(latency.totalCount).toBe(2);
  expect([latency.minNonZeroValue, latency.maxValue]).toEqual([1_000, expect.closeTo(5_000, -1)]);
});
