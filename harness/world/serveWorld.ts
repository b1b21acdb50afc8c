/**
 * The world over HTTP, by plain node:http: it shares the machine with what is measured, and a framework would cost as much again as
 * the simulators.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WorldOperation } from '../contract/caseStudy.ts';
import { MAX_REPLY_BYTES } from '../target/bounds.ts';
import type { JsonObject } from '../target/target.ts';
import type { WorldReply } from './world.ts';
import type { WorldFrame } from './worldFrame.ts';
import { worldRoutes } from './worldRoutes.ts';

/** What may be shown in one reply may be passed on in one call. */
export const MAX_BODY_BYTES = MAX_REPLY_BYTES;

const HOST = '127.0.0.1';

export interface ServedWorld {
  readonly url: string;
  close(): Promise<void>;
}

/** @param port 0 for any that is free */
export async function serveWorld(
  operations: Iterable<WorldOperation>,
  frame: WorldFrame,
  port: number,
): Promise<ServedWorld> {
  const find = worldRoutes(operations);
  const server = createServer((request, response) => {
    void answer(find, frame, request, response);
  });
  // An idle connection that the server closed would look to a caller that just used it like a failure of the service.
  server.keepAliveTimeout = 0;
  await listen(server, port);
  const address = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(new Error(`The world cannot listen on ${HOST}:${port}: ${error.message}.`)),
    );
    server.listen(port, HOST, resolve);
  });
}

async function answer(
  find: ReturnType<typeof worldRoutes>,
  frame: WorldFrame,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  const read = await readBody(request);
  if (read === 'gone') return;
  if (read === 'too-long') {
    response.setHeader('connection', 'close');
    return send(response, frame.refuse(413, `A body has more than ${MAX_BODY_BYTES} bytes.`));
  }
  const { body } = read;
  const heard = hear(find, request, body);
  if ('wrong' in heard) return send(response, frame.refuse(heard.status, heard.wrong));
  const headers = request.headers as Record<string, string>;
  const { operation, input } = heard;
  send(response, await frame.answer(operation, { input, headers, body, signal: gone.signal }));
}

function readBody(request: IncomingMessage): Promise<{ body: string } | 'too-long' | 'gone'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) return resolve('too-long');
      chunks.push(chunk);
    });
    request.on('end', () => resolve({ body: Buffer.concat(chunks).toString() }));
    request.on('close', () => resolve('gone'));
    request.on('error', () => resolve('gone'));
  });
}

type Heard =
  | { readonly operation: WorldOperation; readonly input: JsonObject }
  | { readonly status: 400 | 404; readonly wrong: string };

function hear(find: ReturnType<typeof worldRoutes>, request: IncomingMessage, body: string): Heard {
  const { method = '', url = '' } = request;
  const queryAt = url.indexOf('?');
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const found = find(method, path);
  if (!found) return { status: 404, wrong: `${method} ${path} is no operation of this world.` };

  const { operation, fields } = found;
  const wrong = (what: string): Heard => ({ status: 400, wrong: `${operation.id}: ${what}` });
  const sent = parseBody(body);
  if (sent === undefined) return wrong('its body is not a JSON object.');
  const query = queryAt < 0 ? {} : Object.fromEntries(new URLSearchParams(url.slice(queryAt)));
  const twice = Object.keys(fields).find(
    (name) => sent[name] !== undefined && sent[name] !== fields[name],
  );
  if (twice !== undefined) return wrong(`its body has another "${twice}" than its path.`);
  return { operation, input: { ...query, ...sent, ...fields } };
}

function parseBody(body: string): JsonObject | undefined {
  if (body === '') return {};
  try {
    const value: unknown = JSON.parse(body);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, reply: WorldReply): void {
  if (response.destroyed) return;
  switch (reply.kind) {
    case 'silence':
      return;
    case 'reset':
      return void response.socket?.resetAndDestroy();
    case 'reply': {
      const isText = typeof reply.body === 'string';
      const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
      response.writeHead(reply.status, {
        'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json',
        'content-length': Buffer.byteLength(text),
      });
      response.end(text);
    }
  }
}
