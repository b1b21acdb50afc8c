import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import { packageRoot } from '../contract/packageRoot.ts';
import { connectHttp } from './httpConnection.ts';
import { implementationAtUrl } from './openUrl.ts';
import type { Answer, StreamEvent, SubscribeAnswer } from './target.ts';

const tally = loadCaseStudy('tally', [join(packageRoot, 'bench/acceptance/tally')]);
const add = tally.operations.get('add')!;
const watch = tally.streams.get('watch')!;
const TALLY = '{"tally":"t","total":1,"additions":1}';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function callAt(address: string, timeoutMs = 2_000): Promise<Answer> {
  const connection = connectHttp(tally, address, '/health');
  try {
    return await connection.call(add, { tally: 't', by: 1 }, timeoutMs);
  } finally {
    await connection.close();
  }
}

function answering(status: number, contentType: string, body: string): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': contentType }).end(body);
  };
}

describe('a reply over HTTP', () => {
  test.each<[string, number, string, string, Answer['kind'], string]>([
    ['the message, as JSON', 200, 'application/json; charset=utf-8', TALLY, 'ok', ''],
    ['the message, called text', 200, 'text/plain', TALLY, 'malformed', '"text/plain"'],
    [
      'another message',
      200,
      'application/json',
      '{"total":1}',
      'malformed',
      "required property 'tally'",
    ],
    ['no body', 200, 'application/json', '', 'malformed', 'nothing'],
    ['a redirect', 302, 'text/html', '', 'malformed', 'status 302'],
    ['a refusal', 404, 'application/problem+json', '{"code":"UNKNOWN_TALLY"}', 'refused', ''],
    ['a refusal as plain JSON', 404, 'application/json', '{"code":"UNKNOWN_TALLY"}', 'refused', ''],
    [
      'a refusal with another status',
      400,
      'application/json',
      '{"code":"UNKNOWN_TALLY"}',
      'malformed',
      'the status 404',
    ],
    [
      'a code that nobody knows',
      404,
      'application/json',
      '{"code":"NOPE"}',
      'malformed',
      'spec/tally/errors.json',
    ],
    ['a page that is not found', 404, 'text/html', '<h1>404</h1>', 'malformed', '<h1>404</h1>'],
    [
      'a refusal that is not definite',
      500,
      'application/json',
      '{"code":"INTERNAL"}',
      'indeterminate',
      'INTERNAL',
    ],
    [
      'an error of a proxy',
      502,
      'text/html',
      '<h1>bad gateway</h1>',
      'indeterminate',
      'status 502',
    ],
  ])('that is %s', async (_, status, type, body, kind, says) => {
    const answer = await callAt(await serve(answering(status, type, body)));
    expect(answer.kind, JSON.stringify(answer)).toBe(kind);
    if (says !== '') expect('reason' in answer && answer.reason).toContain(says);
  });

  test('that is none of the contract keeps what came, so that it can be looked at', async () => {
    const page = `<h1>Error</h1>${'x'.repeat(100_000)}`;
    const answer = await callAt(await serve(answering(500, 'text/html', page)));
    expect(answer).toMatchObject({
      kind: 'indeterminate',
      reply: {
        status: 500,
        headers: { 'content-type': 'text/html' },
        body: page.slice(0, 64 * 1024),
      },
    });
    server!.close();
    const wrong = await callAt(await serve(answering(200, 'application/json', '{"total":1}')));
    expect(wrong).toMatchObject({
      kind: 'malformed',
      reply: { status: 200, body: '{"total":1}' },
    });
  });

  test('that does not come in time is indeterminate', async () => {
    const answer = await callAt(await serve(() => undefined), 50);
    expect(answer).toMatchObject({ kind: 'indeterminate' });
  });

  test('is not waited for where nothing listens', async () => {
    const address = await serve(() => undefined);
    await new Promise((resolve) => server!.close(resolve));
    const answer = await callAt(address);
    expect(answer).toMatchObject({
      kind: 'indeterminate',
      reason: expect.stringContaining('nothing listens there'),
    });
  });

  test('is asked for once: a request whose connection breaks is not sent again', async () => {
    let requests = 0;
    const address = await serve((request) => {
      requests += 1;
      request.socket.destroy();
    });
    expect((await callAt(address)).kind).toBe('indeterminate');
    expect(requests).toBe(1);
  });

  test('carries path fields in the path and the others in the body', async () => {
    let seen = '';
    const address = await serve(async (request, response) => {
      for await (const chunk of request) seen += String(chunk);
      seen = `${request.method} ${request.url} ${seen}`;
      answering(200, 'application/json', TALLY)(request, response);
    });
    await callAt(address);
    expect(seen).toBe('POST /v1/tallies/t/add {"by":1}');
  });
});

describe('a stream over WebSocket', () => {
  async function subscribeTo(
    onClient: (client: WebSocket) => void,
  ): Promise<{ answer: SubscribeAnswer; events: StreamEvent[]; ended: Promise<unknown> }> {
    const address = await serve(() => undefined);
    const sockets = new WebSocketServer({ server: server! });
    sockets.on('connection', onClient);
    const events: StreamEvent[] = [];
    const ended = Promise.withResolvers();
    const connection = connectHttp(tally, address, '/health');
    const onEvent = (event: StreamEvent): void => {
      events.push(event);
      if (event.kind === 'ended') ended.resolve(event);
    };
    const answer = await connection.subscribe(watch, { tally: 't' }, onEvent, 2_000);
    return { answer, events, ended: ended.promise };
  }

  test('tells messages, what is none, and the end, in order', async () => {
    const { answer, events, ended } = await subscribeTo((client) => {
      client.send(TALLY);
      client.send('{"total":"one"}');
      client.send('hello');
      client.close(1001, 'bye');
    });
    await ended;
    expect(answer.kind).toBe('ok');
    expect(events.map(({ kind }) => kind)).toEqual(['message', 'malformed', 'malformed', 'ended']);
    expect(events.at(-1)).toMatchObject({ reason: expect.stringContaining('bye') });
  });

  test('can be refused with a problem document instead of the upgrade', async () => {
    const address = await serve(() => undefined);
    server!.on('upgrade', (_request, socket) => {
      const body = '{"code":"UNKNOWN_TALLY"}';
      socket.end(
        `HTTP/1.1 404 Not Found\r\ncontent-type: application/problem+json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
      );
    });
    const connection = connectHttp(tally, address, '/health');
    const answer = await connection.subscribe(watch, { tally: 't' }, () => undefined, 2_000);
    expect(answer).toMatchObject({ kind: 'refused', problem: { code: 'UNKNOWN_TALLY' } });
  });

  test('that nobody serves is not taken for a refusal of the contract', async () => {
    const address = await serve(answering(404, 'text/html', 'no'));
    const connection = connectHttp(tally, address, '/health');
    const answer = await connection.subscribe(watch, { tally: 't' }, () => undefined, 2_000);
    expect(answer.kind).toBe('malformed');
  });
});

describe('a server that is already running', () => {
  test('has the capabilities whose control operations are there', async () => {
    const with_ = await serve(answering(400, 'application/json', '{"code":"INVALID_REQUEST"}'));
    expect([...(await implementationAtUrl(tally, with_)).capabilities]).toEqual(['virtual-clock']);
    server!.close();
    const without = await serve(answering(404, 'text/html', 'no'));
    expect([...(await implementationAtUrl(tally, without)).capabilities]).toEqual([]);
  });

  test('is named by its address alone', async () => {
    await expect(implementationAtUrl(tally, 'localhost:80')).rejects.toThrow('--url localhost:80');
    await expect(implementationAtUrl(tally, 'http://h/api')).rejects.toThrow('without a path');
  });
});
