import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replyDeadline } from './replyDeadline.ts';

const server = createServer();
let near: Socket;
let far: Socket;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  near = connect((server.address() as AddressInfo).port, '127.0.0.1');
  [far] = (await once(server, 'connection')) as [Socket];
});
afterAll(() => {
  near.destroy();
  far.destroy();
  server.close();
});

function beBusy(forMs: number): void {
  const untilMs = performance.now() + forMs;
  while (performance.now() < untilMs);
}

test('what arrived while the process was busy is not missed', async () => {
  let missed = 0;
  const deadline = replyDeadline(20, () => (missed += 1));
  near.once('data', () => deadline.clear());
  far.write('reply');
  beBusy(100);
  await sleep(150);
  expect(missed).toBe(0);
});

test('what does not arrive is missed once, at its time', async () => {
  const startedMs = performance.now();
  const tookMs = await new Promise<number>((resolve) => {
    replyDeadline(50, () => resolve(performance.now() - startedMs));
  });
  expect(tookMs).toBeGreaterThanOrEqual(49);
  expect(tookMs).toBeLessThan(1_000);
});

test('what does not arrive is missed after a busy time too', async () => {
  let missed = 0;
  replyDeadline(20, () => (missed += 1));
  beBusy(100);
  await sleep(200);
  expect(missed).toBe(1);
});
