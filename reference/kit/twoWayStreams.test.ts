import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { loadContract } from './contract.ts';
import type { Contract } from './contract.ts';
import { serveHttp } from './httpServer.ts';
import type { HttpServer } from './httpServer.ts';
import { offer } from './service.ts';
import type { Deliver, Service } from './service.ts';
import { serveStdio } from './stdioServer.ts';
import { validated } from './validated.ts';

const oneWay = loadContract(join(import.meta.dirname, '../../spec/trading'), 'on');
const twoWay: Contract = {
  ...oneWay,
  streams: new Map([
    [
      'feed',
      { ...oneWay.streams.get('feed')!, send: oneWay.operations.get('cancelOrder')!.request },
    ],
  ]),
};
const CANCEL = { account: 'ann', orderId: 'o1' };
const MIB = 'x'.repeat(1024 * 1024);

/** Tells each subscriber what it sent. */
function echo(
  contract: Contract,
  delivers: Deliver[] = [],
): { service: Service; heard: unknown[] } {
  const heard: unknown[] = [];
  const service: Service = {
    call: async () => ({ output: {} }),
    async subscribe(_stream, _input, onMessage) {
      delivers.push(onMessage);
      return {
        send(message) {
          heard.push(message);
          onMessage({ heard: message });
        },
        invalid: (fault) => onMessage({ fault }),
        close: () => heard.push('closed'),
      };
    },
    close: async () => undefined,
  };
  return { service: validated(service, contract), heard };
}

let server: HttpServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function connect(): Promise<{ socket: WebSocket; told: Record<string, unknown>[] }> {
  const socket = new WebSocket(`ws://127.0.0.1:${server!.port}/v1/feed?symbol=ACME`);
  const told: Record<string, unknown>[] = [];
  socket.on('message', (data: Buffer) => told.push(JSON.parse(data.toString())));
  await new Promise((resolve) => socket.once('open', resolve));
  return { socket, told };
}

test('over HTTP a message comes to the service, in order and apart from what is none', async () => {
  const { service, heard } = echo(twoWay);
  server = await serveHttp(service, twoWay, 0);
  const { socket, told } = await connect();
  for (const text of [JSON.stringify(CANCEL), '{"account":"ann"}', 'nonsense', '"text"'])
    socket.send(text);
  socket.send(JSON.stringify({ ...CANCEL, orderId: 'o2' }));
  await expect.poll(() => told.length).toBe(5);
  expect(told.map((each) => Object.keys(each)[0])).toEqual([
    ...['heard', 'fault', 'fault', 'fault', 'heard'],
  ]);
  expect(told[1]!['fault']).toContain('orderId');
  socket.send(Buffer.from(JSON.stringify(CANCEL)));
  const code = await new Promise((resolve) => socket.once('close', resolve));
  expect(code).toBe(1003);
  await expect.poll(() => heard).toEqual([CANCEL, { ...CANCEL, orderId: 'o2' }, 'closed']);
});

test('over HTTP a stream whose contract has no "send" hears nothing', async () => {
  const { service, heard } = echo(oneWay);
  server = await serveHttp(service, oneWay, 0);
  const { socket } = await connect();
  socket.send(JSON.stringify(CANCEL));
  socket.send('x'.repeat(2_000));
  await new Promise((resolve) => socket.once('close', resolve));
  await expect.poll(() => heard).toEqual(['closed']);
});

test('over HTTP the service knows how far behind each subscriber is, and can drop what is not worth queueing', async () => {
  const delivers: Deliver[] = [];
  server = await serveHttp(echo(twoWay, delivers).service, twoWay, 0);
  const slow = await connect();
  const quick = await connect();
  slow.socket.pause();
  let dropped = 0;
  for (let nth = 0; nth < 30; nth += 1) {
    if (!offer(delivers[0]!, { nth, MIB }, 2 * MIB.length)) dropped += 1;
    expect(offer(delivers[1]!, { nth }, 2 * MIB.length)).toBe(true);
    await sleep(2);
  }
  expect(dropped).toBeGreaterThan(0);
  expect(delivers[0]!.bufferedBytes!()).toBeGreaterThan(2 * MIB.length);
  expect(delivers[0]!.bufferedBytes!()).toBeLessThan(4 * MIB.length);
  expect(delivers[1]!.bufferedBytes!()).toBe(0);
  await expect.poll(() => quick.told.length).toBe(30);
  slow.socket.resume();
  await expect.poll(() => slow.told.length).toBe(30 - dropped);
  expect(delivers[0]!.bufferedBytes!()).toBe(0);
});

test('by stdio a notification "send" comes to the service and is not answered; one for nobody is dropped', async () => {
  const { service, heard } = echo(twoWay);
  const [input, output] = [new PassThrough(), new PassThrough()];
  const served = serveStdio(service, twoWay, input, output);
  const lines: Record<string, unknown>[] = [];
  createInterface({ input: output }).on('line', (line) => lines.push(JSON.parse(line)));
  const say = (line: object): void =>
    void input.write(`${JSON.stringify({ jsonrpc: '2.0', ...line })}\n`);
  say({ id: 1, method: 'subscribe', params: { stream: 'feed', input: { symbol: 'ACME' } } });
  await expect.poll(() => lines.length).toBe(1);
  const { subscription } = lines[0]!['result'] as { subscription: string };
  for (const message of [CANCEL, 'nonsense'])
    say({ method: 'send', params: { subscription, message } });
  say({ method: 'send', params: { subscription: 'nobody', message: CANCEL } });
  say({ method: 'send' });
  await expect.poll(() => lines.length).toBe(3);
  const params = lines.slice(1).map((line) => line['params'] as { message: object });
  expect(params.map(({ message }) => Object.keys(message)[0])).toEqual(['heard', 'fault']);
  input.end();
  await served;
  expect(heard).toEqual([CANCEL, 'closed']);
  expect(lines).toHaveLength(3);
});
