import { expect, test } from 'vitest';
import type { WorldCall } from '../../../world/world.ts';
import { createCallLog } from './callLog.ts';

const call: WorldCall = {
  operation: 'book',
  input: {},
  headers: {},
  body: '',
  signal: new AbortController().signal,
};

test.each([
  [2, [0, 1]],
  [3, [0, 1, 2]],
  [5, [2, 3, 4]],
  [6, [3, 4, 5]],
])('of %d calls the newest three are kept, in the order in which they came', (count, kept) => {
  const log = createCallLog(() => 7, 3);
  for (let index = 0; index < count; index += 1) log.add(call, ['a', `b${index}`]);
  const seen = log.list('a', undefined);
  expect(seen.map(({ index }) => index)).toEqual(kept);
  expect(seen[0]).toEqual({
    index: kept[0],
    operation: 'book',
    input: {},
    headers: {},
    body: '',
    atMs: 7,
  });
});

test('calls are listed from an index on, whatever their ids, as far as they are kept', () => {
  const log = createCallLog(() => 7, 3);
  for (const id of ['a', 'b', 'c', 'd']) log.add(call, [id]);
  log.add({ ...call, operation: 'cancel' }, ['e']);
  const since = (index: number, operations?: string[]) =>
    log.since(index, operations).map((seen) => seen['index']);
  expect(log.count()).toBe(5);
  expect([since(0), since(3), since(5), since(9)]).toEqual([[2, 3, 4], [3, 4], [], []]);
  expect(since(3, ['cancel'])).toEqual([4]);
});
