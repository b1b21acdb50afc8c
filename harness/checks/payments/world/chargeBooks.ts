/** Every provider's charges and refunds, found by what a caller or a check knows of them. */
import { boundedMap } from '../../kit/world/boundedMap.ts';
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

type Index = Map<string, Set<Charge>>;

export function createChargeBooks(): ChargeBooks {
  const byPayment: Index = new Map();
  const byMerchant: Index = new Map();
  const refunds = boundedMap<BookedRefund>(MAX_CHARGES);
  const charges = boundedMap<Charge>(MAX_CHARGES, (charge) => {
    leave(byPayment, charge.paymentId, charge);
    leave(byMerchant, charge.merchantId, charge);
  });

  const candidates = ({ paymentId, merchantId }: ChargeFilter): Iterable<Charge> => {
    if (paymentId !== undefined) return byPayment.get(paymentId) ?? [];
    if (merchantId !== undefined) return byMerchant.get(merchantId) ?? [];
    return charges.values();
  };
  return {
    find: (providerId, reference) => charges.get(keyOf(providerId, reference)),
    enter(charge) {
      charges.set(keyOf(charge.providerId, charge.reference), charge);
      join(byPayment, charge.paymentId, charge);
      join(byMerchant, charge.merchantId, charge);
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

/** Nobody asks for what is about no payment yet. */
function join(index: Index, id: string, charge: Charge): void {
  if (id === '') return;
  const known = index.get(id);
  if (known) known.add(charge);
  else index.set(id, new Set([charge]));
}

function leave(index: Index, id: string, charge: Charge): void {
  const known = index.get(id);
  known?.delete(charge);
  if (known?.size === 0) index.delete(id);
}
