/** From a PENDING order to its end. It goes by what is on disk, so that a restart can go on with it. */
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { isExpired } from './expiry.ts';
import { keyRecord } from './keys.ts';
import { has, inBackground, keepTrying, refused, StoreUnavailable } from './life.ts';
import type { Life } from './life.ts';
import { createCharge, getCharge, voidCharge } from './paymentService.ts';
import type { ChargeOutcome } from './paymentService.ts';
import { giveBackAgain } from './reservations.ts';
import type { OrderState } from './state.ts';
import { moveUnits, openStep } from './step.ts';
import type { Step } from './step.ts';
import { viewOrder } from './views.ts';
import { goOnVoiding } from './voiding.ts';

/** Ends in a reply also while the outcome is not known; then it goes on behind it. */
export async function pay(life: Life, { orderId }: OrderState): Promise<SystemAnswer> {
  if (has(life, 'confirms before it charges')) settle(life, orderId, 'approved');
  const outcome = await firstOutcome(life, orderOf(life, orderId));
  try {
    return settle(life, orderId, outcome) ?? pending(life, orderId);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    goOnPaying(life, orderId);
    return { output: viewOrder(life, orderOf(life, orderId)) };
  }
}

function orderOf(life: Life, orderId: string): OrderState {
  const order = life.state.orders.get(orderId);
  if (order) return order;
  throw new Error(`There is no order ${orderId}.`);
}

async function firstOutcome(life: Life, order: OrderState): Promise<ChargeOutcome> {
  const charged = has(life, 'charges another amount than it was told')
    ? { ...order, amountMinor: order.amountMinor + 1 }
    : order;
  const first = await createCharge(life, charged);
  switch (first) {
    case 'silent':
      if (has(life, 'takes silence for a decline')) return 'declined';
      if (has(life, 'takes silence for a failure')) return 'failed';
      if (has(life, 'charges anew when it hears nothing')) {
        return createCharge(life, { ...order, chargeReference: `${order.orderId}-2` });
      }
      return findOut(life, order);
    case 'failed':
      return has(life, 'takes a failure for a decline') ? 'declined' : first;
    case 'approved':
    case 'declined':
    case 'voided':
    case 'absent':
      return first;
  }
}

/** What became of a charge that was not answered; it may remain unknown. */
async function findOut(life: Life, order: OrderState): Promise<ChargeOutcome> {
  switch (life.freedoms.silentCharge) {
    case 'voided':
      return known(await voidCharge(life, order));
    case 'sent again':
      return known(await createCharge(life, order));
    case 'asked for': {
      const found = await getCharge(life, order);
      return found === 'absent' ? known(await createCharge(life, order)) : known(found);
    }
  }
}

/** A problem of the service tells nothing of a charge that may be booked. */
function known(outcome: ChargeOutcome): ChargeOutcome {
  return outcome === 'failed' ? 'silent' : outcome;
}

function pending(life: Life, orderId: string): SystemAnswer {
  const step = openStep(life);
  const order = step.order(orderId);
  const { command } = order;
  order.command = null;
  const answer: SystemAnswer = { output: viewOrder(life, order) };
  if (command) step.put({ key: keyRecord(life, command, answer, { orderId }) });
  step.write();
  if (!has(life, 'leaves pending orders as they are')) goOnPaying(life, orderId);
  return answer;
}

export function goOnPaying(life: Life, orderId: string): void {
  inBackground(life, () =>
    keepTrying(life, async () => {
      const order = orderOf(life, orderId);
      if (order.state !== 'PENDING') return true;
      return settle(life, orderId, await findOut(life, order)) && true;
    }),
  );
}

/** Ends the order in one step. Undefined while the outcome is not known. */
function settle(life: Life, orderId: string, outcome: ChargeOutcome): SystemAnswer | undefined {
  const step = openStep(life);
  const order = step.order(orderId);
  switch (outcome) {
    case 'approved':
      return areHeld(life, order) ? paid(life, step, order) : tooLate(life, step, order);
    case 'declined':
      return declined(life, step, order);
    case 'voided':
      if (life.freedoms.voidedOrder === 'PAYMENTS_UNAVAILABLE') {
        return unavailable(life, step, order, 'released');
      }
      cancel(life, step, order, 'payment-unavailable', 'released');
      return ended(life, step, order, { output: viewOrder(life, order) });
    case 'failed': {
      const isReleased = has(life, 'gives holds back when the payment service is down');
      return unavailable(life, step, order, isReleased ? 'released' : 'held');
    }
    case 'absent':
    case 'silent':
      return undefined;
  }
}

function areHeld(life: Life, { reservationIds }: OrderState): boolean {
  const isLax = has(life, 'orders what has expired') || has(life, 'orders what was released');
  return reservationIds.every((reservationId) => {
    const reservation = life.state.reservations.get(reservationId);
    if (!reservation) return false;
    return isLax || reservation.state === 'CONFIRMED' || !isExpired(life, reservation);
  });
}

function paid(life: Life, step: Step, order: OrderState): SystemAnswer {
  order.state = 'PAID';
  for (const reservationId of order.reservationIds) {
    const reservation = step.reservation(reservationId);
    if (reservation.state === 'CONFIRMED' || has(life, 'pays without confirming')) continue;
    const from = reservation.state === 'HELD' ? 'held' : 'available';
    moveUnits(life, step, reservation, from, 'confirmed');
    reservation.state = 'CONFIRMED';
  }
  return ended(life, step, order, { output: viewOrder(life, order) });
}

/** The deadline was over before the charge. */
function tooLate(life: Life, step: Step, order: OrderState): SystemAnswer {
  cancel(life, step, order, 'expired', 'released');
  order.voidIsDue = true;
  const answer = ended(life, step, order, { output: viewOrder(life, order) });
  goOnVoiding(life, order.orderId);
  return answer;
}

function declined(life: Life, step: Step, order: OrderState): SystemAnswer {
  const { orderId } = order;
  const isKept = has(life, 'keeps the holds of a declined order');
  cancel(life, step, order, 'payment-declined', isKept ? 'held' : 'released');
  const answer = ended(life, step, order, refused('PAYMENT_DECLINED', { orderId }));
  if (has(life, 'gives back twice what a declined order held')) {
    for (const reservationId of order.reservationIds) {
      giveBackAgain(life, step.reservation(reservationId));
    }
  }
  return answer;
}

/** The key is free again; what is given back cannot be paid for under it. */
function unavailable(
  life: Life,
  step: Step,
  order: OrderState,
  holds: 'held' | 'released',
): SystemAnswer {
  const { command, orderId } = order;
  cancel(life, step, order, 'payment-unavailable', holds);
  order.command = null;
  const answer = refused('PAYMENTS_UNAVAILABLE');
  const isKept = has(life, 'keeps refusals under their keys');
  const state = isKept ? 'completed' : 'released';
  if (command) step.put({ key: { ...keyRecord(life, command, answer, { orderId }), state } });
  step.write();
  return answer;
}

function cancel(
  life: Life,
  step: Step,
  order: OrderState,
  reason: NonNullable<OrderState['cancelReason']>,
  holds: 'held' | 'released',
): void {
  order.state = 'CANCELLED';
  order.cancelReason = reason;
  for (const reservationId of order.reservationIds) {
    const reservation = step.reservation(reservationId);
    if (holds === 'held') reservation.orderId = null;
    if (holds === 'held' || reservation.state !== 'HELD') continue;
    moveUnits(life, step, reservation, 'held', 'available');
    reservation.state = isExpired(life, reservation) ? 'EXPIRED' : 'RELEASED';
  }
}

function ended(life: Life, step: Step, order: OrderState, answer: SystemAnswer): SystemAnswer {
  const { command, orderId } = order;
  order.command = null;
  if (command) step.put({ key: keyRecord(life, command, answer, { orderId }) });
  step.write();
  return answer;
}
