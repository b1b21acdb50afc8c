import fc from 'fast-check';
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

test('whatever is put, put again and deleted, the newest are kept', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const step = fc.record({ key, isDeleted: fc.boolean() });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step), (bound, steps) => {
      const map = boundedMap<string>(bound);
      let model: string[] = [];
      for (const { key, isDeleted } of steps) {
        if (isDeleted) map.delete(key);
        else map.set(key, key);
        if (isDeleted) model = model.filter((each) => each !== key);
        else if (!model.includes(key)) model.push(key);
        model = model.slice(-bound);
        expect([...map.values()]).toEqual(model);
      }
    }),
  );
});
