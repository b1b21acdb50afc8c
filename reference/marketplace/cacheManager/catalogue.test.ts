import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createCatalogue } from './catalogue.ts';
import type { Catalogue } from './catalogue.ts';

const item = {
  productId: 'p',
  title: 'A thing',
  priceMinor: 100,
  revision: 1,
  cache: { ttlMs: 60_000, staleWhileRevalidateMs: 30_000, staleIfErrorMs: 300_000 },
};

let react: (response: ServerResponse) => void;
let seen: string[];
let catalogue: Catalogue;

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => (body += chunk));
  request.on('end', () => {
    seen.push(`${request.method} ${request.url} ${body}`.trim());
    react(response);
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  catalogue = createCatalogue(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(async () => {
  await catalogue.close();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen = [];
});

function answer(status: number, body: unknown): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
}

test('an item is what the catalogue has', async () => {
  react = answer(200, item);
  expect(await catalogue.get('p')).toEqual({ kind: 'item', item });
  expect(seen).toEqual(['GET /catalogue/items/p']);
});

test('a price is put, and the item with it answered', async () => {
  react = answer(200, { ...item, priceMinor: 200, revision: 2 });
  expect(await catalogue.putPrice('p', 200)).toMatchObject({ kind: 'item', item: { revision: 2 } });
  expect(seen).toEqual(['PUT /catalogue/items/p/price {"priceMinor":200}']);
});

test('what the catalogue has not is unknown', async () => {
  react = answer(404, {});
  expect(await catalogue.get('p')).toEqual({ kind: 'unknown' });
  expect(await catalogue.putPrice('p', 1)).toEqual({ kind: 'unknown' });
});

test.each<[string, number, unknown]>([
  ['an error', 500, item],
  ['a refusal', 400, item],
  ['no item', 200, {}],
  ['null', 200, null],
  ['an item without a policy', 200, { ...item, cache: undefined }],
  ['a price that is no integer', 200, { ...item, priceMinor: 1.5 }],
  ['a life that is below zero', 200, { ...item, cache: { ...item.cache, ttlMs: -1 } }],
])('%s is a problem of the catalogue', async (_, status, body) => {
  react = answer(status, body);
  expect(await catalogue.get('p')).toEqual({ kind: 'unavailable' });
  expect(await catalogue.putPrice('p', 1)).toEqual({ kind: 'unavailable' });
});

test('no answer within a second is a problem of the catalogue, and so is no connection', async () => {
  react = () => undefined;
  const startedMs = performance.now();
  expect(await catalogue.get('p')).toEqual({ kind: 'unavailable' });
  expect(performance.now() - startedMs).toBeGreaterThan(950);
  expect(performance.now() - startedMs).toBeLessThan(2_000);
  const nowhere = createCatalogue('http://127.0.0.1:1');
  expect(await nowhere.get('p')).toEqual({ kind: 'unavailable' });
  await nowhere.close();
});
