/** What is told of a payment and of its events, in the contract's words. */
import type {
  CaptureMethod,
  DeclineCode,
  EventFeed,
  Payment,
  PaymentEvent,
} from '../../../spec/payments/messages.d.ts';
import type { Event, PaymentRequest, PaymentResult } from './payment.ts';

/** PaymentInitiated, FraudCheckCompleted, PaymentProcessed. */
const EVENTS_A_PAYMENT = 3;
/** There is no chain, and an event knows no time. */
const NO_HASH = '0'.repeat(64);
const NO_TIME = 0;

export function paymentReport(
  request: PaymentRequest,
  result: PaymentResult,
  captureMethod: CaptureMethod,
  createdMs: number,
): Payment {
  const { id, merchantId, amount, currency, method } = request;
  const { status, providerId } = result;
  return {
    paymentId: id,
    merchantId,
    status: STATUS[status],
    amountMinor: amount,
    currency,
    // `currencyHandler` is never called: every currency has two decimals.
    amountDecimal: (amount / 100).toFixed(2),
    amountCapturableMinor: status === 'AUTHORIZED' ? amount : 0,
    amountReceivedMinor: status === 'PROCESSED' ? amount : 0,
    amountRefundedMinor: 0,
    captureMethod,
    paymentMethod: method,
    regionId: result.regionId,
    route:
      providerId === null
        ? []
        : [{ attempt: 1, providerId, outcome: status === 'DECLINED' ? 'declined' : 'approved' }],
    risk: { level: 'normal', decision: 'allow' },
    declineCode: result.reason ?? null,
    cancellationReason: null,
    settlement: null,
    allocations: [],
    authorizationExpiresAtMs: null,
    createdMs,
    version: EVENTS_A_PAYMENT,
  };
}

const STATUS = {
  PROCESSED: 'succeeded',
  AUTHORIZED: 'requires_capture',
  DECLINED: 'requires_payment_method',
} as const;

/** What DECLINED says in the reply; the published result has the raw score beside the reason. */
export function declineExtensions(
  paymentId: string,
  { reason, score }: PaymentResult,
): { paymentId: string; declineCode: DeclineCode; score?: number } {
  const declineCode = reason ?? 'PROCESSING_ERROR';
  return { paymentId, declineCode, ...(score !== undefined && { score }) };
}

/** Only `kind` shows events: those of the design under the contract's names, with the fields that the design gives them. */
export function eventReports(events: readonly Event[]): PaymentEvent[] {
  return events.map((event, index) => ({
    seq: index + 1,
    ...typed(event),
    atMs: NO_TIME,
    prevHash: NO_HASH,
    hash: NO_HASH,
  }));
}

export function feedReport(saved: readonly Event[], after: number, limit: number): EventFeed {
  const seqs = new Map<string, number>();
  const feed = saved.map((event, index) => {
    const seq = (seqs.get(event.paymentId) ?? 0) + 1;
    seqs.set(event.paymentId, seq);
    const shown = { seq, ...typed(event), atMs: NO_TIME, prevHash: NO_HASH, hash: NO_HASH };
    return { position: index + 1, paymentId: event.paymentId, event: shown };
  });
  return { events: feed.slice(after, after + limit) };
}

function typed(event: Event): { type: string; data: object } {
  switch (event.kind) {
    case 'PaymentInitiated':
      return { type: 'payment.created', data: { amountMinor: event.amount } };
    case 'FraudCheckCompleted':
      return { type: 'fraud.decided', data: { score: event.score } };
    case 'PaymentProcessed':
      return { type: PROCESSED_TYPE[event.result.status], data: { ...event.result } };
  }
}

const PROCESSED_TYPE = {
  PROCESSED: 'payment.captured',
  AUTHORIZED: 'payment.authorized',
  DECLINED: 'payment.declined',
} as const;
