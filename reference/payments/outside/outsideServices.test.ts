import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { outsideServices } from './outsideServices.ts';
import type { OutsideServices } from './outsideServices.ts';

type Reaction = (response: ServerResponse, request: IncomingMessage) => void;

let react: Reaction;
let seen: { method: string; url: string; body: string; signature: unknown }[];
let services: OutsideServices;
let worldUrl: string;

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => (body += chunk));
  request.on('end', () => {
    const { method = '', url = '', headers } = request;
    seen.push({ method, url, body, signature: headers['casemark-signature'] });
    react(response, request);
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  worldUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  services = outsideServices(worldUrl);
});
afterAll(async () => {
  await services.close();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen = [];
});

const TIMEOUT_MS = 1000;
const SHORT_MS = 50;

const answer =
  (status: number, body: unknown): Reaction =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
const silence: Reaction = () => undefined;
const reset: Reaction = (_, request) => request.socket.destroy();
const half: Reaction = (response) => {
  response.writeHead(200, { 'content-length': 1000 });
  response.write('{"score":');
  setTimeout(() => response.destroy(), 10);
};
const tooLong = (member: string): Reaction =>
  answer(200, `{${member}, "rest": "${'x'.repeat(64 * 1024)}"}`);

const card = {
  type: 'card',
  number: '4242424242424242',
  expMonth: 1,
  expYear: 2030,
  cvc: '123',
} as const;
const token = { token: 'tok_1', last4: '4242', fingerprint: 'fp_1' };
const fraud = {
  paymentId: 'P1',
  merchantId: 'M1',
  deviceId: 'D1',
  amountMinor: 100,
  currency: 'EUR',
  customerCountry: 'DE',
  fingerprint: 'fp_1',
};
const person = { paymentId: 'P1', merchantId: 'M1', name: 'Ada', country: 'DE' };
const charge = {
  reference: 'R1',
  status: 'captured',
  declineCode: null,
  amountMinor: 100,
  capturedMinor: 100,
  refundedMinor: 0,
  feeMinor: 3,
};
const refund = { refundReference: 'F1', status: 'succeeded', amountMinor: 50 };
const name = { providerId: 'V1', reference: 'R1' };
const createRequest = {
  ...name,
  paymentId: 'P1',
  merchantId: 'M1',
  token: 'tok_1',
  amountMinor: 100,
  currency: 'EUR',
  capture: true,
};

const failures: [string, Reaction][] = [
  ['an error', answer(503, { score: 0.1, match: false, ...token })],
  ['a refusal', answer(400, { score: 0.1, match: false, ...token })],
  ['a redirect', answer(302, { score: 0.1, match: false, ...token })],
  ['silence', silence],
  ['a reset', reset],
  ['half a body', half],
  ['no JSON', answer(200, 'score: 0.1')],
  ['null', answer(200, 'null')],
  ['a body of more than 64 KiB', tooLong('"score": 0.1, "match": false, "token": "t"')],
];

test('a token is what the vault gives', async () => {
  react = answer(200, token);
  expect(await services.tokenize(card, TIMEOUT_MS)).toEqual(token);
  expect(seen).toMatchObject([
    { method: 'POST', url: '/vault/tokens', body: JSON.stringify(card) },
  ]);
});

test.each(failures)('%s is no token, no score and no screening', async (_, reaction) => {
  react = reaction;
  const timeoutMs = reaction === silence ? SHORT_MS : TIMEOUT_MS;
  expect(await services.tokenize(card, timeoutMs)).toBe('unavailable');
  expect(await services.scoreFraud(fraud, timeoutMs)).toBe('unavailable');
  expect(await services.screenSanctions(person, timeoutMs)).toBe('unavailable');
  expect(seen).toHaveLength(3);
});

test.each([0, 0.5, 1])('%d is a score', async (score) => {
  react = answer(200, { score });
  expect(await services.scoreFraud(fraud, TIMEOUT_MS)).toBe(score);
  expect(seen).toMatchObject([{ url: '/fraud/scores', body: JSON.stringify(fraud) }]);
});

test.each(['-0.1', '1.01', '1e999', '"0.1"', 'null', '[0.1]', 'true'])(
  'the score %s is none',
  async (text) => {
    react = answer(200, `{"score": ${text}}`);
    expect(await services.scoreFraud(fraud, TIMEOUT_MS)).toBe('unavailable');
  },
);

test.each([true, false])('a match can be %j', async (match) => {
  react = answer(200, { match });
  expect(await services.screenSanctions(person, TIMEOUT_MS)).toBe(match);
  expect(seen).toMatchObject([{ url: '/sanctions/screenings', body: JSON.stringify(person) }]);
});

test.each([['"false"'], ['0'], ['null'], ['{}']])('the match %s is none', async (text) => {
  react = answer(200, `{"match": ${text}}`);
  expect(await services.screenSanctions(person, TIMEOUT_MS)).toBe('unavailable');
});

const commands: [string, string, string, () => Promise<object>, object][] = [
  [
    'createCharge',
    '/providers/V1/charges',
    '{"reference":"R1","paymentId":"P1","merchantId":"M1","token":"tok_1","amountMinor":100,"currency":"EUR","capture":true}',
    () => services.createCharge(createRequest, TIMEOUT_MS),
    { charge },
  ],
  [
    'captureCharge',
    '/providers/V1/charges/R1/captures',
    '{"captureReference":"C1","amountMinor":100}',
    () => services.captureCharge({ ...name, captureReference: 'C1', amountMinor: 100 }, TIMEOUT_MS),
    { charge },
  ],
  [
    'voidCharge',
    '/providers/V1/charges/R1/void',
    '{}',
    () => services.voidCharge(name, TIMEOUT_MS),
    { charge },
  ],
  [
    'refundCharge',
    '/providers/V1/charges/R1/refunds',
    '{"refundReference":"F1","amountMinor":50}',
    () => services.refundCharge({ ...name, refundReference: 'F1', amountMinor: 50 }, TIMEOUT_MS),
    { refund },
  ],
];

test.each(commands)('%s posts to %s and is answered', async (_, url, body, call, expected) => {
  react = answer(200, Object.values(expected)[0]);
  expect(await call()).toEqual({ kind: 'answered', ...expected });
  expect(seen).toMatchObject([{ method: 'POST', url, body }]);
});

test.each(commands)('%s tells what failed by whether it may have happened', async (...row) => {
  const call = row[3];
  const kinds: [Reaction, string][] = [
    [answer(500, {}), 'retryable'],
    [answer(503, charge), 'retryable'],
    [answer(400, {}), 'impossible'],
    [answer(404, {}), 'impossible'],
    [answer(409, charge), 'impossible'],
    [answer(302, charge), 'unknown'],
    [answer(200, {}), 'unknown'],
    [answer(200, 'no JSON'), 'unknown'],
    [half, 'unknown'],
    [reset, 'unknown'],
  ];
  for (const [reaction, kind] of kinds) {
    react = reaction;
    expect(await call()).toEqual({ kind });
  }
  expect(seen).toHaveLength(kinds.length);
});

test('a charge that is not answered in time is unknown', async () => {
  react = silence;
  expect(await services.createCharge(createRequest, SHORT_MS)).toEqual({ kind: 'unknown' });
});

test('without a connection nothing was charged, so the next provider can be asked', async () => {
  const unreachable = outsideServices('http://127.0.0.1:1');
  expect(await unreachable.createCharge(createRequest, TIMEOUT_MS)).toEqual({ kind: 'retryable' });
  expect(await unreachable.getCharge(name, TIMEOUT_MS)).toEqual({ kind: 'unknown' });
  expect(await unreachable.tokenize(card, TIMEOUT_MS)).toBe('unavailable');
  await unreachable.close();
});

const lookups: [string, string, () => Promise<object>, object][] = [
  ['getCharge', '/providers/V1/charges/R1', () => services.getCharge(name, TIMEOUT_MS), { charge }],
  [
    'getProviderRefund',
    '/providers/V1/refunds/F1',
    () => services.getProviderRefund({ providerId: 'V1', refundReference: 'F1' }, TIMEOUT_MS),
    { refund },
  ],
];

test.each(lookups)('%s asks %s: answered, absent or unknown', async (_, url, call, expected) => {
  react = answer(200, Object.values(expected)[0]);
  expect(await call()).toEqual({ kind: 'answered', ...expected });
  expect(seen).toEqual([{ method: 'GET', url, body: '', signature: undefined }]);
  react = answer(404, {});
  expect(await call()).toEqual({ kind: 'absent' });
  for (const reaction of [answer(500, {}), answer(400, {}), answer(200, {}), reset, half]) {
    react = reaction;
    expect(await call()).toEqual({ kind: 'unknown' });
  }
});

test('a webhook is delivered when the receiver answers 2xx', async () => {
  const deliver = (timeoutMs: number) =>
    services.deliverWebhook(`${worldUrl}/webhooks/M1?x=1`, '{"seq":1}', 't=1,v1=ab', timeoutMs);
  react = answer(204, '');
  expect(await deliver(TIMEOUT_MS)).toBe(true);
  expect(seen).toEqual([
    { method: 'POST', url: '/webhooks/M1?x=1', body: '{"seq":1}', signature: 't=1,v1=ab' },
  ]);
  for (const reaction of [answer(302, ''), answer(400, ''), answer(500, ''), reset, silence]) {
    react = reaction;
    expect(await deliver(reaction === silence ? SHORT_MS : TIMEOUT_MS)).toBe(false);
  }
  expect(await services.deliverWebhook('no url', '{}', 't=1,v1=ab', TIMEOUT_MS)).toBe(false);
});

test('connections are kept, and many calls at once are all answered', async () => {
  let connections = 0;
  const count = () => void connections++;
  server.on('connection', count);
  react = answer(200, charge);
  for (let round = 0; round < 10; round++) {
    const calls = Array.from({ length: 50 }, () =>
      services.createCharge(createRequest, TIMEOUT_MS),
    );
    expect(new Set((await Promise.all(calls)).map(({ kind }) => kind))).toEqual(
      new Set(['answered']),
    );
  }
  server.off('connection', count);
  expect(connections).toBeLessThan(250);
});
