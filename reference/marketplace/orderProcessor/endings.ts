/** How a PENDING order ends: order, reservations and key change together. */
import type { Answer } from '../../kit/service.ts';
import type { Layer } from '../inventorySystem/consistencyMgr/layer.ts';
import type { OrderRecord } from '../inventorySystem/consistencyMgr/records.ts';
import { confirm, keepHeld, release } from '../inventorySystem/reservationMgr/transitions.ts';
import type { Market } from '../market.ts';
import { orderView } from './orderView.ts';

/** voided: there is no charge, and there will be none. unavailable: the first request found the payment service with a problem. */
export type Outcome = 'approved' | 'declined' | 'voided' | 'unavailable';

type Ending = (draft: Layer, market: Market, order: OrderRecord) => Answer;

export const endings: { readonly [O in Outcome]: Ending } = {
  approved(draft, _, order) {
    const paid: OrderRecord = { ...order, state: 'PAID' };
    forEachReservation(draft, order, confirm);
    draft.set('orders', order.orderId, paid);
    return keep(draft, order, { output: orderView(paid) });
  },

  declined(draft, { refusal }, order) {
    const { orderId } = order;
    const cancelReason = 'payment-declined';
    draft.set('orders', orderId, { ...order, state: 'CANCELLED', cancelReason });
    forEachReservation(draft, order, release);
    const detail = 'the payment was declined';
    return keep(draft, order, refusal('PAYMENT_DECLINED', detail, { orderId }));
  },

  voided(draft, _, order) {
    const cancelReason = 'payment-unavailable';
    const cancelled: OrderRecord = { ...order, state: 'CANCELLED', cancelReason };
    draft.set('orders', order.orderId, cancelled);
    forEachReservation(draft, order, release);
    return keep(draft, order, { output: orderView(cancelled) });
  },

  /** The charge is voided in the background: a service with a problem may still have booked it. */
  unavailable(draft, { refusal }, order) {
    const { orderId, idempotencyKey } = order;
    const cancelReason = 'payment-unavailable';
    draft.set('orders', orderId, {
      ...order,
      state: 'CANCELLED',
      cancelReason,
      chargeToVoid: true,
    });
    forEachReservation(draft, order, (_, held) => keepHeld(draft, { ...held, orderId: null }));
    draft.set('keys', idempotencyKey, null);
    return refusal('PAYMENTS_UNAVAILABLE', 'the payment service has a problem', { orderId });
  },
};

type Reservation = NonNullable<ReturnType<typeof reservationOf>>;

export function forEachReservation(
  draft: Layer,
  { reservationIds }: OrderRecord,
  move: (draft: Layer, reservation: Reservation) => void,
): void {
  for (const reservationId of reservationIds) move(draft, reservationOf(draft, reservationId));
}

function reservationOf(draft: Layer, reservationId: string) {
  const reservation = draft.get('reservations', reservationId);
  if (!reservation) throw new Error(`${reservationId} of an order is gone`);
  return reservation;
}

function keep(draft: Layer, { idempotencyKey }: OrderRecord, answer: Answer): Answer {
  const key = draft.get('keys', idempotencyKey);
  if (!key) throw new Error(`the key ${idempotencyKey} of an order is gone`);
  draft.set('keys', idempotencyKey, { ...key, answer });
  return answer;
}
