/** A payment, a refund, a risk as the contract's messages show them. */
import type {
  Payment as PaymentMessage,
  Refund as RefundMessage,
  Risk,
} from '../../../spec/payments/messages.d.ts';
import type { Payment, Refund } from '../eventStore/payment.ts';
import { exponentOf } from '../money/currencies.ts';
import { toDecimal } from '../money/decimal.ts';

/** Of a method that the vault never took. */
const NO_METHOD = { last4: '----', fingerprint: 'none' };

export function paymentView(payment: Payment): PaymentMessage {
  const { amountMinor, currency } = payment;
  return {
    paymentId: payment.paymentId,
    merchantId: payment.merchantId,
    status: payment.status,
    amountMinor,
    currency,
    amountDecimal: toDecimal(amountMinor, exponentOf(currency) ?? 0),
    amountCapturableMinor: payment.capturableMinor,
    amountReceivedMinor: payment.receivedMinor,
    amountRefundedMinor: payment.refundedMinor,
    captureMethod: payment.captureMethod,
    paymentMethod: payment.method ?? { type: payment.methodType, ...NO_METHOD },
    regionId: payment.regionId,
    route: payment.attempts.map(({ attempt, providerId, outcome }) => ({
      attempt,
      providerId,
      outcome,
    })),
    risk: payment.risk,
    declineCode: payment.declineCode,
    cancellationReason: payment.cancellationReason,
    settlement: payment.settlement,
    allocations: [...payment.allocations] as PaymentMessage['allocations'],
    authorizationExpiresAtMs: payment.expiresAtMs,
    createdMs: payment.createdMs,
    version: payment.version,
  };
}

export function refundView(payment: Payment, refund: Refund): RefundMessage {
  const { refundId, amountMinor, status, createdMs, version } = refund;
  const { paymentId, currency } = payment;
  return { refundId, paymentId, amountMinor, currency, status, createdMs, version };
}

export function riskView({ paymentId, score, risk }: Payment): Risk {
  return { paymentId, score, ...risk };
}
