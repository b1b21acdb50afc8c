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
