/** The providers' own ledger, as far as it is in force, and which device a payment was scored for. */
import { inForce } from '../worldQuestions.ts';
import type { PaymentsWorld, ProviderCharge } from '../worldQuestions.ts';

export interface ChargeInForce {
  readonly providerId: string;
  readonly reference: string;
  readonly merchantId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  /** How many refunds succeeded. */
  readonly refunds: number;
}

/** By paymentId. */
export type Charges = ReadonlyMap<string, readonly ChargeInForce[]>;

export async function chargesInForce(
  world: PaymentsWorld,
  providerIds: readonly string[],
): Promise<Charges> {
  const charges = new Map<string, ChargeInForce[]>();
  for (const providerId of providerIds) {
    for (const charge of inForce(await world.charges({ providerId }))) {
      const known = charges.get(charge.paymentId);
      if (known) known.push(compact(charge));
      else charges.set(charge.paymentId, [compact(charge)]);
    }
  }
  return charges;
}

function compact(charge: ProviderCharge): ChargeInForce {
  const { providerId, reference, merchantId, amountMinor, currency } = charge;
  const { capturedMinor, refundedMinor } = charge;
  const refunds = charge.refunds.filter(({ status }) => status === 'succeeded').length;
  return {
    ...{ providerId, reference, merchantId, amountMinor, currency },
    ...{ capturedMinor, refundedMinor, refunds },
  };
}

/** By paymentId. The world forgets the oldest calls of a long campaign: a payment without an entry says nothing. */
export async function scoredDevices(
  world: PaymentsWorld,
  merchantIds: Iterable<string>,
): Promise<Map<string, string>> {
  const devices = new Map<string, string>();
  for (const merchantId of merchantIds) {
    for (const { input } of await world.calls(merchantId, ['scoreFraud'])) {
      devices.set(String(input['paymentId']), String(input['deviceId']));
    }
  }
  return devices;
}
