/**
 * For tests: answers what is sent on its stream with a Tally. As a module by its default export; as a process `echo.ts http PORT` or
 * `echo.ts stdio`.
 */
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Json, JsonObject } from '../target.ts';
import { valueOfText } from '../valueOfText.ts';

type Tell = (message: JsonObject) => void;

/** `throw`: throws. What is no object: its type, and how long it is as text. Else the sum so far. */
function echo(tell: Tell): (message: Json) => void {
  let total = 0;
  return (message) => {
    if (typeof message !== 'object' || message === null) {
      return tell({ tally: typeof message, total: String(message).length, additions: 0 });
    }
    const { tally, by } = message as { tally: string; by: number };
    if (tally === 'throw') throw new Error('thrown on purpose');
    total += by;
    tell({ tally, total, additions: 1, unit: '€' });
  };
}

export default async function create() {
  return {
    call: async () => ({ problem: { code: 'NOT_SUPPORTED' } }),
    subscribe: async (_stream: string, input: JsonObject, onMessage: Tell) => ({
      close: () => undefined,
      ...(input['tally'] !== 'deaf' && { send: echo(onMessage) }),
    }),
  };
}

function serveStdio(): void {
  const say = (line: object): void =>
    void process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...line })}\n`);
  const hears = new Map<Json, (message: Json) => void>();
  createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method, params } = JSON.parse(line) as {
      id: number;
      method: string;
      params: JsonObject;
    };
    if (method === 'send') return hears.get(params['subscription']!)?.(params['message']!);
    if (method === 'subscribe') {
      const tell: Tell = (message) =>
        say({ method: 'message', params: { subscription: id, message } });
      hears.set(id, echo(tell));
      return say({ id, result: { subscription: id } });
    }
    return say({ id, result: {} });
  });
}

/** Far more than the system buffers between two sockets. */
const MAX_FLOOD = 64;
const PADDING = 'x'.repeat(1024 * 1024);
const MAX_STALL_MS = 300;

/** Tells a MiB at a time for as long as it is taken, and then how many were. */
async function flood(socket: WebSocket): Promise<void> {
  const tell = (tally: string, total: number, padding: string): void =>
    socket.send(JSON.stringify({ tally, total, additions: 0, padding }));
  for (let told = 0; ; told += 1) {
    const stalledMs = performance.now() + MAX_STALL_MS;
    while (socket.bufferedAmount > 0 && performance.now() < stalledMs) await sleep(1);
    if (told === MAX_FLOOD || socket.bufferedAmount > 0) return tell('flooded', told, '');
    tell('flood', told, PADDING);
  }
}

function serveHttp(port: number): void {
  const server = createServer((_request, response) => response.end('{}'));
  new WebSocketServer({ server }).on('connection', (socket) => {
    const tell: Tell = (message) => socket.send(JSON.stringify(message));
    const hear = echo(tell);
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      if (text.includes('"flood"')) return void flood(socket);
      hear(valueOfText(text));
    });
  });
  server.listen(port, '127.0.0.1');
}

const [binding, port] = process.argv.slice(2);
if (binding === 'http') serveHttp(Number(port));
if (binding === 'stdio') serveStdio();
