import { expect, test } from 'vitest';
import { metBefore } from './metBefore.ts';

test('a text is new once', () => {
  const isMet = metBefore();
  expect(['a', 'b', 'a', 'b', 'c'].map(isMet)).toEqual([false, false, true, true, false]);
});

test('of many few are taken for others, and of too many the first are new again', () => {
  const isMet = metBefore();
  const texts = Array.from({ length: 20_000 }, (_, index) => `P${index} Condition c1 1`);
  expect(texts.filter(isMet).length).toBeLessThan(600);
  expect(texts.filter(isMet).length).toBe(20_000);
  for (let index = 0; index < 160_000; index += 1) isMet(`other ${index}`);
  expect(texts.filter(isMet).length).toBeLessThan(10_000);
});
