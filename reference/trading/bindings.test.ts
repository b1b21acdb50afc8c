import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { loadContract } from '../kit/contract.ts';
import { serveHttp } from '../kit/httpServer.ts';
import { temporaryDir } from '../kit/temporaryDir.ts';
import create from './module.ts';
import { seededCommands } from './seededCommands.ts';
import { openTrading } from './tradingService.ts';

const contract = loadContract(join(import.meta.dirname, '../../spec/trading'), 'on');
const CLOCK_MS = 1_000_000;
const READS = [
  { operation: 'getBook', input: { symbol: 'ACME', depth: 3 } },
  { operation: 'getBook', input: { symbol: 'no/such%20symbol' } },
  { operation: 'getPositions', input: { account: 'ann' } },
  { operation: 'listTrades', input: { symbol: 'BETA', fromSeq: 5, limit: 3 } },
  { operation: 'cancelOrder', input: { account: 'ann', orderId: 'ö/?#% ' } },
  { operation: 'listAudit', input: { fromSeq: 100, limit: 5 } },
  { operation: 'listAudit', input: { fromSeq: 'x' } },
  { operation: 'setClock', input: { nowMs: 1 } },
  { operation: 'getStateHash', input: {} },
];
const CONVERSATION = [...seededCommands(3, 150), ...READS];

type Call = (operation: string, input: object) => Promise<unknown>;

/** Every answer, without what is measured and so never the same. */
async function converse(call: Call): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const { operation, input } of CONVERSATION) {
    const answer = (await call(operation, input)) as Record<string, unknown>;
    answers.push({ ...answer, latencyNs: undefined });
  }
  return answers;
}

async function byModule(): Promise<unknown[]> {
  const dir = temporaryDir();
  const service = await create({ dataDir: dir.path, clockMs: CLOCK_MS });
  const answers = await converse(async (operation, input) => {
    const answer = await service.call(operation, input);
    return 'output' in answer ? answer.output : answer.problem;
  });
  await service.close();
  dir.remove();
  return answers;
}

async function byHttp(): Promise<unknown[]> {
  const dir = temporaryDir();
  const { service } = await openTrading({
    dataDir: dir.path,
    clockMs: CLOCK_MS,
    testMode: 'on',
    durability: 'D1',
    shards: 0,
  });
  const server = await serveHttp(service, contract, 0);
  const answers = await converse(async (operation, input) => {
    const { method, path } = contract.operations.get(operation)!.http;
    const given = Object.entries(input as Record<string, unknown>);
    const rest = Object.fromEntries(given.filter(([name]) => !path.includes(`{${name}}`)));
    const filled = path.replaceAll(/\{(\w+)\}/g, (_match, name: string) =>
      encodeURIComponent(String((input as Record<string, unknown>)[name])),
    );
    const query = method === 'GET' ? `?${new URLSearchParams(rest as Record<string, string>)}` : '';
    const reply = await fetch(`http://127.0.0.1:${server.port}${filled}${query}`, {
      method,
      ...(method === 'GET' ? {} : { body: JSON.stringify(rest) }),
    });
    const body = (await reply.json()) as { status?: number };
    expect(reply.status).toBe(body.status ?? 200);
    return body;
  });
  await server.close();
  await service.close();
  dir.remove();
  return answers;
}

async function byStdio(): Promise<unknown[]> {
  const dir = temporaryDir();
  const args = [
    'main.ts',
    '--stdio',
    '--test-mode',
    '--data',
    dir.path,
    '--clock-ms',
    `${CLOCK_MS}`,
  ];
  const child = spawn(process.execPath, args, {
    cwd: import.meta.dirname,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const replies = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let id = 0;
  const answers = await converse(async (method, params) => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params })}\n`);
    const reply = JSON.parse((await replies.next()).value ?? 'null') as {
      id: number;
      result?: object;
      error?: { data: object };
    };
    expect(reply.id).toBe(id);
    return reply.result ?? reply.error!.data;
  });
  child.stdin.end();
  await new Promise((resolve) => child.once('exit', resolve));
  dir.remove();
  return answers;
}

test('HTTP, stdio and the module give the same answers', async () => {
  const expected = await byModule();
  expect(await byHttp()).toEqual(expected);
  expect(await byStdio()).toEqual(expected);
});

test('the feed over a WebSocket has every event, and an unknown symbol is refused before the upgrade', async () => {
  const dir = temporaryDir();
  const { service } = await openTrading({
    dataDir: dir.path,
    clockMs: CLOCK_MS,
    testMode: 'on',
    durability: 'D1',
    shards: 0,
  });
  const server = await serveHttp(service, contract, 0);
  const feed = `ws://127.0.0.1:${server.port}/v1/feed`;
  for (const { operation, input } of seededCommands(3, 0)) await service.call(operation, input);
  const socket = new WebSocket(`${feed}?symbol=ACME`);
  const heard: { type: string; seq: number }[] = [];
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString('utf8'))));
  await new Promise((resolve) => socket.once('open', resolve));
  for (const { operation, input } of seededCommands(3, 100)) await service.call(operation, input);
  const answer = await service.call('getBook', { symbol: 'ACME' });
  const { seq } = ('output' in answer ? answer.output : {}) as { seq: number };
  await expect.poll(() => heard.at(-1)?.seq).toBe(seq);
  expect(heard[0]!.type).toBe('SNAPSHOT');
  expect(heard.map((message) => message.seq)).toEqual(heard.map((_, index) => index));
  const status = await new Promise((resolve) => {
    const refused = new WebSocket(`${feed}?symbol=NONE`);
    refused.once('unexpected-response', (_request, reply) => resolve(reply.statusCode));
    refused.on('error', () => undefined);
  });
  expect(status).toBe(404);
  socket.terminate();
  await server.close();
  await service.close();
  dir.remove();
});

test('without test mode there are no control operations', async () => {
  const dir = temporaryDir();
  const options = { dataDir: dir.path, clockMs: 0, durability: 'D1', shards: 0 } as const;
  const { service, contract: offered } = await openTrading({ ...options, testMode: 'off' });
  const server = await serveHttp(service, offered, 0);
  const base = `http://127.0.0.1:${server.port}`;
  expect((await fetch(`${base}/control/state-hash`)).status).toBe(404);
  expect((await fetch(`${base}/control/clock`, { method: 'POST', body: '{}' })).status).toBe(404);
  expect(await service.call('getStateHash', {})).toMatchObject({
    problem: { code: 'NOT_SUPPORTED' },
  });
  expect(await (await fetch(`${base}/health`)).json()).toEqual({ status: 'ok' });
  await server.close();
  await service.close();
  dir.remove();
});
