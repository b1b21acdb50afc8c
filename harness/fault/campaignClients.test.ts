import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import { packageRoot } from '../contract/packageRoot.ts';
import { historyInMemory } from '../history/historyFile.ts';
import { historyRecorder } from '../history/historyRecorder.ts';
import { campaignClients } from './campaignClients.ts';

const caseStudy = loadCaseStudy('tally', [join(packageRoot, 'bench/acceptance/tally')]);
const opened: (() => void)[] = [];
afterEach(() => opened.splice(0).forEach((close) => close()));

type Reply = (request: IncomingMessage, response: ServerResponse, call: number) => void;

async function clientsOf(reply: Reply, most: number) {
  const ports = new Set<number>();
  let calls = 0;
  const server = createServer((request, response) => {
    ports.add(request.socket.remotePort!);
    reply(request, response, (calls += 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const recorder = historyRecorder({ sink: historyInMemory(), rules: { definite: () => true } });
  const { port } = server.address() as AddressInfo;
  const clients = campaignClients({
    caseStudy,
    recorder,
    address: `http://127.0.0.1:${port}`,
    readyPath: '/health',
    name: 'c',
    most,
    listenMs: 100,
  });
  opened.push(() => {
    void clients.close();
    server.closeAllConnections();
    server.close();
  });
  return { clients, ports };
}

const answer = (response: ServerResponse): void => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ tally: 't', total: 1, additions: 1 }));
};
const add = { tally: 't', by: 1 };

test('there are as many clients as asked for, and no more', async () => {
  const { clients } = await clientsOf((_request, response) => answer(response), 2);
  const [one, other] = [clients.take()!, clients.take()!];
  expect(clients.take()).toBeUndefined();
  clients.give(one);
  expect(clients.take()).toBe(one);
  expect(other).toBeDefined();
});

test('a client goes on over the same connection, until a reply is lost', async () => {
  const { clients, ports } = await clientsOf((_request, response, call) => {
    if (call !== 3) answer(response);
  }, 1);
  const client = clients.take()!;
  const outcomes: string[] = [];
  for (let call = 0; call < 4; call += 1) {
    outcomes.push((await client.call('add', add)).operation.outcome);
  }
  expect(outcomes).toEqual(['ok', 'ok', 'info', 'ok']);
  expect(ports.size).toBe(2);
});

test('a client that lost its connection is back a moment later', async () => {
  const { clients } = await clientsOf((request) => request.socket.destroy(), 1);
  const client = clients.take()!;
  expect((await client.call('add', add)).operation.outcome).toBe('info');
  clients.give(client);
  expect(clients.take()).toBeUndefined();
  await expect.poll(() => clients.take(), { timeout: 2_000 }).toBe(client);
});
