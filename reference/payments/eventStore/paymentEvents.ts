/** The events of a payment: what each type says in public, and what is kept beside it for the platform alone. */
import type {
  Allocation,
  Customer,
  DeclineCode,
  MaskedMethod,
  MethodType,
  RiskDecision,
  RiskLevel,
  Settlement,
  Split,
} from '../../../spec/payments/messages.d.ts';

/** The terms of a capture, as they stood when its command began. */
export interface CaptureTerms {
  readonly fee: { readonly bps: number; readonly fixedMinor: number };
  /** null: settled in the payment's own currency. */
  readonly conversion: { readonly currency: string; readonly rate: string } | null;
}

/** How a confirmation is carried out, as the network stood when its command began. */
export interface ChargePlan {
  readonly providers: readonly string[];
  readonly callTimeoutMs: number;
  readonly authorizationTtlMs: number;
  readonly terms: CaptureTerms;
}

export type ComplianceDecision = 'pass' | 'violation' | 'unavailable';
export type AttemptOutcome = 'approved' | 'declined' | 'retryable-error' | 'unknown' | 'voided';

/** What the event says: hashed, and shown to whoever reads the stream. */
export interface EventData {
  'payment.created': {
    merchantId: string;
    amountMinor: number;
    currency: string;
    captureMethod: 'automatic' | 'manual';
    paymentMethod: MaskedMethod | null;
  };
  'payment.confirmed': { regionId: string; paymentMethod: MaskedMethod };
  'fraud.decided': { decision: Exclude<RiskDecision, 'none'>; level: RiskLevel };
  'compliance.decided': { decision: ComplianceDecision; regionId: string };
  'provider.attempted': {
    attempt: number;
    providerId: string;
    regionId: string;
    reference: string;
  };
  'provider.answered': { attempt: number; outcome: AttemptOutcome };
  'payment.review_required': Record<string, never>;
  'payment.review_decided': { decision: 'approve' | 'reject' };
  'payment.declined': { declineCode: DeclineCode };
  'payment.refused': { code: string };
  'payment.authorized': { amountMinor: number; expiresAtMs: number };
  'payment.captured': {
    amountMinor: number;
    settlement: Settlement;
    providerFeeMinor: number;
    allocations: Allocation[];
  };
  'payment.canceled': { reason: 'requested' };
  'payment.expired': Record<string, never>;
  'refund.requested': { refundId: string; amountMinor: number };
  'payment.refunded': { refundId: string; amountMinor: number };
  'refund.failed': { refundId: string };
}

/** What the fold needs and no reader of the stream may have: stored in the event's row, outside its hash. */
export interface KeptData {
  'payment.created': {
    networkId: string;
    customer: Customer;
    splits: Split[] | null;
    methodType: MethodType;
    token: string | null;
  };
  'payment.confirmed': { token: string; plan: ChargePlan };
  'fraud.decided': { score: number | null };
  'payment.review_decided': { regionId: string | null; plan: ChargePlan | null };
  'payment.refunded': { settledMinor: number };
}

export type EventType = keyof EventData;

type Kept<T extends EventType> = T extends keyof KeptData ? KeptData[T] : null;

/** An event as the fold sees it. */
export type PaymentEvent = {
  [T in EventType]: {
    readonly seq: number;
    readonly type: T;
    readonly atMs: number;
    readonly data: EventData[T];
    readonly kept: Kept<T>;
  };
}[EventType];

/** An event that has no place in the stream yet. */
export type Draft = {
  [T in EventType]: {
    readonly type: T;
    readonly data: EventData[T];
    readonly entries?: readonly EntryDraft[];
  } & (T extends keyof KeptData ? { readonly kept: KeptData[T] } : unknown);
}[EventType];

export interface Line {
  readonly accountId: string;
  readonly direction: 'debit' | 'credit';
  readonly layer: 'pending' | 'posted';
  /** 1 or more. */
  readonly amountMinor: number;
  readonly currency: string;
}

/** A ledger entry that has no event yet. */
export interface EntryDraft {
  readonly kind: 'authorization' | 'release' | 'capture' | 'refund' | 'correction';
  readonly lines: readonly Line[];
  readonly reverses: string | null;
}
