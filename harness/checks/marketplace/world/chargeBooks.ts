/** Every charge of the payment service, found by what a caller or a check knows of it. */
import { boundedMap } from '../../kit/world/boundedMap.ts';
import { groups } from '../../kit/world/groups.ts';
import type { ChargeFilter, ServiceCharge } from '../worldQuestions.ts';

/** A charge in a few hundred bytes; ten minutes at 500 a second. The oldest are forgotten. */
const MAX_CHARGES = 300_000;

export type Charge = { -readonly [K in keyof ServiceCharge]: ServiceCharge[K] };

export interface ChargeBooks {
  find(reference: string): Charge | undefined;
  /** Also what was already there and now has its customer. */
  enter(charge: Charge): void;
  /** In the order in which they were booked; all of them without a filter. */
  list(filter: ChargeFilter): Charge[];
}

export function createChargeBooks(): ChargeBooks {
  const byCustomer = groups<Charge>();
  const byMethod = groups<Charge>();
  const charges = boundedMap<Charge>(MAX_CHARGES, (charge) => {
    byCustomer.remove(charge.customerId, charge);
    byMethod.remove(charge.methodId, charge);
  });

  const candidates = ({ reference, customerId, methodId }: ChargeFilter): Iterable<Charge> => {
    if (reference !== undefined) return [charges.get(reference)].filter((charge) => !!charge);
    if (customerId !== undefined) return byCustomer.of(customerId);
    if (methodId !== undefined) return byMethod.of(methodId);
    return charges.values();
  };
  return {
    find: (reference) => charges.get(reference),
    enter(charge) {
      charges.set(charge.reference, charge);
      byCustomer.add(charge.customerId, charge);
      byMethod.add(charge.methodId, charge);
    },
    list(filter) {
      const { customerId, methodId } = filter;
      return [...candidates(filter)].filter(
        (charge) =>
          (customerId === undefined || charge.customerId === customerId) &&
          (methodId === undefined || charge.methodId === methodId),
      );
    },
  };
}
