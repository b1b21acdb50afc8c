import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  acceptedConversions,
  acceptedFees,
  decimalAmount,
  isSameDecimal,
  splitFault,
} from './expectedMoney.ts';

test.each([
  [1234, 0, '1234'],
  [1234, 3, '1.234'],
  [5, 2, '0.05'],
  [5, 4, '0.0005'],
  [Number.MAX_SAFE_INTEGER, 2, '90071992547409.91'],
])('%i minor units with %i decimals are %s', (amountMinor, exponent, text) => {
  expect(decimalAmount(amountMinor, exponent)).toBe(text);
});

test.each([
  ['down or half to even, which is the same here', 1_000, '0.9204', { from: 2, to: 2 }, [920]],
  ['down or half to even, which is up here', 100, '0.556', { from: 2, to: 2 }, [55, 56]],
  ['a half goes to the even neighbour: down', 5, '0.5', { from: 2, to: 2 }, [2]],
  ['a half goes to the even neighbour: up', 3, '0.5', { from: 2, to: 2 }, [1, 2]],
  ['into a currency with more decimals', 7, '2', { from: 0, to: 3 }, [14_000]],
  ['into a currency with fewer decimals', 1_499, '1', { from: 3, to: 0 }, [1]],
  [
    'beyond the digits of a double',
    999_999_999_999,
    '9.87654321',
    { from: 2, to: 2 },
    [9_876_543_209_990],
  ],
] as const)('a conversion is rounded %s', (_, amountMinor, rate, exponents, expected) => {
  expect(acceptedConversions(amountMinor, rate, exponents)).toEqual(expected);
});

test.each([
  ['has no fraction', 10_000, { bps: 250, fixedMinor: 30 }, [280]],
  ['is rounded up or half to even', 101, { bps: 250, fixedMinor: 0 }, [3]],
  ['is rounded up or half to even, which is down', 101, { bps: 100, fixedMinor: 0 }, [2, 1]],
  ['is at most gross', 20, { bps: 250, fixedMinor: 30 }, [20]],
])('a fee that %s', (_, grossMinor, fee, expected) => {
  expect(acceptedFees(grossMinor, fee)).toEqual(expected);
});

test('the same rate may be written otherwise', () => {
  expect(isSameDecimal('1.10', '01.1')).toBe(true);
  expect(isSameDecimal('1.10', '1.01')).toBe(false);
});

const thirds = ['a', 'b', 'c'].map((merchantId) => ({ merchantId, weight: 1 }));
const given = (...amounts: number[]) =>
  amounts.map((amountMinor, index) => ({ merchantId: 'abc'[index] ?? '', amountMinor }));

test.each([
  ['an equal remainder goes to the first', thirds, given(34, 33, 33)],
  ['an equal remainder goes to the last', thirds, given(33, 33, 34)],
  [
    'a merchant who gets nothing is left out',
    [...thirds, { merchantId: 'd', weight: 1 }],
    given(25, 25, 25).concat({ merchantId: 'd', amountMinor: 25 }),
  ],
  [
    'a merchant who is named twice has the sum',
    [...thirds, { merchantId: 'a', weight: 3 }],
    given(66, 17, 17),
  ],
])('an allocation of 100 is accepted when %s', (_, splits, allocations) => {
  expect(splitFault(100, splits, allocations)).toBeUndefined();
});

test.each([
  ['something is lost', given(33, 33, 33), /add up to 99/],
  ['the rest goes to one', given(36, 32, 32), /due to it is 33 to 34/],
  [
    'a stranger gets something',
    [...given(34, 33), { merchantId: 'z', amountMinor: 33 }],
    /none of the splits/,
  ],
])('an allocation of 100 to three is wrong when %s', (_, allocations, sentence) => {
  expect(splitFault(100, thirds, allocations)).toMatch(sentence);
});

test('the largest remainder gets what is left, whatever the weights', () => {
  const splits = [
    { merchantId: 'a', weight: 5 },
    { merchantId: 'b', weight: 3 },
    { merchantId: 'c', weight: 2 },
  ];
  // 11 x 5/10 = 5.5, 3.3, 2.2.
  expect(splitFault(11, splits, given(6, 3, 2))).toBeUndefined();
  expect(splitFault(11, splits, given(5, 4, 2))).toMatch(/a gets 5, and due to it is 6/);
});

test('some allocation is accepted for every net and weights, and one off is not', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 53 - 1 }), weights, (net, each) => {
      const splits = each.map((weight, index) => ({ merchantId: `m${index}`, weight }));
      const allocations = allocateInTurn(net, each);
      expect(splitFault(net, splits, allocations)).toBeUndefined();
      const [first, ...others] = allocations;
      const more = [{ merchantId: 'm0', amountMinor: (first?.amountMinor ?? 0) + 1 }, ...others];
      expect(splitFault(net, splits, more)).toMatch(/add up/);
    }),
  );
});

/** One more at a time to whoever is furthest below the exact share. */
function allocateInTurn(net: number, weights: readonly number[]) {
  const total = BigInt(weights.reduce((sum, weight) => sum + weight, 0));
  const amounts = weights.map((weight) => (BigInt(net) * BigInt(weight)) / total);
  let left = BigInt(net) - amounts.reduce((sum, amount) => sum + amount, 0n);
  for (; left > 0n; left -= 1n) {
    const missing = amounts.map(
      (amount, index) => BigInt(net) * BigInt(weights[index] ?? 0) - amount * total,
    );
    const most = missing.reduce((a, b) => (a > b ? a : b));
    const index = missing.indexOf(most);
    amounts[index] = (amounts[index] ?? 0n) + 1n;
  }
  return amounts.map((amount, index) => ({ merchantId: `m${index}`, amountMinor: Number(amount) }));
}
