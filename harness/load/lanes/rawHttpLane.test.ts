import { afterEach, describe, expect, test } from 'vitest';
import type { Lane, LaneRequest } from './lane.ts';
import { rawHttpLanes } from './rawHttpLane.ts';
import { recordedEvents } from './recordedEvents.ts';
import { testServer } from './testServer.ts';
import type { Answering, TestServer } from './testServer.ts';

const GET: LaneRequest = { operation: 'get', input: {}, http: { method: 'GET', path: '/a?b=c' } };
const POST: LaneRequest = {
  operation: 'post',
  input: {},
  http: { method: 'POST', path: '/', body: '{"x":"é"}' },
};
const WHOLE = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';
/** Between two writes, so that they arrive as two reads. */
const APART_MS = 20;

let server: TestServer;
let lane: Lane | undefined;
afterEach(async () => {
  lane?.close();
  await server.close();
});

/** @returns what a lane told of it, once there is `count` of it */
async function told(count: number, requests: LaneRequest[], answer: Answering): Promise<string[]> {
  server = await testServer(answer);
  const events = recordedEvents((idle, nth) => requests[nth] && idle.send(requests[nth]));
  lane = rawHttpLanes(server.address)(events);
  return events.until(count);
}

function inPieces(...pieces: string[]): Answering {
  return (socket) =>
    pieces.forEach((piece, nth) => setTimeout(() => socket.write(piece, 'latin1'), nth * APART_MS));
}

describe('a lane over plain sockets', () => {
  test('carries one request after the other', async () => {
    const answers = [WHOLE, CHUNKED, WHOLE];
    expect(await told(7, [GET, POST, GET], (socket, read) => socket.write(answers[read]!))).toEqual(
      ['idle', ...answers.flatMap(() => ['reply 200 hello', 'idle'])],
    );
    const host = `host: 127.0.0.1:${server.address.port}\r\n`;
    expect(server.received[0]).toContain(`GET /a?b=c HTTP/1.1\r\n${host}`);
    expect(server.received[1]).toContain('content-length: 10\r\n\r\n{"x":"é"}');
  });

  test.each([
    ['split in its head', [WHOLE.slice(0, 20), WHOLE.slice(20)]],
    ['split in its body', [WHOLE.slice(0, -2), WHOLE.slice(-2)]],
    ['split twice', [WHOLE.slice(0, 3), WHOLE.slice(3, 30), WHOLE.slice(30)]],
    ['announced', ['HTTP/1.1 100 Continue\r\n\r\n', WHOLE]],
    ['in chunks', [CHUNKED.slice(0, 50), CHUNKED.slice(50)]],
  ])('reads a reply that is %s, and the next one too', async (_, pieces) => {
    const events = await told(5, [GET, GET], inPieces(...pieces));
    expect(events).toEqual(['idle', 'reply 200 hello', 'idle', 'reply 200 hello', 'idle']);
  });

  test('reads a reply that is longer than the shared buffer', async () => {
    const body = 'x'.repeat(300_000);
    const events = await told(3, [GET], (socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    );
    expect(events).toEqual(['idle', `reply 200 ${body}`, 'idle']);
  });

  test('keeps replies apart that come in pieces on several sockets of one thread', async () => {
    server = await testServer((socket) => {
      const body = `of ${socket.remotePort}`;
      inPieces('HTTP/1.1 200 OK\r\nContent-', `Length: ${body.length}\r\n\r\n${body}`)(socket, 0);
    });
    const events = recordedEvents((idle, nth) => nth < 4 && idle.send(GET));
    const lanes = [1, 2, 3, 4].map(() => rawHttpLanes(server.address)(events));
    const replies = (await events.until(12)).filter((each) => each.startsWith('reply'));
    lanes.forEach((each) => each.close());
    expect(new Set(replies).size).toBe(4);
  });
});

describe('a lane ends with its last reply', () => {
  test.each([
    ['that says so', `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello`],
    ['of HTTP/1.0', `HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello`],
  ])('%s', async (_, text) => {
    expect(await told(3, [GET], (socket) => socket.write(text))).toEqual([
      'idle',
      'reply 200 hello',
      'gone: closed by the server after its reply',
    ]);
  });

  test('that has no length', async () => {
    const events = await told(3, [GET], (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nhello'));
    expect(events).toEqual([
      'idle',
      'reply 200 hello',
      'gone: closed by the server after its reply',
    ]);
  });
});

describe('a lane breaks on', () => {
  test.each([
    ['a body cut off', WHOLE.slice(0, -1), 'the connection ended within the reply (body)'],
    ['chunks cut off', CHUNKED.slice(0, -3), 'the connection ended within the reply (chunk-size)'],
    ['a head cut off', WHOLE.slice(0, 20), 'the connection ended within the reply (head)'],
    ['more than the reply', `${WHOLE}!`, '1 bytes more than the reply came with it'],
    ['another protocol', 'SSH-2.0\r\n\r\n', '"SSH-2.0" is no HTTP/1.1 status line'],
  ])('%s', async (_, text, reason) => {
    const sentence = `not a whole HTTP reply: ${reason}`;
    expect(await told(3, [GET], (socket) => socket.end(text))).toEqual([
      'idle',
      `broken: ${sentence}`,
      `gone: ${sentence}`,
    ]);
  });

  test.each([
    ['no reply at all', (socket) => socket.end(), 'the server closed the connection'],
    ['a reset', (socket) => socket.resetAndDestroy(), 'the connection failed: read ECONNRESET'],
  ] satisfies [string, Answering, string][])('%s', async (_, answer, reason) => {
    expect(await told(3, [GET], answer)).toEqual(['idle', `broken: ${reason}`, `gone: ${reason}`]);
  });
});

describe('an idle lane is gone', () => {
  test('after a reply that nobody asked for', async () => {
    const answer = inPieces(WHOLE, WHOLE);
    expect(await told(4, [GET], answer)).toEqual([
      'idle',
      'reply 200 hello',
      'idle',
      'gone: a reply that nobody asked for',
    ]);
  });

  test('when the server closes the connection', async () => {
    const answer: Answering = (socket) => {
      socket.write(WHOLE);
      setTimeout(() => socket.end(), APART_MS);
    };
    expect(await told(4, [GET], answer)).toEqual([
      'idle',
      'reply 200 hello',
      'idle',
      'gone: the server closed the connection',
    ]);
  });

  test('when nobody listens', async () => {
    server = await testServer(() => undefined);
    await server.close();
    const events = recordedEvents();
    rawHttpLanes(server.address)(events);
    expect(await events.until(1)).toEqual([
      expect.stringMatching(/^gone: the connection failed: connect ECONNREFUSED/),
    ]);
  });
});

test('a lane that was closed tells nothing more', async () => {
  server = await testServer(inPieces(WHOLE.slice(0, 20), WHOLE.slice(20)));
  const events = recordedEvents((idle) => idle.send(GET));
  lane = rawHttpLanes(server.address)(events);
  await events.until(1);
  lane.close();
  await new Promise((resolve) => setTimeout(resolve, 4 * APART_MS));
  expect(events.told).toEqual(['idle']);
});
