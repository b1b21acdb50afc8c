/** The market as it was read, before and after the last kill, with what had been shown of it by then. */
import type { Order, Reservation } from '../../../../spec/marketplace/messages.d.ts';
import { push } from './commands.ts';
import type { MarketHistory, OrderSeen, Seen } from './commands.ts';
import type { MarketFinals } from './finalReads.ts';
import type { MarketView } from './view.ts';

export interface Moment {
  /** As in `After the campaign`. */
  readonly when: string;
  readonly view: MarketView;
  /** Orders that name the reservation. */
  readonly ordersOf: ReadonlyMap<string, readonly Order[]>;
  readonly reservationsSeen: ReadonlyMap<string, readonly Seen<Reservation>[]>;
  readonly ordersSeen: ReadonlyMap<string, readonly Seen<OrderSeen>[]>;
}

const BEFORE = 'After the campaign';
const AFTER = 'After one more kill and restart';

export function momentsOf(history: MarketHistory, { before, after }: MarketFinals): Moment[] {
  const moments: Moment[] = [];
  const { reservations: reservationsSeen, orders: ordersSeen } = history;
  if (before) moments.push(momentOf(BEFORE, before, { reservationsSeen, ordersSeen }));
  if (after) {
    const seen = {
      reservationsSeen: withRead(reservationsSeen, before?.reservations, BEFORE),
      ordersSeen: withRead<OrderSeen>(ordersSeen, before?.orders, BEFORE),
    };
    moments.push(momentOf(AFTER, after, seen));
  }
  return moments;
}

/** What stands there when the last of the deadlines has come. */
export function dueMoment({ after, due }: MarketFinals): Moment | undefined {
  if (!after || !due) return undefined;
  const reservations = new Map([...after.reservations, ...due.reservations]);
  const view = { ...after, reservations, stocks: due.stocks };
  return momentOf(`At ${due.nowMs}, the last of the deadlines,`, view, NOTHING_SEEN);
}

const NOTHING_SEEN = { reservationsSeen: new Map(), ordersSeen: new Map() };

function momentOf(
  when: string,
  view: MarketView,
  seen: Pick<Moment, 'reservationsSeen' | 'ordersSeen'>,
): Moment {
  const ordersOf = new Map<string, Order[]>();
  for (const order of view.orders.values()) {
    for (const reservationId of order?.reservationIds ?? []) push(ordersOf, reservationId, order!);
  }
  return { when, view, ordersOf, ...seen };
}

/** What was read once has been shown too. */
function withRead<T>(
  seen: ReadonlyMap<string, readonly Seen<T>[]>,
  read: ReadonlyMap<string, T | null> | undefined,
  when: string,
): ReadonlyMap<string, readonly Seen<T>[]> {
  const more = new Map([...seen].map(([id, those]) => [id, [...those]]));
  const [callEvent, returnEvent] = [Infinity, Infinity];
  for (const [id, view] of read ?? []) {
    const by = `a read ${when.charAt(0).toLowerCase()}${when.slice(1)}`;
    if (view !== null) push(more, id, { by, callEvent, returnEvent, view });
  }
  return more;
}

export const isPaidFor = ({ state }: Order): boolean => state === 'PAID' || state === 'FULFILLED';
