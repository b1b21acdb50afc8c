/** How reservations and orders are shown. */
import type { Order, Reservation } from '../../../../spec/marketplace/messages.d.ts';
import { isExpired } from './expiry.ts';
import type { Life } from './life.ts';
import type { OrderState, ReservationState } from './state.ts';

const more = ({ freedoms }: Life): object =>
  freedoms.extraFields === 'some' ? { note: 'more' } : {};

export function viewReservation(life: Life, reservation: ReservationState): Reservation {
  const state = isExpired(life, reservation) ? 'EXPIRED' : reservation.state;
  return { ...reservation, state, ...more(life) };
}

export function viewOrder(life: Life, order: OrderState): Order {
  const { orderId, state, customerId, reservationIds, amountMinor, cancelReason } = order;
  const own = { orderId, state, customerId, reservationIds, amountMinor, cancelReason };
  return { ...own, ...more(life) };
}
