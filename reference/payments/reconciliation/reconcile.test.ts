import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SettlementLine } from '../../../spec/payments/messages.d.ts';
import { reconcile } from './reconcile.ts';
import type { LedgerRecord } from './reconcile.ts';

const capture: LedgerRecord = {
  type: 'charge',
  paymentId: 'P1',
  refundId: null,
  amountMinor: 1000,
  currency: 'EUR',
  feeMinor: 30,
};
const refund: LedgerRecord = {
  ...capture,
  type: 'refund',
  refundId: 'F1',
  amountMinor: 400,
  feeMinor: 0,
};
const captureLine: SettlementLine = {
  externalId: 'E1',
  paymentId: 'P1',
  type: 'charge',
  amountMinor: 1000,
  currency: 'EUR',
  feeMinor: 30,
  settledAtMs: 0,
};
const refundLine: SettlementLine = {
  ...captureLine,
  externalId: 'E2',
  type: 'refund',
  refundId: 'F1',
  amountMinor: 400,
  feeMinor: 0,
};
const knows = {
  payment: (id: string) => id === 'P1' || id === 'P2',
  refund: (id: string) => id === 'F1' || id === 'F2',
};

test('a capture and a refund match their lines', () => {
  expect(reconcile([capture, refund], [refundLine, captureLine], knows)).toEqual({
    matched: 2,
    mismatches: [],
    totals: [{ currency: 'EUR', internalMinor: 600, externalMinor: 600, differenceMinor: 0 }],
  });
});

test.each<[string, Partial<SettlementLine>]>([
  ['MISSING_INTERNAL', { paymentId: 'P9' }],
  ['MISSING_INTERNAL', { type: 'refund', refundId: 'F9' }],
  ['MISSING_INTERNAL', { type: 'refund' }],
  ['STATE_MISMATCH', { paymentId: 'P2' }],
  ['STATE_MISMATCH', { type: 'refund', refundId: 'F2' }],
  ['STATE_MISMATCH', { paymentId: 'P2', currency: 'USD' }],
  ['CURRENCY_MISMATCH', { currency: 'USD' }],
  ['CURRENCY_MISMATCH', { currency: 'USD', amountMinor: 1, feeMinor: 1 }],
  ['AMOUNT_MISMATCH', { amountMinor: 999 }],
  ['AMOUNT_MISMATCH', { amountMinor: 1001, feeMinor: 1 }],
  ['FEE_MISMATCH', { feeMinor: 29 }],
])('%s is the first that applies to a line with %j', (kind, change) => {
  const line = { ...captureLine, ...change };
  const { matched, mismatches } = reconcile([capture], [line], knows);
  expect(matched).toBe(0);
  expect(mismatches[0]).toEqual({
    kind,
    externalId: 'E1',
    paymentId: line.paymentId,
    refundId: line.refundId ?? null,
  });
});

test('a line whose externalId, capture or refund was in an earlier one is a duplicate, whatever else it is', () => {
  const lines = [
    captureLine,
    { ...captureLine, externalId: 'E3', amountMinor: 1 },
    { ...captureLine, paymentId: 'P9' },
    refundLine,
    { ...refundLine, externalId: 'E4' },
  ];
  const { matched, mismatches } = reconcile([capture, refund], lines, knows);
  expect(matched).toBe(2);
  expect(mismatches.map(({ kind }) => kind)).toEqual(Array(3).fill('DUPLICATE_EXTERNAL'));
});

test('a record without a line is missing, and one whose line disagrees is not', () => {
  const lines = [{ ...captureLine, amountMinor: 1 }];
  expect(reconcile([capture, refund], lines, knows).mismatches).toEqual([
    { kind: 'AMOUNT_MISMATCH', externalId: 'E1', paymentId: 'P1', refundId: null },
    { kind: 'MISSING_EXTERNAL', externalId: null, paymentId: 'P1', refundId: 'F1' },
  ]);
});

test('the totals are of all lines and all records, for each currency on either side', () => {
  const lines = [captureLine, captureLine, { ...captureLine, currency: 'USD' }];
  expect(reconcile([{ ...capture, currency: 'JPY' }, refund], lines, knows).totals).toEqual([
    { currency: 'EUR', internalMinor: -400, externalMinor: 2000, differenceMinor: 2400 },
    { currency: 'JPY', internalMinor: 1000, externalMinor: 0, differenceMinor: -1000 },
    { currency: 'USD', internalMinor: 0, externalMinor: 1000, differenceMinor: 1000 },
  ]);
});

test('each line, and each record without a line, is counted once', () => {
  const line = fc.record({
    externalId: fc.constantFrom('E1', 'E2', 'E3', 'E4', 'E5'),
    paymentId: fc.constantFrom('P1', 'P2', 'P3', 'P9'),
    refundId: fc.constantFrom('F1', 'F2', 'F9'),
    type: fc.constantFrom('charge' as const, 'refund' as const),
    amountMinor: fc.constantFrom(1000, 400),
    currency: fc.constantFrom('EUR', 'USD'),
    feeMinor: fc.constantFrom(0, 30),
    settledAtMs: fc.constant(0),
  });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const records = [capture, refund];
      const { matched, mismatches } = reconcile(records, lines, knows);
      const unmatched = records.filter(
        ({ type }) =>
          !lines.some((each) =>
            type === 'charge'
              ? each.type === type && each.paymentId === 'P1'
              : each.type === type && each.refundId === 'F1',
          ),
      );
      expect(matched + mismatches.length).toBe(lines.length + unmatched.length);
      const missing = mismatches.filter(({ kind }) => kind === 'MISSING_EXTERNAL');
      expect(missing).toHaveLength(unmatched.length);
    }),
  );
});
