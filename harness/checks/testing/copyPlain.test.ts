import { expect, test } from 'vitest';
import { copyPlain } from './copyPlain.ts';

test('a copy is equal and shares nothing', () => {
  const original = { a: [1, { b: null, c: undefined }], d: { e: 'x', f: Infinity }, g: true };
  const before = structuredClone(original);
  const copy = copyPlain(original);
  expect(copy).toStrictEqual(original);
  copy.a.push(2);
  (copy.a[1] as { b: unknown }).b = 'changed';
  copy.d.e = 'changed';
  expect(original).toStrictEqual(before);
});

test('a name that objects have from birth is a name like any other', () => {
  const original: unknown = JSON.parse('{"__proto__":{"a":1},"constructor":2}');
  expect(JSON.stringify(copyPlain(original))).toBe(JSON.stringify(original));
});

test.each([new Map(), () => 1, new Date(), [new Set()], { inside: new Error('x') }])(
  'what is no plain data is refused (%s)',
  (value) => {
    expect(() => copyPlain(value)).toThrow(TypeError);
  },
);
