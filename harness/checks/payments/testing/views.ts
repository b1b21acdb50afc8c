/** What the platform shows of a payment and of a refund. */
import type { MaskedMethod, Payment, Refund } from '../../../../spec/payments/messages.d.ts';
import { decimal, exponentOf } from './money.ts';
import type { PaymentState, RefundState } from './state.ts';

export function viewPayment(payment: PaymentState): Payment {
  const { risk, ...state } = payment;
  return {
    paymentId: state.paymentId,
    merchantId: state.merchantId,
    status: state.isUnresolved ? 'processing' : state.status,
    amountMinor: state.amountMinor,
    currency: state.currency,
    amountDecimal: decimal(state.amountMinor, exponentOf(state.currency)),
    amountCapturableMinor: state.capturableMinor,
    amountReceivedMinor: state.receivedMinor,
    amountRefundedMinor: state.refundedMinor,
    captureMethod: state.captureMethod,
    paymentMethod: state.method,
    regionId: state.regionId,
    route: state.attempts.map(({ attempt, providerId, outcome }) => ({
      ...{ attempt, providerId, outcome },
    })),
    risk: { level: risk.level, decision: risk.decision },
    declineCode: state.declineCode,
    cancellationReason: state.cancellationReason,
    settlement: state.settlement,
    allocations: state.allocations as Payment['allocations'],
    authorizationExpiresAtMs: state.status === 'requires_capture' ? state.expiresAtMs : null,
    createdMs: state.createdMs,
    version: state.version,
  };
}

export function viewRefund(refund: RefundState): Refund {
  const { refundId, paymentId, amountMinor, currency, status, createdMs, version } = refund;
  return { refundId, paymentId, amountMinor, currency, status, createdMs, version };
}

export function masked({ type, last4, fingerprint }: MaskedMethod): MaskedMethod {
  return { type, last4, fingerprint };
}
