import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../target/freePort.ts';
import { openWorld } from './openWorld.ts';
import { MAX_BODY_BYTES } from './serveWorld.ts';
import { echoCase } from './testing/echoCase.ts';
import type { World } from './world.ts';

/** A silence that lasts so long is one. */
const SILENT_MS = 150;

let world: World;
const open = async (): Promise<void> => {
  world = await openWorld(echoCase);
};
const close = (): Promise<void> => world.close();

function greet(text: string, options: RequestInit = {}): Promise<Response> {
  return post('/people/ann/greetings', JSON.stringify({ text }), options);
}

function post(path: string, body: string, options: RequestInit = {}): Promise<Response> {
  return fetch(world.url + path, { method: 'POST', body, ...options });
}

async function leftCallers(): Promise<string[]> {
  return (await world.ask({ ask: 'left' })) as string[];
}

describe('a call over HTTP', () => {
  beforeAll(open);
  afterAll(close);

  test('reaches the simulators with path, query and body together, its headers, and its bytes', async () => {
    const body = '{ "text": "hello" }';
    const response = await post('/people/a%2Fb%20c/greetings?tone=kind', body, {
      headers: { 'X-Said': 'Hi' },
    });
    expect(await response.json()).toEqual({
      operation: 'greet',
      input: { name: 'a/b c', text: 'hello', tone: 'kind' },
      said: 'Hi',
      body,
    });
  });

  test('needs no body where its fields travel in path and query', async () => {
    const response = await fetch(`${world.url}/people/ann?detail=age`);
    expect(await response.json()).toMatchObject({ input: { name: 'ann', detail: 'age' } });
  });

  test('may be answered with a text and any status', async () => {
    const response = await greet('speak plainly');
    expect([response.status, await response.text()]).toEqual([202, 'NaN']);
  });

  test('that meets silence waits, and tells the simulators when its caller leaves', async () => {
    await expect(greet('be silent', { signal: AbortSignal.timeout(SILENT_MS) })).rejects.toThrow(
      /timeout/,
    );
    const leave = new AbortController();
    const waiting = greet('wait until I leave', { signal: leave.signal }).catch(() => 'left');
    await sleep(SILENT_MS);
    expect(await leftCallers()).toEqual([]);
    leave.abort();
    expect(await waiting).toBe('left');
    await expect.poll(leftCallers).toEqual(['ann']);
  });

  test('that meets a reset is cut, and the next one is answered', async () => {
    await expect(greet('cut')).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect((await greet('hello')).status).toBe(200);
  });

  test('goes beside others, also while many wait', async () => {
    const before = (await leftCallers()).length;
    const leave = new AbortController();
    const waiting = Array.from({ length: 50 }, () =>
      greet('wait until I leave', { signal: leave.signal }).catch(() => 'left'),
    );
    const answered = await Promise.all(Array.from({ length: 50 }, () => greet('hello')));
    expect(answered.map(({ status }) => status)).toEqual(Array(50).fill(200));
    leave.abort();
    await Promise.all(waiting);
    await expect.poll(async () => (await leftCallers()).length).toBe(before + 50);
  });

  test('leaves its connection open, and announces no end of it', async () => {
    const socket = connect(Number(new URL(world.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /people/ann HTTP/1.1\r\nHost: world\r\n\r\n');
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toContain('200 OK');
    expect(first.toString()).not.toMatch(/timeout=/);
    socket.destroy();
  });
});

describe('a wrong call', () => {
  beforeAll(open);
  afterAll(close);

  test.each([
    ['of another shape', '/people/ann/greetings', '{}', 400, /no Greet .*'text'/],
    ['without JSON', '/people/ann/greetings', '{', 400, /greet: its body is not a JSON object/],
    ['with a list', '/people/ann/greetings', '[]', 400, /greet: its body is not a JSON object/],
    [
      'that contradicts its path',
      '/people/ann/greetings',
      '{"name":"bob","text":"x"}',
      400,
      /"name"/,
    ],
    ['to an unknown path', '/animals', '{}', 404, /POST \/animals is no operation/],
    ['with an empty field', '/people//greetings', '{"text":"x"}', 404, /no operation/],
    ['with a broken escape', '/people/%zz/greetings', '{"text":"x"}', 404, /no operation/],
    [
      'that makes no sense',
      '/people/ann/greetings',
      '{"text":"make no sense"}',
      400,
      /^greet: nobody/,
    ],
    [
      'too long',
      '/people/ann/greetings',
      `"${'x'.repeat(MAX_BODY_BYTES)}"`,
      413,
      /more than 16777216/,
    ],
  ])(
    '%s is answered with a sentence, which is remembered',
    async (_, path, body, status, sentence) => {
      const response = await post(path, body);
      const { detail } = (await response.json()) as { detail: string };
      expect([response.status, detail]).toEqual([status, expect.stringMatching(sentence)]);
      expect(await world.complaints()).toContain(detail);
    },
  );

  test('is remembered once, and no more than twenty of them', async () => {
    const known = (await world.complaints()).length;
    for (let count = 0; count < 25; count += 1) {
      await post(`/none/${count}`, '');
      await post(`/none/${count}`, '');
    }
    const complaints = await world.complaints();
    expect(complaints).toHaveLength(20);
    expect(complaints[19]).toContain(`/none/${19 - known}`);
  });
});

describe('a world', () => {
  beforeEach(open);
  afterEach(close);

  test('a defect of the simulators is answered 500 and told', async () => {
    expect((await greet('break')).status).toBe(500);
    expect(await world.complaints()).toEqual([
      'A defect of the simulators themselves, in greet: a spring is broken.',
    ]);
  });

  test('rejects a question that its simulators do not know with their sentence', async () => {
    await expect(world.ask({ ask: 'the way' })).rejects.toThrow('Nobody knows the way.');
  });

  test('that is closed ends what waits, refuses connections and answers no question', async () => {
    const waiting = greet('be silent').catch(() => 'ended');
    await sleep(SILENT_MS);
    await world.close();
    await world.close();
    expect(await waiting).toBe('ended');
    await expect(greet('hello')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await expect(world.ask({ ask: 'left' })).rejects.toThrow('The world was closed.');
  });

  test('opens on the port that it is told, or says that it is taken', async () => {
    const port = await freePort();
    const other = await openWorld(echoCase, { port });
    expect(other.url).toBe(`http://127.0.0.1:${port}`);
    await expect(openWorld(echoCase, { port })).rejects.toThrow(
      `The world cannot listen on 127.0.0.1:${port}`,
    );
    await other.close();
  });

  test('whose simulators cannot be made says why', async () => {
    const broken = { ...echoCase.world, simulatorsFile: import.meta.filename.replace('.test', '') };
    await expect(
      openWorld({ ...echoCase, world: { ...echoCase.world!, ...broken } }),
    ).rejects.toThrow(/openWorld\.ts exports no function "createSimulators"/);
  });

  test('of a case without outside services is not opened', async () => {
    await expect(openWorld({ id: 'tally', dir: '/' })).rejects.toThrow(
      'The case study tally has no outside services to play.',
    );
  });
});
