import { expect, test } from 'vitest';
import { groups } from './groups.ts';

test('a group has what was added under its id, once, until it is removed', () => {
  const map = groups<number>();
  map.add('a', 2);
  map.add('a', 1);
  map.add('a', 2);
  map.add('b', 3);
  expect([...map.of('a')]).toEqual([2, 1]);
  map.remove('a', 2);
  map.remove('a', 1);
  map.remove('c', 1);
  expect([...map.of('a'), ...map.of('b')]).toEqual([3]);
});

test('the empty id is nobody’s', () => {
  const map = groups<number>();
  map.add('', 1);
  expect([...map.of('')]).toEqual([]);
});
