/** Orders: reservations of one customer, paid for. */
import type {
  CancelOrder,
  GetOrder,
  PlaceOrder,
  ShipOrder,
} from '../../../../spec/marketplace/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { admitted, isFull, putAdmission, shed } from './admission.ts';
import { isExpired } from './expiry.ts';
import { keyRecord, underKey } from './keys.ts';
import { has, newId, refused } from './life.ts';
import type { Life } from './life.ts';
import type { Operations } from './operations.ts';
import { goOnPaying, pay } from './saga.ts';
import type { Command, OrderState } from './state.ts';
import { moveUnits, openStep } from './step.ts';
import { viewOrder } from './views.ts';
import { goOnVoiding, voidDue } from './voiding.ts';

export function createOrders(life: Life): Operations {
  return {
    placeOrder: (input: PlaceOrder) =>
      underKey(life, 'placeOrder', input, (command) => placeOrder(life, input, command)),
    getOrder: ({ orderId }: GetOrder) => {
      const order = life.state.orders.get(orderId);
      return order ? { output: viewOrder(life, order) } : refused('UNKNOWN_ORDER');
    },
    shipOrder: ({ orderId }: ShipOrder) => shipOrder(life, orderId),
    cancelOrder: ({ orderId }: CancelOrder) => cancelOrder(life, orderId),
    putAdmission: (input: Parameters<typeof putAdmission>[1]) => putAdmission(life, input),
  };
}

async function placeOrder(life: Life, input: PlaceOrder, command: Command): Promise<SystemAnswer> {
  if (life.freedoms.admission === 'before them' && isFull(life)) return shed(life);
  const refusal = whyNotOrdered(life, input);
  if (refusal) return refusal;
  return admitted(life, () => {
    // Others may have had their turn while it waited to be admitted, where a defect lets it wait.
    const later = whyNotOrdered(life, input);
    return later ? Promise.resolve(later) : pay(life, record(life, input, command));
  });
}

function whyNotOrdered(life: Life, input: PlaceOrder): SystemAnswer | undefined {
  for (const reservationId of input.reservationIds) {
    const refusal = whyNotPaidFor(life, reservationId, input.customerId);
    if (refusal) return refusal;
  }
  return undefined;
}

function whyNotPaidFor(
  life: Life,
  reservationId: string,
  customerId: string,
): SystemAnswer | undefined {
  const reservation = life.state.reservations.get(reservationId);
  if (!reservation) return refused('UNKNOWN_RESERVATION');
  const isForeign = reservation.customerId !== customerId;
  if (isForeign && !has(life, 'orders what is held by others')) {
    return refused(life.freedoms.foreign);
  }
  if (isExpired(life, reservation) && !has(life, 'orders what has expired')) {
    return refused('RESERVATION_EXPIRED');
  }
  const order = life.state.orders.get(reservation.orderId ?? '');
  const isTaken = order !== undefined && order.state !== 'CANCELLED';
  if (isTaken)
    return has(life, 'orders a reservation twice') ? undefined : refused('INVALID_STATE');
  const isHeld = reservation.state === 'HELD' || reservation.state === 'EXPIRED';
  return isHeld || has(life, 'orders what was released') ? undefined : refused('INVALID_STATE');
}

/** PENDING, durably, before the charge is asked for. */
function record(life: Life, input: PlaceOrder, command: Command): OrderState {
  const { customerId, reservationIds, payment } = input;
  const orderId = `o-${newId(life)}`;
  const order: OrderState = {
    ...{ orderId, state: 'PENDING', customerId, reservationIds, cancelReason: null },
    ...{ amountMinor: payment.amountMinor, methodId: payment.methodId },
    ...{ chargeReference: orderId, voidIsDue: false, command },
  };
  const step = openStep(life);
  for (const reservationId of reservationIds) step.reservation(reservationId).orderId = orderId;
  step.put({ order, key: keyRecord(life, command, null, { orderId }) });
  step.write();
  return order;
}

function shipOrder(life: Life, orderId: string): SystemAnswer {
  const before = life.state.orders.get(orderId);
  if (!before) return refused('UNKNOWN_ORDER');
  const isAgain = before.state === 'FULFILLED';
  if (isAgain && !has(life, 'ships again what was shipped')) {
    return { output: viewOrder(life, before) };
  }
  const isShippable = before.state === 'PAID' || isAgain || has(life, 'ships what is not paid');
  if (!isShippable) return refused('INVALID_STATE');
  const step = openStep(life);
  const order = step.order(orderId);
  order.state = 'FULFILLED';
  if (!has(life, 'ships without moving units')) {
    for (const reservationId of order.reservationIds) {
      moveUnits(life, step, step.reservation(reservationId), 'confirmed', 'shipped');
    }
  }
  step.write();
  return { output: viewOrder(life, order) };
}

async function cancelOrder(life: Life, orderId: string): Promise<SystemAnswer> {
  const before = life.state.orders.get(orderId);
  if (!before) return refused('UNKNOWN_ORDER');
  const isAgain = before.state === 'CANCELLED';
  if (isAgain && !has(life, 'returns the units of a cancelled order twice')) {
    return { output: viewOrder(life, before) };
  }
  const isLate = before.state === 'FULFILLED' && has(life, 'cancels what was shipped');
  if (before.state !== 'PAID' && !isLate && !isAgain) return refused('INVALID_STATE');
  const step = openStep(life);
  const order = step.order(orderId);
  order.state = 'CANCELLED';
  order.cancelReason = 'requested';
  order.voidIsDue = !has(life, 'cancels without voiding the charge');
  for (const reservationId of order.reservationIds) {
    const reservation = step.reservation(reservationId);
    const from = isLate ? 'shipped' : 'confirmed';
    moveUnits(life, step, reservation, from, 'available');
    reservation.state = 'RELEASED';
  }
  step.write();
  if (order.voidIsDue) await voidDue(life, orderId);
  return { output: viewOrder(life, order) };
}

/** What was begun and not ended goes on. */
export function resumeOrders(life: Life): void {
  for (const { orderId, state, voidIsDue } of life.state.orders.values()) {
    if (state === 'PENDING' && !has(life, 'leaves pending orders as they are'))
      goOnPaying(life, orderId);
    if (voidIsDue) goOnVoiding(life, orderId);
  }
}
