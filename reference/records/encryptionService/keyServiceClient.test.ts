import { afterEach, expect, test } from 'vitest';
import { startStubServer } from '../../kit/stubServer.ts';
import type { StubCall, StubReply, StubServer } from '../../kit/stubServer.ts';
import { keyServiceClient } from './keyServiceClient.ts';
import type { KeyService } from './keyServiceClient.ts';

let server: StubServer | undefined;
let client: KeyService | undefined;

afterEach(async () => {
  await client?.close();
  await server?.close();
});

/** A client of a key service that answers everything alike; `calls` are those that it got. */
async function setUp(reply: StubReply) {
  const calls: StubCall[] = [];
  server = await startStubServer((call) => {
    calls.push(call);
    return reply;
  });
  client = keyServiceClient(`${server.url}/world/`);
  return { client, calls };
}

const dataKey = Buffer.alloc(32, 7);
const plaintext = dataKey.toString('base64');
const key = { patientId: 'P1', state: 'enabled', keyVersion: 2 };

function ok(body: unknown): StubReply {
  return { status: 200, body };
}

const CALLS: [string, (keys: KeyService) => Promise<unknown>, StubCall, object, unknown][] = [
  ['createKey', (keys) => keys.createKey('P1'), call('PUT', []), key, keyValue()],
  ['getKey', (keys) => keys.getKey('P1'), call('GET', []), key, keyValue()],
  [
    'wrapKey',
    (keys) => keys.wrapKey('P1', dataKey),
    call('POST', ['wrap'], { plaintext }),
    { keyVersion: 2, wrapped: 'w' },
    { keyVersion: 2, wrapped: 'w' },
  ],
  [
    'unwrapKey',
    (keys) => keys.unwrapKey('P1', 'w'),
    call('POST', ['unwrap'], { wrapped: 'w' }),
    { keyVersion: 1, plaintext },
    dataKey,
  ],
  [
    'rotateWrappingKey',
    (keys) => keys.rotateWrappingKey('P1'),
    call('POST', ['rotate']),
    key,
    keyValue(),
  ],
  ['destroyKey', (keys) => keys.destroyKey('P1'), call('POST', ['destroy']), key, keyValue()],
];

function call(method: string, rest: string[], body = {}): StubCall {
  return { method, path: ['world', 'kms', 'keys', 'P1', ...rest], body };
}

function keyValue() {
  return { state: 'enabled', keyVersion: 2 };
}

test.each(CALLS)('%s asks as the contract says, and reads the answer', async (...row) => {
  const [, ask, sent, answer, value] = row;
  const { client: keys, calls } = await setUp(ok(answer));
  expect(await ask(keys)).toEqual({ kind: 'ok', value });
  expect(calls).toEqual([sent]);
});

test.each([
  [410, 'gone'],
  [404, 'unknown'],
  [400, 'unavailable'],
  [500, 'unavailable'],
  [503, 'unavailable'],
  [201, 'unavailable'],
])('status %i is %s, in every call', async (status, kind) => {
  const { client: keys } = await setUp({ status, body: { ...key, wrapped: 'w', plaintext } });
  for (const [, ask] of CALLS) expect(await ask(keys)).toEqual({ kind });
});

test.each([
  ['another patient', { ...key, patientId: 'P2' }],
  ['another state', { ...key, state: 'pending' }],
  ['no version', { ...key, keyVersion: 0 }],
  ['a wrapped key without an end', { keyVersion: 1, wrapped: 'w'.repeat(501) }],
  ['an empty wrapped key', { keyVersion: 1, wrapped: '' }],
  ['a key of 31 bytes', { keyVersion: 1, plaintext: Buffer.alloc(31).toString('base64') }],
  ['no object', null],
  ['a text', 'key'],
])('a reply with %s is no answer', async (_, body) => {
  const { client: keys } = await setUp(ok(body));
  const replies = await Promise.all(CALLS.map(([, ask]) => ask(keys)));
  expect(replies).toEqual(CALLS.map(() => ({ kind: 'unavailable' })));
});

test('a destroyed key is answered as it stands', async () => {
  const { client: keys } = await setUp(ok({ ...key, state: 'destroyed' }));
  const value = { state: 'destroyed', keyVersion: 2 };
  expect(await keys.getKey('P1')).toEqual({ kind: 'ok', value });
});

test('each patient is asked for under their own name', async () => {
  const { client: keys, calls } = await setUp(ok({}));
  for (const patientId of ['P1', 'P2']) {
    await keys.wrapKey(patientId, dataKey);
    await keys.unwrapKey(patientId, 'w');
  }
  expect(calls.map(({ path }) => path[3])).toEqual(['P1', 'P1', 'P2', 'P2']);
});

test('no answer within a second is no answer', async () => {
  const { client: keys } = await setUp('silence');
  const beganMs = performance.now();
  expect(await keys.unwrapKey('P1', 'w')).toEqual({ kind: 'unavailable' });
  const tookMs = performance.now() - beganMs;
  expect(tookMs).toBeGreaterThan(900);
  expect(tookMs).toBeLessThan(3000);
});

test('nobody there is no answer', async () => {
  const { client: keys } = await setUp(ok(key));
  await server?.close();
  expect(await keys.getKey('P1')).toEqual({ kind: 'unavailable' });
});
