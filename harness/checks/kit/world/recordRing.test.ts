import { expect, test } from 'vitest';
import { recordRing } from './recordRing.ts';

const TEXTS = ['', 'a', 'ä', '€', '😀', 'ein\nZeilenende\u2028und"Zeichen'];

test.each([1, 3, 255, 256, 257, 1000])(
  'the newest %d records are answered as they came, others are not there',
  (bound) => {
    const ring = recordRing<{ number: number; text: string }>(bound);
    for (let number = 0; number < 1500; number += 1) {
      const record = { number, text: TEXTS[number % TEXTS.length]! };
      expect(ring.add(record)).toBe(number);
      expect(ring.get(number)).toEqual(record);
      expect(ring.get(number - bound)).toBeUndefined();
      const oldest = Math.max(0, number - bound + 1);
      expect(ring.get(oldest)).toEqual({ number: oldest, text: TEXTS[oldest % TEXTS.length] });
    }
    expect(ring.count()).toBe(1500);
    expect([ring.get(-1), ring.get(1500), ring.get(9000)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  },
);

test('of a lone surrogate in a text the other records are as they were', () => {
  const ring = recordRing<string>(600);
  for (let number = 0; number < 512; number += 1) ring.add(number === 7 ? '\ud800' : `${number}`);
  expect([ring.get(7), ring.get(8), ring.get(300)]).toEqual(['\ud800', '8', '300']);
});
