import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { webhookSender } from './webhookSender.ts';
import type { OutboxRow } from './webhookSender.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(size: number, answer: (row: OutboxRow, attempt: number) => Promise<boolean>) {
  let rows = Array.from({ length: size }, (_, index) => ({
    id: index + 1,
    merchantId: 'M1',
    url: 'http://127.0.0.1/webhooks/M1',
    secret: 'whsec_1',
    body: `{"seq":${index + 1}}`,
  }));
  const attempts: { id: number; atMs: number }[] = [];
  const startMs = Date.now();
  const sender = webhookSender({
    pending: (limit) => rows.slice(0, limit),
    delivered: (ids) => void (rows = rows.filter(({ id }) => !ids.includes(id))),
    deliver(row) {
      attempts.push({ id: row.id, atMs: Date.now() - startMs });
      return answer(row, attempts.filter(({ id }) => id === row.id).length);
    },
  });
  return { sender, attempts, left: () => rows.map(({ id }) => id) };
}

test('every row is delivered once, and leaves the outbox', async () => {
  const { sender, attempts, left } = setUp(20, () => Promise.resolve(true));
  sender.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(attempts.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  expect(left()).toEqual([]);
});

test('at most eight attempts are under way', async () => {
  const { sender, attempts, left } = setUp(9, () => new Promise(() => undefined));
  sender.wake();
  sender.wake();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(attempts).toHaveLength(8);
  expect(left()).toHaveLength(9);
});

test('what fails is tried again after 200 ms, then twice as long each time, at most 5 s', async () => {
  const { sender, attempts, left } = setUp(1, (_, attempt) => Promise.resolve(attempt === 8));
  sender.wake();
  await vi.advanceTimersByTimeAsync(60_000);
  const pausesMs = attempts.slice(1).map(({ atMs }, index) => atMs - (attempts[index]?.atMs ?? 0));
  expect(pausesMs).toEqual([200, 400, 800, 1600, 3200, 5000, 5000]);
  expect(left()).toEqual([]);
});

test('a receiver that fails does not hold up the others, and a rejection is a failure', async () => {
  const { sender, attempts, left } = setUp(20, ({ id }) =>
    id <= 10 ? Promise.reject(new Error('down')) : Promise.resolve(true),
  );
  sender.wake();
  sender.wake();
  await vi.advanceTimersByTimeAsync(100);
  expect(attempts).toHaveLength(20);
  expect(left()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('after close nothing is tried again, and what was not taken is still in the outbox', async () => {
  const { sender, attempts, left } = setUp(2, () => Promise.resolve(false));
  sender.wake();
  await vi.advanceTimersByTimeAsync(10);
  await sender.close();
  sender.wake();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(attempts).toHaveLength(2);
  expect(left()).toEqual([1, 2]);
});
