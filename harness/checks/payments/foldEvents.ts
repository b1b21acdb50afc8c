/** The state of a payment as its events say it: the table of the brief, and nothing else. */
import type {
  MaskedMethod,
  Payment,
  PaymentEvent,
  Settlement,
} from '../../../spec/payments/messages.d.ts';

export interface FoldedPayment {
  readonly merchantId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly captureMethod: string;
  readonly status: Payment['status'];
  readonly amountCapturableMinor: number;
  readonly amountReceivedMinor: number;
  readonly amountRefundedMinor: number;
  /** Asked for and neither refunded nor failed, by refundId. */
  readonly pendingRefunds: ReadonlyMap<string, number>;
  /** Null before the vault had one to give. */
  readonly paymentMethod: MaskedMethod | null;
  /** Null before the first confirmation. */
  readonly regionId: string | null;
  /** Of the last confirmation; null unless it was declined. */
  readonly declineCode: string | null;
  readonly cancellationReason: Payment['cancellationReason'];
  readonly settlement: Settlement | null;
  readonly providerFeeMinor: number | null;
  /** While requires_capture. */
  readonly authorizationExpiresAtMs: number | null;
  /** seq of the last event. */
  readonly version: number;
}

/** `unreadable`: an event lacks what the table gives it, or the stream does not begin. `seq` is 0 for a stream without payment.created. */
export type Folded =
  | { readonly kind: 'payment'; readonly payment: FoldedPayment }
  | { readonly kind: 'unreadable'; readonly seq: number; readonly reason: string };

/** @param events of one stream, in order; those of other types than the brief's change nothing */
export function foldEvents(events: readonly PaymentEvent[]): Folded {
  let payment: FoldedPayment | undefined;
  for (const event of events) {
    try {
      payment = payment ? applyEvent(payment, event) : begin(event);
    } catch (error) {
      if (!(error instanceof MissingField)) throw error;
      return { kind: 'unreadable', seq: event.seq, reason: error.message };
    }
  }
  if (payment) return { kind: 'payment', payment };
  return { kind: 'unreadable', seq: 0, reason: 'the stream has no payment.created' };
}

function begin(event: PaymentEvent): FoldedPayment | undefined {
  if (event.type !== 'payment.created') return undefined;
  return {
    merchantId: text(event, 'merchantId'),
    amountMinor: amount(event, 'amountMinor'),
    currency: text(event, 'currency'),
    captureMethod: text(event, 'captureMethod'),
    paymentMethod: dataOf(event)['paymentMethod'] === null ? null : method(event),
    status: 'requires_confirmation',
    amountCapturableMinor: 0,
    amountReceivedMinor: 0,
    amountRefundedMinor: 0,
    pendingRefunds: new Map(),
    regionId: null,
    declineCode: null,
    cancellationReason: null,
    settlement: null,
    providerFeeMinor: null,
    authorizationExpiresAtMs: null,
    version: event.seq,
  };
}

function applyEvent(before: FoldedPayment, event: PaymentEvent): FoldedPayment {
  const payment = { ...before, version: event.seq };
  switch (event.type) {
    case 'payment.confirmed':
      return {
        ...payment,
        status: 'processing',
        regionId: text(event, 'regionId'),
        paymentMethod: method(event),
        declineCode: null,
      };
    case 'payment.review_required':
      return { ...payment, status: 'requires_review' };
    case 'payment.review_decided':
      return oneOf(event, 'decision', ['approve', 'reject']) === 'approve'
        ? { ...payment, status: 'processing' }
        : canceled(payment, 'rejected');
    case 'payment.declined':
      return {
        ...payment,
        status: 'requires_payment_method',
        declineCode: text(event, 'declineCode'),
      };
    case 'payment.refused':
      return { ...payment, status: 'requires_confirmation', declineCode: null };
    case 'payment.authorized':
      return {
        ...payment,
        status: 'requires_capture',
        amountCapturableMinor: amount(event, 'amountMinor'),
        authorizationExpiresAtMs: amount(event, 'expiresAtMs'),
      };
    case 'payment.captured':
      return {
        ...payment,
        status: 'succeeded',
        amountReceivedMinor: amount(event, 'amountMinor'),
        amountCapturableMinor: 0,
        authorizationExpiresAtMs: null,
        settlement: record(event, 'settlement') as unknown as Settlement,
        providerFeeMinor: amount(event, 'providerFeeMinor'),
      };
    case 'payment.canceled':
      return canceled(payment, 'requested');
    case 'payment.expired':
      return canceled(payment, 'expired');
    case 'refund.requested':
      return { ...payment, pendingRefunds: withRefund(payment, event) };
    case 'payment.refunded':
      return {
        ...payment,
        amountRefundedMinor: payment.amountRefundedMinor + amount(event, 'amountMinor'),
        pendingRefunds: withoutRefund(payment, event),
      };
    case 'refund.failed':
      return { ...payment, pendingRefunds: withoutRefund(payment, event) };
    default:
      return payment;
  }
}

function canceled(
  payment: FoldedPayment,
  cancellationReason: Payment['cancellationReason'],
): FoldedPayment {
  return {
    ...payment,
    status: 'canceled',
    cancellationReason,
    amountCapturableMinor: 0,
    authorizationExpiresAtMs: null,
  };
}

function withRefund({ pendingRefunds }: FoldedPayment, event: PaymentEvent): Map<string, number> {
  return new Map(pendingRefunds).set(text(event, 'refundId'), amount(event, 'amountMinor'));
}

function withoutRefund(
  { pendingRefunds }: FoldedPayment,
  event: PaymentEvent,
): Map<string, number> {
  const pending = new Map(pendingRefunds);
  pending.delete(text(event, 'refundId'));
  return pending;
}

const dataOf = ({ data }: PaymentEvent) => data as Readonly<Record<string, unknown>>;

class MissingField extends Error {
  constructor({ type }: PaymentEvent, name: string, what: string) {
    super(`a ${type} has no ${what} "${name}" in its data`);
  }
}

function text(event: PaymentEvent, name: string): string {
  const value = dataOf(event)[name];
  if (typeof value === 'string') return value;
  throw new MissingField(event, name, 'text');
}

function amount(event: PaymentEvent, name: string): number {
  const value = dataOf(event)[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new MissingField(event, name, 'integer');
}

function oneOf(event: PaymentEvent, name: string, values: readonly string[]): string {
  const value = text(event, name);
  if (values.includes(value)) return value;
  throw new MissingField(event, name, values.join(' or '));
}

function record(event: PaymentEvent, name: string): Readonly<Record<string, unknown>> {
  const value = dataOf(event)[name];
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new MissingField(event, name, 'object');
}

function method(event: PaymentEvent): MaskedMethod {
  const { type, last4, fingerprint } = record(event, 'paymentMethod');
  return { type, last4, fingerprint } as MaskedMethod;
}
