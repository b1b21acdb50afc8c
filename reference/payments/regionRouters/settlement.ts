/** What a capture brings: converted if it must be, less the fee, shared out among the merchants. */
import type { Allocation, Settlement, Split } from '../../../spec/payments/messages.d.ts';
import type { CaptureTerms } from '../eventStore/paymentEvents.ts';
import { allocate } from '../money/allocate.ts';
import { convert } from '../money/convert.ts';
import { exponentOf } from '../money/currencies.ts';
import { feeOf } from '../money/fee.ts';

export interface Share {
  readonly settlement: Settlement;
  /** Sum up to the net amount. */
  readonly allocations: Allocation[];
}

export interface Captured {
  readonly merchantId: string;
  readonly currency: string;
  readonly splits: readonly Split[] | null;
}

export function settle(payment: Captured, amountMinor: number, terms: CaptureTerms): Share {
  const { conversion } = terms;
  const currency = conversion?.currency ?? payment.currency;
  const rate = conversion?.rate ?? null;
  const grossMinor = rate === null ? amountMinor : converted(amountMinor, payment, currency, rate);
  const feeMinor = feeOf(grossMinor, terms.fee);
  const netMinor = grossMinor - feeMinor;
  return {
    settlement: { currency, grossMinor, feeMinor, netMinor, rate },
    allocations: shareOut(payment, netMinor),
  };
}

/** What a refund takes from the merchant in the settlement currency, at the capture's rate; in sum at most the gross amount. */
export function refundSettled(
  payment: { currency: string; settlement: Settlement | null; refundedSettledMinor: number },
  amountMinor: number,
): number {
  const { settlement } = payment;
  if (!settlement || settlement.rate === null) return amountMinor;
  const wanted = converted(amountMinor, payment, settlement.currency, settlement.rate);
  return Math.min(wanted, settlement.grossMinor - payment.refundedSettledMinor);
}

function converted(
  amountMinor: number,
  from: { currency: string },
  to: string,
  rate: string,
): number {
  return convert(amountMinor, rate, exponentOf(from.currency) ?? 0, exponentOf(to) ?? 0);
}

function shareOut({ merchantId, splits }: Captured, netMinor: number): Allocation[] {
  if (splits === null) return [{ merchantId, amountMinor: netMinor }];
  const shares = allocate(
    netMinor,
    splits.map(({ weight }) => weight),
  );
  const sums = new Map<string, number>();
  splits.forEach((split, index) => {
    sums.set(split.merchantId, (sums.get(split.merchantId) ?? 0) + (shares[index] ?? 0));
  });
  return [...sums].map(([id, amountMinor]) => ({ merchantId: id, amountMinor }));
}
