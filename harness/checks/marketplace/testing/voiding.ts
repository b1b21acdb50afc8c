/** Voids the charges of orders that are cancelled, until the payment service has done it. */
import { inBackground, keepTrying } from './life.ts';
import type { Life } from './life.ts';
import { voidCharge } from './paymentService.ts';
import { openStep } from './step.ts';

export async function voidDue(life: Life, orderId: string): Promise<void> {
  const isDone =
    life.freedoms.cancelledCharge === 'voided before the reply' && (await tryVoid(life, orderId));
  if (!isDone) goOnVoiding(life, orderId);
}

async function tryVoid(life: Life, orderId: string): Promise<true | undefined> {
  const order = life.state.orders.get(orderId);
  if (!order?.voidIsDue) return true;
  const outcome = await voidCharge(life, order);
  if (outcome !== 'voided' && outcome !== 'declined') return undefined;
  const step = openStep(life);
  step.order(orderId).voidIsDue = false;
  step.write();
  return true;
}

export function goOnVoiding(life: Life, orderId: string): void {
  inBackground(life, () => keepTrying(life, () => tryVoid(life, orderId)));
}
