/** One port for all workers: each match's requests and streams go to the worker that the ring names. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Contract } from '../../kit/contract.ts';
import { hashRing } from '../../kit/hashRing.ts';
import { forwardRequest, forwardUpgrade, workersAgent } from './forward.ts';
import { matchNamedBy, matchOfBody } from './matchOf.ts';
import type { Router, Worker } from './types.ts';

/** As the workers have it. */
const MAX_BODY_BYTES = 1024 * 1024;

/** As fastify has it: a client's connection lives as long as one to a worker. */
const KEEP_ALIVE_MS = 72_000;

const HEALTH_TIMEOUT_MS = 1000;

/** Listens on 127.0.0.1; port 0 takes a free one. While a worker is being started again, what is for it waits. */
export async function startRouter(
  workers: readonly Worker[],
  contract: Contract,
  port: number,
): Promise<Router> {
  const ring = hashRing(workers.length);
  const agent = workersAgent();
  const streams = new Set<Duplex>();
  // Requests that name no match are refused by whichever worker.
  const workerOf = (match: string | undefined): Worker => workers[ring.nodeOf(match ?? '')]!;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    if (method === 'GET' && /^\/health(\?|$)/.test(url)) return answerHealth(workers, response);
    const named = matchNamedBy(method, url);
    const body = named.in === 'body' ? await bodyOf(request) : undefined;
    if (body === 'too long') return refuseLength(contract, response);
    const match = named.in === 'url' ? named.match : matchOfBody(body!);
    const worker = { agent, port: await workerOf(match).port() };
    if (!response.destroyed) forwardRequest(worker, request, response, body);
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    streams.add(socket);
    socket.on('close', () => streams.delete(socket));
    socket.on('error', () => socket.destroy());
    const named = matchNamedBy('GET', request.url ?? '');
    const found = await workerOf(named.in === 'url' ? named.match : undefined).port();
    if (!socket.destroyed) forwardUpgrade(found, request, socket, head);
  }

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 });
  server.on('request', (request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.on('upgrade', (request, socket, head) => {
    upgrade(request, socket, head).catch(() => socket.destroy());
  });
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      for (const socket of streams) socket.destroy();
      agent.destroy();
      await closed;
    },
  };
}

/** Healthy is who can carry every match. */
async function answerHealth(workers: readonly Worker[], response: ServerResponse): Promise<void> {
  const answers = await Promise.all(workers.map(isHealthy));
  const isOk = answers.every(Boolean);
  const body = JSON.stringify({ status: isOk ? 'ok' : 'starting' });
  response.writeHead(isOk ? 200 : 503, { 'content-type': 'application/json' }).end(body);
}

async function isHealthy(worker: Worker): Promise<boolean> {
  const now = worker.now();
  if (!now) return false;
  try {
    const signal = AbortSignal.timeout(HEALTH_TIMEOUT_MS);
    const { ok } = await fetch(`http://127.0.0.1:${now.port}/health`, { signal });
    return ok;
  } catch {
    return false;
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | 'too long'> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > MAX_BODY_BYTES) return 'too long';
  }
  return Buffer.concat(chunks);
}

function refuseLength(contract: Contract, response: ServerResponse): void {
  const detail = `a body of more than ${MAX_BODY_BYTES} bytes`;
  const problem = contract.problem('INVALID_REQUEST', detail);
  const headers = { 'content-type': 'application/problem+json', connection: 'close' };
  response.writeHead(problem.status, headers).end(JSON.stringify(problem));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}
