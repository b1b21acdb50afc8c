import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonicalJson.ts';

test('the canonical form is that of the canonicalize package, for whatever JSON can say', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }), (value) => {
      expect(canonicalJson(value)).toBe(canonicalize(value));
    }),
    { numRuns: 2000 },
  );
});

test('keys are ordered by UTF-16 code unit, as in the example of RFC 8785', () => {
  const value = {
    '\u20ac': 1,
    '\r': 2,
    '\ufb33': 3,
    1: 4,
    '\ud83d\ude00': 5,
    '\u0080': 6,
    '\u00f6': 7,
  };
  expect(canonicalJson(value)).toBe(
    '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
  );
});

test('objects with many keys are ordered too', () => {
  const value = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, index]));
  expect(canonicalJson({ value })).toBe(canonicalize({ value }));
});

test('numbers have the shortest form, and minus zero is zero', () => {
  expect(canonicalJson([1e21, 1e-7, -0, 9007199254740991, 4.5])).toBe(
    '[1e+21,1e-7,0,9007199254740991,4.5]',
  );
});

test.each([[Number.NaN], [Number.POSITIVE_INFINITY], ['\ud800']])(
  '%j has no canonical form',
  (value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  },
);
