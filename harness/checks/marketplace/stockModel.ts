/**
 * A marketplace without time and without concurrency, as the brief says it: what a command may be refused with, and what is there after
 * it. It is the oracle of a check, so it is obvious rather than fast: every count is a sum over all reservations.
 */
import type { Line, Reservation } from '../../../spec/marketplace/messages.d.ts';
import type { Counts } from './outcomes.ts';

export interface ModelReservation {
  readonly reservationId: string;
  readonly customerId: string;
  readonly lines: readonly Line[];
  state: 'HELD' | 'CONFIRMED' | 'RELEASED';
  /** Undefined unless it is paid for. */
  order?: ModelOrder;
}

export interface ModelOrder {
  readonly orderId: string;
  readonly reservations: readonly ModelReservation[];
  state: 'PAID' | 'FULFILLED' | 'CANCELLED';
}

interface ModelRecord {
  onHand: number;
  perCustomerLimit: number | null;
}

/** What a refusal may say where several apply: any of them. None: it is carried out. */
export type Refusals = readonly string[];

export interface StockModel {
  readonly reservations: readonly ModelReservation[];
  readonly orders: readonly ModelOrder[];
  /** Undefined of a product that never had any stock. */
  stock(productId: string): (Counts & { perCustomerLimit: number | null }) | undefined;

  refusePut(productId: string, onHand: number): Refusals;
  put(productId: string, onHand: number, perCustomerLimit: number | null): void;
  refuseAdjust(productId: string, delta: number): Refusals;
  adjust(productId: string, delta: number): void;

  refuseReserve(customerId: string, lines: readonly Line[]): Refusals;
  reserve(reservation: Reservation): void;
  /** A repetition of what the reservation went through already is answered. */
  refuseEnd(reservation: ModelReservation, customerId: string, end: End): Refusals;
  end(reservation: ModelReservation, end: End): void;

  refuseOrder(reservations: readonly ModelReservation[], customerId: string): Refusals;
  pay(orderId: string, reservations: readonly ModelReservation[]): void;
  refuseOrderEnd(order: ModelOrder, end: ModelOrder['state']): Refusals;
  endOrder(order: ModelOrder, end: 'FULFILLED' | 'CANCELLED'): void;
}

export type End = 'CONFIRMED' | 'RELEASED';

const FOREIGN = ['FOREIGN_RESERVATION', 'UNKNOWN_RESERVATION'];

export function stockModel(): StockModel {
  const records = new Map<string, ModelRecord>();
  const reservations: ModelReservation[] = [];
  const orders: ModelOrder[] = [];

  const units = (
    productId: string,
    counts: (reservation: ModelReservation) => boolean,
    customerId?: string,
  ): number =>
    reservations
      .filter((each) => counts(each) && (customerId ?? each.customerId) === each.customerId)
      .flatMap(({ lines }) => lines)
      .filter((line) => line.productId === productId)
      .reduce((sum, { quantity }) => sum + quantity, 0);

  const stock: StockModel['stock'] = (productId) => {
    const record = records.get(productId);
    if (!record) return undefined;
    const { onHand, perCustomerLimit } = record;
    const held = units(productId, isHeld);
    const confirmed = units(productId, isSold);
    const available = onHand - held - confirmed;
    const shipped = units(productId, isShipped);
    return { onHand, available, held, confirmed, shipped, perCustomerLimit };
  };

  const refuseLine = (customerId: string, { productId, quantity }: Line): string[] => {
    const record = stock(productId);
    if (!record) return ['UNKNOWN_PRODUCT'];
    const has = units(productId, ({ state }) => state !== 'RELEASED', customerId);
    const { available, perCustomerLimit } = record;
    return [
      ...(quantity > available ? ['OUT_OF_STOCK'] : []),
      ...(has + quantity > (perCustomerLimit ?? Infinity) ? ['LIMIT_PER_CUSTOMER'] : []),
    ];
  };

  const promised = (productId: string): number =>
    units(productId, isHeld) + units(productId, isSold);

  return {
    reservations,
    orders,
    stock,
    refusePut: (productId, onHand) => (onHand < promised(productId) ? ['NEGATIVE_STOCK'] : []),
    put: (productId, onHand, perCustomerLimit) =>
      void records.set(productId, { onHand, perCustomerLimit }),
    refuseAdjust(productId, delta) {
      const record = records.get(productId);
      if (!record) return ['UNKNOWN_PRODUCT'];
      return record.onHand + delta < promised(productId) ? ['NEGATIVE_STOCK'] : [];
    },
    adjust(productId, delta) {
      const record = records.get(productId);
      if (record) record.onHand += delta;
    },
    refuseReserve: (customerId, lines) => [
      ...(new Set(lines.map(({ productId }) => productId)).size < lines.length
        ? ['INVALID_REQUEST']
        : []),
      ...lines.flatMap((line) => refuseLine(customerId, line)),
    ],
    reserve({ reservationId, customerId, lines }) {
      const plain = lines.map(({ productId, quantity }) => ({ productId, quantity }));
      reservations.push({ reservationId, customerId, lines: plain, state: 'HELD' });
    },
    refuseEnd: (reservation, customerId, end) => [
      ...(reservation.customerId === customerId ? [] : FOREIGN),
      ...(reservation.state === 'HELD' || reservation.state === end ? [] : ['INVALID_STATE']),
    ],
    end(reservation, end) {
      reservation.state = end;
    },
    refuseOrder: (those, customerId) =>
      those.flatMap((each) => [
        ...(each.customerId === customerId ? [] : FOREIGN),
        ...(each.state === 'HELD' ? [] : ['INVALID_STATE']),
      ]),
    pay(orderId, those) {
      const order: ModelOrder = { orderId, reservations: those, state: 'PAID' };
      orders.push(order);
      for (const each of those) Object.assign(each, { state: 'CONFIRMED', order });
    },
    refuseOrderEnd: (order, end) =>
      order.state === 'PAID' || order.state === end ? [] : ['INVALID_STATE'],
    endOrder(order, end) {
      if (order.state !== 'PAID') return;
      order.state = end;
      if (end === 'FULFILLED') {
        for (const { productId, quantity } of order.reservations.flatMap(({ lines }) => lines)) {
          const record = records.get(productId);
          if (record) record.onHand -= quantity;
        }
      } else {
        for (const each of order.reservations) each.state = 'RELEASED';
      }
    },
  };
}

function isHeld({ state }: ModelReservation): boolean {
  return state === 'HELD';
}

function isShipped({ state, order }: ModelReservation): boolean {
  return state === 'CONFIRMED' && order?.state === 'FULFILLED';
}

function isSold(reservation: ModelReservation): boolean {
  return reservation.state === 'CONFIRMED' && !isShipped(reservation);
}
