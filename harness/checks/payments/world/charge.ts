/** A provider's record of a charge. */
import type { Json, JsonObject } from '../../../target/target.ts';
import type {
  ChargeFilter,
  ProviderCharge,
  ProviderDecline,
  ProviderRefund,
} from '../worldQuestions.ts';

export interface Charge extends Writable<Omit<ProviderCharge, 'refunds'>> {
  declineCode: ProviderDecline | null;
  /** Of the capture that was asked for; undefined before it, and where the charge captured by itself. */
  captureReference: string | undefined;
  readonly refunds: ProviderRefund[];
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export interface ChargeRequest {
  readonly providerId: string;
  readonly reference: string;
  readonly paymentId: string;
  readonly merchantId: string;
  readonly token: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly capture: boolean;
}

/** A reference that was voided before any request with it came. */
export function tombstone(providerId: string, reference: string): Charge {
  return {
    providerId,
    reference,
    paymentId: '',
    merchantId: '',
    token: '',
    amountMinor: 0,
    currency: '',
    status: 'voided',
    declineCode: null,
    capturedMinor: 0,
    refundedMinor: 0,
    feeMinor: 0,
    requests: 0,
    captureReference: undefined,
    refunds: [],
  };
}

export function newCharge(
  { capture, ...request }: ChargeRequest,
  declineCode: ProviderDecline | null,
): Charge {
  const charge: Charge = {
    ...tombstone(request.providerId, request.reference),
    ...request,
    status: declineCode === null ? 'authorized' : 'declined',
    declineCode,
  };
  if (capture && declineCode === null) bookCapture(charge, request.amountMinor);
  return charge;
}

export function bookCapture(charge: Charge, amountMinor: number): void {
  charge.status = 'captured';
  charge.capturedMinor = amountMinor;
  charge.feeMinor = feeOf(amountMinor);
}

/** 1 % of the capture, rounded half up. */
function feeOf(amountMinor: number): number {
  const rest = amountMinor % 100;
  return (amountMinor - rest) / 100 + (rest >= 50 ? 1 : 0);
}

/** As the provider answers it. */
export function chargeMessage(charge: Charge): JsonObject {
  const { reference, status, declineCode, amountMinor } = charge;
  const { capturedMinor, refundedMinor, feeMinor } = charge;
  return { reference, status, declineCode, amountMinor, capturedMinor, refundedMinor, feeMinor };
}

/** As a check sees it. */
export function seenCharge(charge: Charge): Json {
  const { providerId, paymentId, merchantId, token, currency, requests } = charge;
  const message = chargeMessage(charge);
  const refunds = charge.refunds.map((refund) => ({ ...refund }));
  return { providerId, paymentId, merchantId, token, currency, requests, ...message, refunds };
}

export function filterIn({ paymentId, providerId, merchantId }: JsonObject): ChargeFilter {
  return {
    ...(typeof paymentId === 'string' && { paymentId }),
    ...(typeof providerId === 'string' && { providerId }),
    ...(typeof merchantId === 'string' && { merchantId }),
  };
}
