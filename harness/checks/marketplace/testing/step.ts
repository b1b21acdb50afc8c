/** One durable step: copies of what it changes, written at once. */
import { copyPlain } from '../../testing/copyPlain.ts';
import { has, write } from './life.ts';
import type { Life } from './life.ts';
import type { KeptKey, OrderState, ReservationState, RingState, StockState } from './state.ts';

export interface Step {
  /** A copy, to be changed. @throws Error where there is none */
  stock(productId: string): StockState;
  reservation(reservationId: string): ReservationState;
  order(orderId: string): OrderState;
  put(more: {
    readonly stock?: StockState;
    readonly reservation?: ReservationState;
    readonly order?: OrderState;
    readonly key?: KeptKey | undefined;
    readonly ring?: RingState;
    readonly maxOrdersInProgress?: number;
  }): void;
  /** @throws StoreUnavailable where the store takes nothing */
  write(): void;
}

export function openStep(life: Life): Step {
  const { state } = life;
  const stocks = new Map<string, StockState>();
  const reservations = new Map<string, ReservationState>();
  const orders = new Map<string, OrderState>();
  const keys: KeptKey[] = [];
  const rings: RingState[] = [];
  let limit: number | null = null;
  return {
    stock: (productId) => copied(stocks, state.stocks, productId),
    reservation: (reservationId) => copied(reservations, state.reservations, reservationId),
    order: (orderId) => copied(orders, state.orders, orderId),
    put({ stock, reservation, order, key, ring, maxOrdersInProgress }) {
      if (stock) stocks.set(stock.productId, stock);
      if (reservation) reservations.set(reservation.reservationId, reservation);
      if (order) orders.set(order.orderId, order);
      if (key) keys.push(key);
      if (ring) rings.push(ring);
      limit = maxOrdersInProgress ?? limit;
    },
    write() {
      write(life, {
        stocks: [...stocks.values()],
        reservations: [...reservations.values()],
        orders: [...orders.values()],
        ...{ keys, rings, maxOrdersInProgress: limit },
      });
    },
  };
}

function copied<T>(copies: Map<string, T>, originals: ReadonlyMap<string, T>, id: string): T {
  const known = copies.get(id) ?? copyPlain(originals.get(id));
  if (known === undefined) throw new Error(`There is no ${id}.`);
  copies.set(id, known);
  return known;
}

/** How the units of a reservation are counted; `shipped` ones are no longer in the warehouse. */
type Counted = 'available' | 'held' | 'confirmed' | 'shipped';

/** Moves all units of a reservation; each line gets the version of its stock. */
export function moveUnits(
  life: Life,
  step: Step,
  reservation: ReservationState,
  from: Counted,
  to: Counted,
): void {
  for (const line of reservation.lines) {
    const stock = step.stock(line.productId);
    if (from !== 'available') stock[from] -= line.quantity;
    if (to !== 'available') stock[to] += line.quantity;
    if (to === 'shipped') stock.onHand -= line.quantity;
    const isQuiet = from === 'held' && has(life, 'keeps the version when a hold is given back');
    if (!isQuiet) raise(life, stock);
    line.version = stock.version;
  }
}

export function raise(life: Life, stock: StockState): void {
  stock.version += life.freedoms.versionGrowth === 'by one' ? 1 : 3;
}
