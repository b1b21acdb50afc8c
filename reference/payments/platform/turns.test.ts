import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { turns } from './turns.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('turns on one payment are given in the order of asking, and others do not wait for them', async () => {
  const register = turns();
  const order: string[] = [];
  const first = await register.take('p');
  const second = register.take('p').then((turn) => (order.push('second'), turn));
  const third = register.take('p').then((turn) => (order.push('third'), turn));
  expect(await register.take('other')).toBeDefined();
  expect(order).toEqual([]);
  first?.release();
  (await second)?.release();
  await third;
  expect(order).toEqual(['second', 'third']);
});

test('a turn that does not come in five seconds is not to be had', async () => {
  const register = turns();
  await register.take('p');
  const waiting = register.take('p');
  await vi.advanceTimersByTimeAsync(5000);
  expect(await waiting).toBeUndefined();
});

test('who waits for a payment that goes on in the background is turned away, and so is who comes', async () => {
  const register = turns();
  const held = await register.take('p');
  const waiting = register.take('p');
  held?.holdBack();
  expect(await waiting).toBeUndefined();
  expect(await register.take('p')).toBeUndefined();
  held?.release();
  expect(await register.take('p')).toBeDefined();
});

test('a turn that is given back twice is given on once', async () => {
  const register = turns();
  const first = await register.take('p');
  const second = register.take('p');
  first?.release();
  first?.release();
  await second;
  expect(register.isBusy('p')).toBe(true);
});
