/** The messages of spec/payments/world.schema.json: what the outside services take and give. Amounts are in minor units. */
import type { PaymentMethod } from '../../../spec/payments/messages.d.ts';

export type TokenizeRequest = PaymentMethod;

export interface Token {
  token: string;
  last4: string;
  fingerprint: string;
}

export interface FraudRequest {
  paymentId: string;
  merchantId: string;
  deviceId: string;
  amountMinor: number;
  currency: string;
  customerCountry: string;
  fingerprint: string;
}

export interface SanctionsRequest {
  paymentId: string;
  merchantId: string;
  name: string;
  country: string;
}

export interface CreateChargeRequest {
  providerId: string;
  /** The caller's own name of the attempt: the same reference is the same charge. */
  reference: string;
  paymentId: string;
  merchantId: string;
  token: string;
  amountMinor: number;
  currency: string;
  capture: boolean;
}

export interface ChargeName {
  providerId: string;
  reference: string;
}

export interface CaptureChargeRequest extends ChargeName {
  captureReference: string;
  amountMinor: number;
}

export interface Charge {
  reference: string;
  status: 'authorized' | 'captured' | 'declined' | 'voided';
  declineCode: 'INSUFFICIENT_FUNDS' | 'CARD_DECLINED' | 'EXPIRED_CARD' | 'LOST_CARD' | null;
  amountMinor: number;
  capturedMinor: number;
  refundedMinor: number;
  /** What the provider keeps of the capture. */
  feeMinor: number;
}

export interface RefundChargeRequest extends ChargeName {
  refundReference: string;
  amountMinor: number;
}

export interface RefundName {
  providerId: string;
  refundReference: string;
}

export interface ProviderRefund {
  refundReference: string;
  status: 'succeeded' | 'declined';
  amountMinor: number;
}

/** retryable: nothing happened there. impossible: refused for good. unknown: it may have happened; ask for it by its name. */
export type ChargeOutcome =
  | { kind: 'answered'; charge: Charge }
  | { kind: 'retryable' }
  | { kind: 'impossible' }
  | { kind: 'unknown' };

/** absent: the provider never received it. */
export type ChargeLookup =
  { kind: 'answered'; charge: Charge } | { kind: 'absent' } | { kind: 'unknown' };

export type RefundOutcome =
  | { kind: 'answered'; refund: ProviderRefund }
  | { kind: 'retryable' }
  | { kind: 'impossible' }
  | { kind: 'unknown' };

export type RefundLookup =
  { kind: 'answered'; refund: ProviderRefund } | { kind: 'absent' } | { kind: 'unknown' };
