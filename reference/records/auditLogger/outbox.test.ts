import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lifetime } from '../../kit/lifetime.ts';
import { outbox } from './outbox.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Sending {
  readonly to: string;
  readonly items: readonly number[];
  readonly atMs: number;
}

function setUp(send: (to: string, count: number) => Promise<boolean>, batch = 10) {
  const rows = new Map<string, number[]>();
  const sendings: Sending[] = [];
  const startMs = Date.now();
  const life = lifetime();
  const sender = outbox<number>({
    pending: (to) => (rows.get(to) ?? []).slice(0, batch),
    send(to, items) {
      sendings.push({ to, items, atMs: Date.now() - startMs });
      return send(to, sendings.filter((each) => each.to === to).length);
    },
    delivered(to, items) {
      rows.set(
        to,
        (rows.get(to) ?? []).filter((row) => !items.includes(row)),
      );
    },
    lifetime: life,
  });
  function put(to: string, ...items: number[]): void {
    rows.set(to, [...(rows.get(to) ?? []), ...items]);
    sender.wake(to);
  }
  const ofOrganisation = (to: string) => sendings.filter((each) => each.to === to);
  return { sender, put, rows, sendings, ofOrganisation, life };
}

test('all that is pending is sent in batches, and leaves the store', async () => {
  const { put, sendings, rows } = setUp(() => Promise.resolve(true), 2);
  put('O1', 1, 2, 3);
  await vi.advanceTimersByTimeAsync(0);
  expect(sendings.map(({ items }) => items)).toEqual([[1, 2], [3]]);
  expect(rows.get('O1')).toEqual([]);
});

test('what comes after all was sent is sent too', async () => {
  const { put, sendings } = setUp(() => Promise.resolve(true));
  put('O1', 1);
  await vi.advanceTimersByTimeAsync(0);
  put('O1', 2);
  await vi.advanceTimersByTimeAsync(0);
  expect(sendings.map(({ items }) => items)).toEqual([[1], [2]]);
});

test('waking one with nothing to send does nothing, and it can be woken again', async () => {
  const { sender, put, sendings } = setUp(() => Promise.resolve(true));
  sender.wake('O1');
  await vi.advanceTimersByTimeAsync(0);
  expect(sendings).toEqual([]);
  put('O1', 1);
  await vi.advanceTimersByTimeAsync(0);
  expect(sendings).toHaveLength(1);
});

test('one sending is under way at a time, and what came meanwhile goes with the next', async () => {
  let answer: (isTaken: boolean) => void = () => undefined;
  const { put, sendings } = setUp(() => new Promise((resolve) => (answer = resolve)));
  put('O1', 1);
  await vi.advanceTimersByTimeAsync(0);
  put('O1', 2);
  put('O1', 3);
  await vi.advanceTimersByTimeAsync(100);
  expect(sendings).toHaveLength(1);
  answer(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(sendings.map(({ items }) => items)).toEqual([[1], [2, 3]]);
});

test('what fails is sent again after 50 ms, then twice as long each time, at most 2 s', async () => {
  const { put, sendings, rows } = setUp((_, count) => Promise.resolve(count === 9));
  put('O1', 1);
  await vi.advanceTimersByTimeAsync(20_000);
  const pauses = sendings.slice(1).map(({ atMs }, index) => atMs - sendings[index]!.atMs);
  expect(pauses).toEqual([50, 100, 200, 400, 800, 1600, 2000, 2000]);
  expect(rows.get('O1')).toEqual([]);
});

test('after a success the pauses begin anew', async () => {
  const { put, sendings } = setUp((_, count) => Promise.resolve(count === 4 || count === 6));
  put('O1', 1);
  await vi.advanceTimersByTimeAsync(5000);
  put('O1', 2);
  await vi.advanceTimersByTimeAsync(5000);
  expect(sendings[5]!.atMs - sendings[4]!.atMs).toBe(50);
});

test('a rejection is a failure, of the sending and of the store', async () => {
  const { put, sendings, rows } = setUp((_, count) =>
    count === 1 ? Promise.reject(new Error('down')) : Promise.resolve(true),
  );
  const store = vi.spyOn(rows, 'set');
  put('O1', 1);
  store.mockImplementationOnce(() => {
    throw new Error('full');
  });
  await vi.advanceTimersByTimeAsync(1000);
  expect(sendings).toHaveLength(3);
  expect(rows.get('O1')).toEqual([]);
});

test('no answer within 2 s is a failure', async () => {
  const { put, sendings } = setUp((_, count) =>
    count === 1 ? new Promise(() => undefined) : Promise.resolve(true),
  );
  put('O1', 1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sendings.map(({ atMs }) => atMs)).toEqual([0, 2050]);
});

test('organisations do not wait for each other', async () => {
  const { put, ofOrganisation } = setUp((to) =>
    to === 'O1' ? new Promise(() => undefined) : Promise.resolve(to !== 'O2'),
  );
  put('O1', 1);
  put('O2', 1);
  put('O3', 1);
  await vi.advanceTimersByTimeAsync(60);
  expect(['O1', 'O2', 'O3'].map((to) => ofOrganisation(to).length)).toEqual([1, 2, 1]);
});

test('after the end nothing is sent, and what was on its way stays in the store', async () => {
  let answer: (isTaken: boolean) => void = () => undefined;
  const { sender, put, rows, sendings, life } = setUp((to) =>
    to === 'O1' ? new Promise((resolve) => (answer = resolve)) : Promise.resolve(false),
  );
  put('O1', 1);
  put('O2', 1);
  await vi.advanceTimersByTimeAsync(0);
  life.close();
  answer(true);
  await sender.settled();
  sender.wake('O1');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sendings).toHaveLength(2);
  expect(rows.get('O1')).toEqual([1]);
});

test('no timer is left behind', async () => {
  const { put } = setUp(() => Promise.resolve(true));
  put('O1', 1);
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
});
