/** Every provider's charges and refunds, found by what a caller or a check knows of them. */
import { boundedMap } from '../../kit/world/boundedMap.ts';
import { groups } from '../../kit/world/groups.ts';
import type { ChargeFilter, ProviderRefund } from '../worldQuestions.ts';
import type { Charge } from './charge.ts';

/** A charge in a few hundred bytes; ten minutes at 500 a second. The oldest are forgotten. */
const MAX_CHARGES = 300_000;

export interface ChargeBooks {
  find(providerId: string, reference: string): Charge | undefined;
  /** Also what was already there and now has its payment. */
  enter(charge: Charge): void;
  findRefund(providerId: string, refundReference: string): BookedRefund | undefined;
  enterRefund(charge: Charge, refund: ProviderRefund): void;
  /** In the order in which they were booked; all of them without a filter. */
  list(filter: ChargeFilter): Charge[];
}

export interface BookedRefund {
  readonly charge: Charge;
  readonly refund: ProviderRefund;
}

export function createChargeBooks(): ChargeBooks {
  const byPayment = groups<Charge>();
  const byMerchant = groups<Charge>();
  const refunds = boundedMap<BookedRefund>(MAX_CHARGES);
  const charges = boundedMap<Charge>(MAX_CHARGES, (charge) => {
    byPayment.remove(charge.paymentId, charge);
    byMerchant.remove(charge.merchantId, charge);
  });

  const candidates = ({ paymentId, merchantId }: ChargeFilter): Iterable<Charge> => {
    if (paymentId !== undefined) return byPayment.of(paymentId);
    if (merchantId !== undefined) return byMerchant.of(merchantId);
    return charges.values();
  };
  return {
    find: (providerId, reference) => charges.get(keyOf(providerId, reference)),
    enter(charge) {
      charges.set(keyOf(charge.providerId, charge.reference), charge);
      byPayment.add(charge.paymentId, charge);
      byMerchant.add(charge.merchantId, charge);
    },
    findRefund: (providerId, refundReference) => refunds.get(keyOf(providerId, refundReference)),
    enterRefund(charge, refund) {
      charge.refunds.push(refund);
      refunds.set(keyOf(charge.providerId, refund.refundReference), { charge, refund });
    },
    list(filter) {
      const { paymentId, merchantId, providerId } = filter;
      return [...candidates(filter)].filter(
        (charge) =>
          (paymentId === undefined || charge.paymentId === paymentId) &&
          (merchantId === undefined || charge.merchantId === merchantId) &&
          (providerId === undefined || charge.providerId === providerId),
      );
    },
  };
}

/** An id has no slash. */
function keyOf(providerId: string, reference: string): string {
  return `${providerId}/${reference}`;
}
