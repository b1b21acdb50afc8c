import { expect, test } from 'vitest';
import type { PaymentEvent } from '../../../spec/payments/messages.d.ts';
import { GENESIS_HASH } from '../kit/hashChain.ts';
import { foldEvents } from './foldEvents.ts';

const card = { type: 'card', last4: '4242', fingerprint: 'f1' };
const settlement = { currency: 'EUR', grossMinor: 600, feeMinor: 0, netMinor: 600, rate: null };

type Told = readonly [type: string, data?: object];

const created: Told = [
  'payment.created',
  {
    ...{ merchantId: 'm', amountMinor: 1_000, currency: 'EUR', captureMethod: 'manual' },
    paymentMethod: card,
  },
];
const confirmed: Told = ['payment.confirmed', { regionId: 'home', paymentMethod: card }];
const authorized: Told = ['payment.authorized', { amountMinor: 1_000, expiresAtMs: 5_000 }];
const captured: Told = ['payment.captured', { amountMinor: 600, settlement, providerFeeMinor: 6 }];

function stream(...told: readonly Told[]): PaymentEvent[] {
  return told.map(([type, data = {}], index) => ({
    ...{ seq: index + 1, type, atMs: 0, data, prevHash: GENESIS_HASH, hash: GENESIS_HASH },
  }));
}

const fold = (...told: readonly Told[]) => {
  const folded = foldEvents(stream(...told));
  if (folded.kind === 'payment') return folded.payment;
  throw new Error(folded.reason);
};

test.each<[string, Told[], object]>([
  ['recorded', [], { status: 'requires_confirmation', amountMinor: 1_000, regionId: null }],
  ['being confirmed', [confirmed], { status: 'processing', regionId: 'home' }],
  [
    'declined',
    [confirmed, ['payment.declined', { declineCode: 'CARD_DECLINED' }]],
    { status: 'requires_payment_method', declineCode: 'CARD_DECLINED' },
  ],
  [
    'declined and confirmed again',
    [confirmed, ['payment.declined', { declineCode: 'CARD_DECLINED' }], confirmed],
    { status: 'processing', declineCode: null },
  ],
  [
    'refused with a 503',
    [confirmed, ['payment.refused', { code: 'NO_ROUTE_AVAILABLE' }]],
    { status: 'requires_confirmation' },
  ],
  ['in review', [confirmed, ['payment.review_required']], { status: 'requires_review' }],
  [
    'approved in a review',
    [confirmed, ['payment.review_required'], ['payment.review_decided', { decision: 'approve' }]],
    { status: 'processing' },
  ],
  [
    'rejected in a review',
    [confirmed, ['payment.review_required'], ['payment.review_decided', { decision: 'reject' }]],
    { status: 'canceled', cancellationReason: 'rejected' },
  ],
  [
    'authorised',
    [confirmed, authorized],
    { status: 'requires_capture', amountCapturableMinor: 1_000, authorizationExpiresAtMs: 5_000 },
  ],
  [
    'captured in part',
    [confirmed, authorized, captured],
    {
      ...{ status: 'succeeded', amountCapturableMinor: 0, amountReceivedMinor: 600 },
      ...{ settlement, providerFeeMinor: 6, authorizationExpiresAtMs: null },
    },
  ],
  [
    'captured at once',
    [confirmed, captured],
    { status: 'succeeded', amountReceivedMinor: 600, amountCapturableMinor: 0 },
  ],
  [
    'canceled',
    [confirmed, authorized, ['payment.canceled', { reason: 'requested' }]],
    { status: 'canceled', cancellationReason: 'requested', amountCapturableMinor: 0 },
  ],
  [
    'expired',
    [confirmed, authorized, ['payment.expired']],
    { status: 'canceled', cancellationReason: 'expired', amountCapturableMinor: 0 },
  ],
  [
    'refunded twice, and once in vain',
    [
      captured,
      ['refund.requested', { refundId: 'r1', amountMinor: 100 }],
      ['payment.refunded', { refundId: 'r1', amountMinor: 100 }],
      ['payment.refunded', { refundId: 'r2', amountMinor: 50 }],
      ['refund.requested', { refundId: 'r3', amountMinor: 70 }],
      ['refund.failed', { refundId: 'r3' }],
    ],
    { status: 'succeeded', amountRefundedMinor: 150, pendingRefunds: new Map() },
  ],
  [
    'waiting for a refund',
    [captured, ['refund.requested', { refundId: 'r1', amountMinor: 100 }]],
    { amountRefundedMinor: 0, pendingRefunds: new Map([['r1', 100]]) },
  ],
])('a payment that was %s', (_, told, expected) => {
  expect(fold(created, ...told)).toMatchObject(expected);
});

test('events that change nothing move the version only', () => {
  const before = fold(created, confirmed);
  const more: Told[] = [
    ['fraud.decided', { decision: 'allow', level: 'normal' }],
    ['compliance.decided', { decision: 'pass', regionId: 'home' }],
    ['provider.attempted', { attempt: 1 }],
    ['provider.answered', { attempt: 1, outcome: 'approved' }],
    ['loyalty.points_added', { amountMinor: 5 }],
  ];
  expect(fold(created, confirmed, ...more)).toEqual({ ...before, version: 7 });
});

test('an event of another type may stand before payment.created', () => {
  expect(fold(['audit.opened'], created)).toMatchObject({ status: 'requires_confirmation' });
});

test('a payment that the vault could not serve has no payment method', () => {
  const [type, data] = created;
  expect(fold([type, { ...data, paymentMethod: null }]).paymentMethod).toBeNull();
});

test('an event without what the table gives it is named', () => {
  expect(foldEvents(stream(created, confirmed, ['payment.authorized', {}]))).toEqual({
    kind: 'unreadable',
    seq: 3,
    reason: 'a payment.authorized has no integer "amountMinor" in its data',
  });
});

test('a stream without payment.created is no payment', () => {
  expect(foldEvents(stream(confirmed))).toMatchObject({ kind: 'unreadable', seq: 0 });
});
