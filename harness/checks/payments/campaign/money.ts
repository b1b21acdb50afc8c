/** What a payment has brought in: by its events, and by the providers. */
import type { Charges, ChargeInForce } from './chargesInForce.ts';
import type { Stream } from './feed.ts';

/** Captured less refunded. */
export function ledgerMinor(stream: Stream | undefined): number {
  const payment = stream?.payment;
  return payment ? payment.amountReceivedMinor - payment.amountRefundedMinor : 0;
}

export function providersMinor(charges: readonly ChargeInForce[]): number {
  return charges.reduce((sum, each) => sum + each.capturedMinor - each.refundedMinor, 0);
}

/** Whether its state is one in which nothing may be charged. What has expired may be left to lapse. */
export function wantsNoCharge({ payment }: Stream): boolean {
  switch (payment?.status) {
    case 'requires_confirmation':
    case 'requires_payment_method':
    case 'requires_review':
      return true;
    case 'canceled':
      return payment.cancellationReason !== 'expired';
    case 'processing':
    case 'requires_capture':
    case 'succeeded':
    case undefined:
      return false;
  }
}

/** Payments that a correct platform may still be busy with: under way, or not yet in agreement with their providers. */
export function unsettledPayments(
  streams: ReadonlyMap<string, Stream>,
  charges: Charges,
): string[] {
  const unsettled: string[] = [];
  for (const [paymentId, stream] of streams) {
    const own = charges.get(paymentId) ?? [];
    const isUnderWay =
      stream.payment?.status === 'processing' || (stream.payment?.pendingRefunds.size ?? 0) > 0;
    const isOdd =
      own.length > 1 ||
      (own.length > 0 && wantsNoCharge(stream)) ||
      ledgerMinor(stream) !== providersMinor(own);
    if (isUnderWay || isOdd) unsettled.push(paymentId);
  }
  return unsettled;
}
