/** The stream of one payment that was approved and captured at once, as drafts: what an engine that handles events is given. */
import { captureEntry } from '../../../reference/payments/eventStore/entries.ts';
import type { EventRow } from '../../../reference/payments/eventStore/database.ts';
import { append } from '../../../reference/payments/eventStore/eventRecord.ts';
import type { EventRecord, StreamEnd } from '../../../reference/payments/eventStore/eventRecord.ts';
import type { CaptureTerms, Draft } from '../../../reference/payments/eventStore/paymentEvents.ts';
import { settle } from '../../../reference/payments/regionRouters/settlement.ts';

export const NETWORK = 'net';
export const CURRENCY = 'EUR';
export const AMOUNT_MINOR = 1_000;
export const NOW_MS = 1_767_605_400_000;

const MERCHANT = 'shop';
const METHOD = { type: 'card', last4: '4242', fingerprint: 'fp-4242' } as const;
const TERMS: CaptureTerms = { fee: { bps: 140, fixedMinor: 25 }, conversion: null };

const untilAnswered: readonly Draft[] = [
  {
    type: 'payment.created',
    data: {
      merchantId: MERCHANT,
      amountMinor: AMOUNT_MINOR,
      currency: CURRENCY,
      captureMethod: 'automatic',
      paymentMethod: METHOD,
    },
    kept: {
      networkId: NETWORK,
      customer: { country: 'DE', deviceId: 'phone', name: 'Ann Example' },
      splits: null,
      methodType: 'card',
      token: 'tok-4242',
    },
  },
  {
    type: 'payment.confirmed',
    data: { regionId: 'eu', paymentMethod: METHOD },
    kept: {
      token: 'tok-4242',
      plan: {
        providers: ['first', 'second'],
        callTimeoutMs: 1_000,
        authorizationTtlMs: 604_800_000,
        terms: TERMS,
      },
    },
  },
  { type: 'fraud.decided', data: { decision: 'allow', level: 'normal' }, kept: { score: 0.1 } },
  { type: 'compliance.decided', data: { decision: 'pass', regionId: 'eu' } },
  {
    type: 'provider.attempted',
    data: { attempt: 1, providerId: 'first', regionId: 'eu', reference: 'pay-1' },
  },
  { type: 'provider.answered', data: { attempt: 1, outcome: 'approved' } },
];

export const drafts: readonly Draft[] = [...untilAnswered, captured()];

function captured(): Draft {
  const payment = appendAll('pay', untilAnswered).at(-1)!.end.payment;
  const share = settle(payment, AMOUNT_MINOR, TERMS);
  return {
    type: 'payment.captured',
    data: { amountMinor: AMOUNT_MINOR, ...share, providerFeeMinor: 10 },
    entries: [captureEntry(payment, AMOUNT_MINOR, share)],
  };
}

interface Appended {
  readonly end: StreamEnd;
  readonly record: EventRecord;
}

function appendAll(paymentId: string, those: readonly Draft[]): Appended[] {
  const appended: Appended[] = [];
  for (const draft of those) {
    appended.push(append(appended.at(-1)?.end, paymentId, draft, NOW_MS));
  }
  return appended;
}

/** The whole stream of a payment, numbered and hashed. */
export function recordsOf(paymentId: string): EventRecord[] {
  return appendAll(paymentId, drafts).map(({ record }) => record);
}

/** So many payments as they stand in the store. */
export function storedRows(payments: number): EventRow[] {
  const rows: EventRow[] = [];
  for (let number = 1; number <= payments; number++) {
    for (const { paymentId, body, hash, event, entries } of recordsOf(`pay-${number}`)) {
      rows.push({
        position: rows.length + 1,
        payment: paymentId,
        body,
        hash,
        kept: event.kept === null ? null : JSON.stringify(event.kept),
        entries: entries.length === 0 ? null : JSON.stringify(entries),
      });
    }
  }
  return rows;
}
