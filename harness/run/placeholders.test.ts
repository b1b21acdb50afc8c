import { expect, test } from 'vitest';
import { fillPlaceholders, MissingValue } from './placeholders.ts';

const values = { id: (name: string) => `${name}-1`, saved: new Map([['paid', 7]]), clockMs: 5 };

test('placeholders are filled at any depth; what looks like none stays as it is', () => {
  const filled = fillPlaceholders(
    {
      a: '$id:shop',
      b: [{ c: '$saved:paid' }, '$clockMs'],
      d: 'merchant:{$id:shop}:EUR',
      e: '{id}',
      f: '"{$saved:paid}"',
    },
    values,
  );
  expect(filled).toEqual({
    a: 'shop-1',
    b: [{ c: 7 }, 5],
    d: 'merchant:shop-1:EUR',
    e: '{id}',
    f: '"7"',
  });
});

test.each(['$saved:other', 'in a text {$saved:other}'])(
  'a value that no earlier reply gave is missing: %s',
  (a) => {
    expect(() => fillPlaceholders({ a }, values)).toThrow(MissingValue);
  },
);
