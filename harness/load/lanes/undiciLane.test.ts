import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import type { Server as TlsServer, TLSSocket } from 'node:tls';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { closedLoopLanes } from './closedLoopLanes.ts';
import type { Lane, LaneRequest } from './lane.ts';
import { recordedEvents } from './recordedEvents.ts';
import { undiciLanes } from './undiciLane.ts';

const POST: LaneRequest = {
  operation: 'post',
  input: {},
  http: { method: 'POST', path: '/a?b=c', body: '{"x":1}' },
};

const hasOpenssl = spawnSync('openssl', ['version']).error === undefined;
if (!hasOpenssl)
  console.warn('Lanes over TLS are not tested: openssl, which makes the key, is missing.');

const folder = mkdtempSync(join(tmpdir(), 'casemark-tls-'));
const { key, cert } = hasOpenssl ? selfSigned() : { key: '', cert: '' };
const open: Lane[] = [];
const servers: TlsServer[] = [];
const sockets = new Set<TLSSocket>();

afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  open.splice(0).forEach((lane) => lane.close());
  sockets.forEach((socket) => socket.destroy());
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
});

function selfSigned(): { key: string; cert: string } {
  const files = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };
  const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2';
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const out = ['-keyout', files.key, '-out', files.cert];
  execFileSync('openssl', [...request.split(' '), ...names, ...out], { stdio: 'pipe' });
  return { key: readFileSync(files.key, 'utf8'), cert: readFileSync(files.cert, 'utf8') };
}

async function listening(server: TlsServer): Promise<string> {
  servers.push(server);
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

/** Says what it was asked, and over which version. An HTTP/2 request and response do all that is used of them here, too. */
function echo(request: IncomingMessage, response: ServerResponse): void {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const { httpVersion, method, url, headers } = request;
    response.statusCode = 201;
    response.end(`${httpVersion} ${method} ${url} ${headers['content-type']} ${body}`);
  });
}

function overHttp1(): TlsServer {
  return createServer({ key, cert }, echo);
}

function overHttp2(): TlsServer {
  const server = createSecureServer({ key, cert });
  return server.on('request', echo as unknown as () => void) as unknown as TlsServer;
}

/** @returns what a lane told of it, once there is `count` of it */
async function told(origin: string, requests: number, count: number): Promise<string[]> {
  const events = recordedEvents((lane, nth) => nth < requests && lane.send(POST));
  open.push(undiciLanes({ origin, ca: cert })(events));
  return events.until(count);
}

/** Answers the nth request on a connection with a text. */
async function tlsServer(answer: (socket: TLSSocket) => void): Promise<string> {
  return listening(
    createTlsServer({ key, cert, ALPNProtocols: ['http/1.1'] }, (socket) => {
      socket.on('data', () => answer(socket));
    }),
  );
}

describe.skipIf(!hasOpenssl)('a lane over TLS', () => {
  test.each([
    ['1.1', overHttp1],
    ['2.0', overHttp2],
  ])('carries one request after the other over HTTP/%s', async (version, create) => {
    const origin = await listening(create());
    const reply = `reply 201 ${version} POST /a?b=c application/json {"x":1}`;
    expect(await told(origin, 3, 7)).toEqual(['idle', reply, 'idle', reply, 'idle', reply, 'idle']);
    expect(sockets.size).toBeGreaterThan(0);
  });

  test('carries a closed loop', async () => {
    const origin = await listening(overHttp2());
    const { ok, errors } = await closedLoopLanes({
      openLane: undiciLanes({ origin, ca: cert }),
      lanes: 4,
      warmupMs: 100,
      durationMs: 200,
      request: () => POST,
      judge: (reply) => (reply.kind === 'http' && reply.status === 201 ? 'ok' : 'error'),
    });
    expect(ok).toBeGreaterThan(50);
    expect(errors).toBe(0);
  });

  test('is gone after a last reply', async () => {
    const text = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok';
    const origin = await tlsServer((socket) => socket.write(text));
    const events = await told(origin, 1, 3);
    expect(events.slice(0, 2)).toEqual(['idle', 'reply 200 ok']);
    expect(events[2]).toMatch(/^gone: /);
  });

  test.each([
    [
      'a body that is cut off',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell',
      'other side closed',
    ],
    ['a connection that ends without a reply', '', 'other side closed'],
    ['another protocol', 'SSH-2.0\r\n\r\n', 'Response does not match the HTTP/1.1 protocol'],
  ])('breaks on %s', async (_, text, reason) => {
    const origin = await tlsServer((socket) => socket.end(text));
    const [first, ...rest] = await told(origin, 1, 3);
    expect(first).toBe('idle');
    expect(rest).toEqual([
      expect.stringContaining(`broken: the connection failed: ${reason}`),
      expect.stringContaining(`gone: the connection failed: ${reason}`),
    ]);
  });

  test('is gone when the server closes it while it is idle, before and after a request', async () => {
    const origin = await listening(overHttp1());
    const told0 = told(origin, 0, 2);
    const told1 = told(origin, 1, 4);
    setTimeout(() => sockets.forEach((socket) => socket.destroy()), 100);
    expect((await told0)[1]).toMatch(/^gone: /);
    expect((await told1)[3]).toMatch(/^gone: /);
  });

  test('is gone where the certificate is not trusted', async () => {
    const origin = await listening(overHttp1());
    const events = recordedEvents();
    undiciLanes({ origin })(events);
    expect(await events.until(1)).toEqual([
      expect.stringMatching(/^gone: the connection failed: self-signed certificate/),
    ]);
  });

  test('that was closed tells nothing more', async () => {
    const origin = await listening(overHttp1());
    const events = recordedEvents((lane) => lane.send(POST));
    const lane = undiciLanes({ origin, ca: cert })(events);
    await events.until(1);
    lane.close();
    await new Promise((done) => setTimeout(done, 100));
    expect(events.told).toEqual(['idle']);
  });
});
