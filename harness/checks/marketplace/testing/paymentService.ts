/** What became of a charge, as far as the payment service tells. */
import type { Life } from './life.ts';
import type { Charge, Heard } from './outsideServices.ts';
import type { OrderState } from './state.ts';

/** `absent`: a charge of that name was never asked for. `silent`: it may be booked, or not. `failed`: nothing was done. */
export type ChargeOutcome = 'approved' | 'declined' | 'voided' | 'absent' | 'failed' | 'silent';

export async function createCharge(
  { outside }: Life,
  { chargeReference: reference, customerId, methodId, amountMinor }: OrderState,
): Promise<ChargeOutcome> {
  return outcomeOf(await outside.createCharge({ reference, customerId, methodId, amountMinor }));
}

export async function getCharge(
  { outside }: Life,
  { chargeReference }: OrderState,
): Promise<ChargeOutcome> {
  return outcomeOf(await outside.getCharge(chargeReference));
}

export async function voidCharge(
  { outside }: Life,
  { chargeReference }: OrderState,
): Promise<ChargeOutcome> {
  return outcomeOf(await outside.voidCharge(chargeReference));
}

function outcomeOf(heard: Heard<Charge>): ChargeOutcome {
  return heard.kind === 'answer' ? heard.body.status : heard.kind;
}
