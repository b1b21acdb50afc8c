/** A payment as its events say: a fold, the same for live commands and for recovery. Nothing is changed in place. */
import type {
  Allocation,
  CaptureMethod,
  Customer,
  DeclineCode,
  MaskedMethod,
  MethodType,
  PaymentStatus,
  RiskDecision,
  RiskLevel,
  Settlement,
  Split,
} from '../../../spec/payments/messages.d.ts';
import type { AttemptOutcome, ChargePlan, PaymentEvent } from './paymentEvents.ts';

export interface Attempt {
  readonly attempt: number;
  readonly providerId: string;
  readonly reference: string;
  readonly outcome: AttemptOutcome | 'pending';
}

export interface Refund {
  readonly refundId: string;
  readonly amountMinor: number;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly createdMs: number;
  readonly version: number;
}

export interface Payment {
  readonly paymentId: string;
  readonly version: number;
  readonly lastAtMs: number;
  readonly createdMs: number;
  readonly networkId: string;
  readonly merchantId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly captureMethod: CaptureMethod;
  readonly customer: Customer;
  readonly splits: readonly Split[] | null;
  readonly methodType: MethodType;
  /** null until the vault has given one. */
  readonly method: MaskedMethod | null;
  readonly token: string | null;
  readonly status: PaymentStatus;
  readonly regionId: string | null;
  /** Of the present confirmation. */
  readonly plan: ChargePlan | null;
  /** Every attempt of every confirmation. */
  readonly attempts: readonly Attempt[];
  /** Attempts that earlier confirmations made. */
  readonly attemptsBefore: number;
  readonly risk: { readonly level: RiskLevel; readonly decision: RiskDecision };
  readonly score: number | null;
  readonly declineCode: DeclineCode | null;
  readonly cancellationReason: 'requested' | 'rejected' | 'expired' | null;
  readonly capturableMinor: number;
  readonly expiresAtMs: number | null;
  /** Entry that reserved the amount; null when nothing was. */
  readonly authorizationEntryId: string | null;
  readonly receivedMinor: number;
  readonly settlement: Settlement | null;
  readonly allocations: readonly Allocation[];
  readonly providerFeeMinor: number;
  readonly refunds: readonly Refund[];
  readonly refundedMinor: number;
  /** What the refunds took from the merchant, in the settlement currency. */
  readonly refundedSettledMinor: number;
}

export function entryId(paymentId: string, seq: number, index: number): string {
  return `${paymentId}:${seq}:${index}`;
}

/** `before` is undefined for payment.created only. */
export function fold(before: Payment | undefined, paymentId: string, event: PaymentEvent): Payment {
  if (event.type === 'payment.created') return created(paymentId, event);
  if (!before) throw new Error(`the stream of ${paymentId} does not begin with payment.created`);
  return { ...before, ...change(before, event), version: event.seq, lastAtMs: event.atMs };
}

type Created = Extract<PaymentEvent, { type: 'payment.created' }>;

function created(paymentId: string, { seq, atMs, data, kept }: Created): Payment {
  return {
    paymentId,
    version: seq,
    lastAtMs: atMs,
    createdMs: atMs,
    networkId: kept.networkId,
    merchantId: data.merchantId,
    amountMinor: data.amountMinor,
    currency: data.currency,
    captureMethod: data.captureMethod,
    customer: kept.customer,
    splits: kept.splits,
    methodType: kept.methodType,
    method: data.paymentMethod,
    token: kept.token,
    status: 'requires_confirmation',
    regionId: null,
    plan: null,
    attempts: [],
    attemptsBefore: 0,
    risk: { level: 'unknown', decision: 'none' },
    score: null,
    declineCode: null,
    cancellationReason: null,
    capturableMinor: 0,
    expiresAtMs: null,
    authorizationEntryId: null,
    receivedMinor: 0,
    settlement: null,
    allocations: [],
    providerFeeMinor: 0,
    refunds: [],
    refundedMinor: 0,
    refundedSettledMinor: 0,
  };
}

const ENDED = { capturableMinor: 0, expiresAtMs: null };

function change(before: Payment, event: Exclude<PaymentEvent, Created>): Partial<Payment> {
  switch (event.type) {
    case 'payment.confirmed':
      return {
        status: 'processing',
        regionId: event.data.regionId,
        method: event.data.paymentMethod,
        methodType: event.data.paymentMethod.type,
        token: event.kept.token,
        plan: event.kept.plan,
        attemptsBefore: before.attempts.length,
        declineCode: null,
      };
    case 'fraud.decided': {
      const { decision, level } = event.data;
      return { risk: { decision, level }, score: event.kept.score };
    }
    case 'compliance.decided':
      return { regionId: event.data.regionId };
    case 'provider.attempted': {
      const { attempt, providerId, reference } = event.data;
      const made: Attempt = { attempt, providerId, reference, outcome: 'pending' };
      return { attempts: [...before.attempts, made] };
    }
    case 'provider.answered': {
      const { attempt, outcome } = event.data;
      return {
        attempts: before.attempts.map((made) =>
          made.attempt === attempt ? { ...made, outcome } : made,
        ),
      };
    }
    case 'payment.review_required':
      return { status: 'requires_review' };
    case 'payment.review_decided':
      return event.data.decision === 'reject'
        ? { status: 'canceled', cancellationReason: 'rejected' }
        : {
            status: 'processing',
            regionId: event.kept.regionId ?? before.regionId,
            plan: event.kept.plan,
            attemptsBefore: before.attempts.length,
          };
    case 'payment.declined':
      return { status: 'requires_payment_method', declineCode: event.data.declineCode };
    case 'payment.refused':
      return { status: 'requires_confirmation' };
    case 'payment.authorized':
      return {
        status: 'requires_capture',
        capturableMinor: event.data.amountMinor,
        expiresAtMs: event.data.expiresAtMs,
        authorizationEntryId: entryId(before.paymentId, event.seq, 0),
      };
    case 'payment.captured':
      return {
        ...ENDED,
        status: 'succeeded',
        receivedMinor: event.data.amountMinor,
        settlement: event.data.settlement,
        allocations: event.data.allocations,
        providerFeeMinor: event.data.providerFeeMinor,
      };
    case 'payment.canceled':
      return { ...ENDED, status: 'canceled', cancellationReason: 'requested' };
    case 'payment.expired':
      return { ...ENDED, status: 'canceled', cancellationReason: 'expired' };
    case 'refund.requested':
    case 'payment.refunded':
    case 'refund.failed':
      return refundChange(before, event);
  }
}

type RefundEvent = Extract<
  PaymentEvent,
  { type: 'refund.requested' | 'payment.refunded' | 'refund.failed' }
>;

function refundChange(before: Payment, event: RefundEvent): Partial<Payment> {
  if (event.type === 'refund.requested') {
    const { refundId, amountMinor } = event.data;
    const refund: Refund = {
      refundId,
      amountMinor,
      status: 'pending',
      createdMs: event.atMs,
      version: event.seq,
    };
    return { refunds: [...before.refunds, refund] };
  }
  const status = event.type === 'payment.refunded' ? 'succeeded' : 'failed';
  const refunds = before.refunds.map((refund) =>
    refund.refundId === event.data.refundId ? { ...refund, status, version: event.seq } : refund,
  ) as readonly Refund[];
  if (event.type === 'refund.failed') return { refunds };
  return {
    refunds,
    refundedMinor: before.refundedMinor + event.data.amountMinor,
    refundedSettledMinor: before.refundedSettledMinor + event.kept.settledMinor,
  };
}

/** The charge in force: the approved attempt. Undefined while there is none. */
export function chargeOf(payment: Payment): Attempt | undefined {
  return payment.attempts.findLast(({ outcome }) => outcome === 'approved');
}
