/** The moves of a reservation: its state and its units, together. The caller has seen that the move is allowed. */
import type { Reservation } from '../../../../spec/marketplace/messages.d.ts';
import type { Layer } from '../consistencyMgr/layer.ts';
import type { StockRecord } from '../consistencyMgr/records.ts';

type Held = Readonly<Reservation>;
type Counts = Partial<Pick<StockRecord, 'onHand' | 'held' | 'confirmed' | 'shipped'>>;
type Move = (stock: StockRecord, quantity: number) => Counts;

const hold: Move = ({ held }, quantity) => ({ held: held + quantity });

const sell: Move = ({ held, confirmed }, quantity) => ({
  held: held - quantity,
  confirmed: confirmed + quantity,
});

const freeHeld: Move = ({ held }, quantity) => ({ held: held - quantity });

const freeConfirmed: Move = ({ confirmed }, quantity) => ({ confirmed: confirmed - quantity });

const handOver: Move = ({ onHand, confirmed, shipped }, quantity) => ({
  onHand: onHand - quantity,
  confirmed: confirmed - quantity,
  shipped: shipped + quantity,
});

/** A new one. */
export function holdUnits(draft: Layer, reservation: Held): Held {
  return moveUnits(countForCustomer(draft, reservation, +1), reservation, hold);
}

/** From HELD. */
export function confirm(draft: Layer, reservation: Held): Held {
  return moveUnits(draft, { ...reservation, state: 'CONFIRMED' }, sell);
}

/** From HELD, and from CONFIRMED when its order is cancelled. */
export function release(draft: Layer, reservation: Held): Held {
  const free = reservation.state === 'HELD' ? freeHeld : freeConfirmed;
  countForCustomer(draft, reservation, -1);
  return moveUnits(draft, { ...reservation, state: 'RELEASED' }, free);
}

/** From HELD, at its deadline. */
export function expire(draft: Layer, reservation: Held): Held {
  countForCustomer(draft, reservation, -1);
  return moveUnits(draft, { ...reservation, state: 'EXPIRED' }, freeHeld);
}

/** From CONFIRMED: it stays so, and its units are gone. */
export function ship(draft: Layer, reservation: Held): Held {
  return moveUnits(draft, reservation, handOver);
}

/** HELD, with another deadline or order. */
export function keepHeld(draft: Layer, reservation: Held): Held {
  draft.set('reservations', reservation.reservationId, reservation);
  return reservation;
}

function moveUnits(draft: Layer, reservation: Held, move: Move): Held {
  const lines = reservation.lines.map(({ productId, quantity }) => {
    const stock = draft.get('stocks', productId);
    if (!stock) throw new Error(`${reservation.reservationId} holds ${productId}, which is gone`);
    const version = stock.version + 1;
    draft.set('stocks', productId, { ...stock, ...move(stock, quantity), version });
    return { productId, quantity, version };
  });
  const moved = { ...reservation, lines };
  draft.set('reservations', reservation.reservationId, moved);
  return moved;
}

function countForCustomer(draft: Layer, { customerId, lines }: Held, sign: 1 | -1): Layer {
  for (const { productId, quantity } of lines) {
    const units = unitsOfCustomer(draft, productId, customerId) + sign * quantity;
    draft.set('customerUnits', `${productId}/${customerId}`, units === 0 ? null : units);
  }
  return draft;
}

/** Held, confirmed and shipped. */
export function unitsOfCustomer(draft: Layer, productId: string, customerId: string): number {
  return draft.get('customerUnits', `${productId}/${customerId}`) ?? 0;
}
