import { expect, test } from 'vitest';
import type { Entry, Line } from '../../../spec/payments/messages.d.ts';
import { accountSums, currencySums, imbalanceOf, showSums, unequalLayer } from './ledgerSums.ts';

const line = (
  direction: Line['direction'],
  accountId: string,
  amountMinor: number,
  more: Partial<Line> = {},
): Line => ({ direction, accountId, amountMinor, layer: 'posted', currency: 'EUR', ...more });

function entry(...lines: Line[]): Entry {
  return {
    entryId: 'e1',
    seq: 1,
    atMs: 0,
    kind: 'capture',
    lines: lines as Entry['lines'],
    reverses: null,
  };
}

const capture = entry(
  line('debit', 'provider', 1_000),
  line('credit', 'merchant:m:EUR', 971),
  line('credit', 'fees', 29),
);
const hold = entry(
  line('debit', 'provider', 500, { layer: 'pending' }),
  line('credit', 'merchant:m:EUR', 500, { layer: 'pending' }),
);

test('an account is the sum of its lines, by layer and side', () => {
  const sums = accountSums([capture, hold, capture]);
  expect(showSums(sums.get('merchant:m:EUR'))).toEqual({
    debitsPostedMinor: '0',
    creditsPostedMinor: '1942',
    debitsPendingMinor: '0',
    creditsPendingMinor: '500',
  });
});

test('sums beyond the safe integers are exact', () => {
  const large = entry(
    line('debit', 'a', Number.MAX_SAFE_INTEGER),
    line('credit', 'b', Number.MAX_SAFE_INTEGER),
  );
  const sums = currencySums([large, large]).get('EUR');
  expect(sums?.debitsPostedMinor).toBe(2n * BigInt(Number.MAX_SAFE_INTEGER));
});

test('an entry that balances in every currency and layer is balanced', () => {
  expect(imbalanceOf(capture)).toBeUndefined();
  expect(imbalanceOf(hold)).toBeUndefined();
});

test.each([
  ['one minor unit is lost', line('credit', 'fees', 28), 'posted', 'EUR'],
  [
    'its legs balance in sum, but not in each currency',
    line('credit', 'fees', 29, { currency: 'USD' }),
    'posted',
    'EUR',
  ],
  [
    'its lines balance in sum, but not in each layer',
    line('credit', 'fees', 29, { layer: 'pending' }),
    'pending',
    'EUR',
  ],
])('an entry is not balanced when %s', (_, last, layer, currency) => {
  expect(imbalanceOf(entry(...capture.lines.slice(0, 2), last))).toMatchObject({ layer, currency });
});

test('a trial balance balances in each layer', () => {
  const sums = currencySums([capture, hold]).get('EUR');
  expect(sums && unequalLayer(sums)).toBeUndefined();
  expect(sums && unequalLayer({ ...sums, debitsPendingMinor: 499n })).toEqual({
    layer: 'pending',
    debitsMinor: 499n,
    creditsMinor: 500n,
  });
});
