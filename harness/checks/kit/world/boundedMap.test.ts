import { expect, test } from 'vitest';
import { boundedMap } from './boundedMap.ts';

test('a bounded map forgets what was put first, and says so', () => {
  const forgotten: number[] = [];
  const map = boundedMap<number>(2, (value) => forgotten.push(value));
  map.set('a', 1);
  map.set('b', 2);
  map.set('b', 3);
  expect(forgotten).toEqual([]);
  map.set('c', 4);
  expect(forgotten).toEqual([1]);
  expect([map.get('a'), ...map.values()]).toEqual([undefined, 3, 4]);
});
