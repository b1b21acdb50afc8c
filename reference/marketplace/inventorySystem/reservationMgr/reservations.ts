/** What a customer does with a reservation. */
import type {
  ConfirmReservation,
  ExtendReservation,
  GetReservation,
  ReleaseReservation,
  Reservation,
} from '../../../../spec/marketplace/messages.d.ts';
import type { Answer } from '../../../kit/service.ts';
import type { Market } from '../../market.ts';
import type { Layer } from '../consistencyMgr/layer.ts';
import type { Reader } from '../consistencyMgr/records.ts';
import { confirm, keepHeld, release } from './transitions.ts';

type Refused = { readonly refusal: Answer };

export function confirmReservation(
  draft: Layer,
  market: Market,
  input: ConfirmReservation,
): Answer {
  const found = ownReservation(draft, market, input);
  if ('refusal' in found) return found.refusal;
  if (found.state === 'CONFIRMED') return { output: found };
  return refuseUnlessHeld(market, found) ?? { output: confirm(draft, found) };
}

export function releaseReservation(
  draft: Layer,
  market: Market,
  input: ReleaseReservation,
): Answer {
  const found = ownReservation(draft, market, input);
  if ('refusal' in found) return found.refusal;
  if (found.state === 'RELEASED') return { output: found };
  return refuseUnlessHeld(market, found) ?? { output: release(draft, found) };
}

export function extendReservation(draft: Layer, market: Market, input: ExtendReservation): Answer {
  const found = ownReservation(draft, market, input);
  if ('refusal' in found) return found.refusal;
  const expiresAtMs = market.clock.nowMs() + input.ttlMs;
  return refuseUnlessHeld(market, found) ?? { output: keepHeld(draft, { ...found, expiresAtMs }) };
}

export function getReservation(market: Market, { reservationId }: GetReservation): Answer {
  const found = market.state.get('reservations', reservationId);
  return found ? { output: found } : unknownReservation(market, reservationId);
}

/** The reservation, if it is there and the customer's. */
export function ownReservation(
  records: Reader,
  market: Market,
  { reservationId, customerId }: { reservationId: string; customerId: string },
): Readonly<Reservation> | Refused {
  const found = records.get('reservations', reservationId);
  if (!found) return { refusal: unknownReservation(market, reservationId) };
  if (found.customerId !== customerId) {
    const detail = `${reservationId} is another customer's`;
    return { refusal: market.refusal('FOREIGN_RESERVATION', detail) };
  }
  return found;
}

/** What a PENDING order is paying for is not free to be changed either. */
export function refuseUnlessHeld(
  { refusal }: Market,
  { reservationId, state, orderId }: Readonly<Reservation>,
): Answer | undefined {
  if (state === 'EXPIRED') {
    return refusal('RESERVATION_EXPIRED', `the deadline of ${reservationId} has passed`);
  }
  if (state !== 'HELD') return refusal('INVALID_STATE', `${reservationId} is ${state}`);
  if (orderId !== null) return refusal('INVALID_STATE', `${orderId} is paying for it`);
  return undefined;
}

function unknownReservation({ refusal }: Market, reservationId: string): Answer {
  return refusal('UNKNOWN_RESERVATION', `there is no reservation ${reservationId}`);
}
