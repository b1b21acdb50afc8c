import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deadlines } from './deadlines.ts';

test('what is due comes out in order of time, and nothing else does', () => {
  const times = fc.array(fc.nat(1000), { maxLength: 200 });
  fc.assert(
    fc.property(times, fc.nat(1000), (atMs, nowMs) => {
      const queue = deadlines();
      atMs.forEach((at) => queue.set(String(at), at));
      const due = queue.takeDue(nowMs, atMs.length).map(Number);
      const sorted = [...atMs].sort((a, b) => a - b);
      expect(due).toEqual(sorted.filter((at) => at <= nowMs));
      expect(queue.nextMs()).toBe(sorted.find((at) => at > nowMs) ?? Infinity);
    }),
  );
});

test('no more than asked for are taken out', () => {
  const queue = deadlines();
  for (const id of ['c', 'b', 'a']) queue.set(id, id.charCodeAt(0));
  expect(queue.takeDue(1000, 2)).toEqual(['a', 'b']);
  expect(queue.takeDue(1000, 2)).toEqual(['c']);
});
