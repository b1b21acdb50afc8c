/** MKT-ORD-01.g: each charge in force belongs to one order that is paid for, each of these has one, and the units agree. Pure; O(n). */
import type { Order } from '../../../../spec/marketplace/messages.d.ts';
import type { Report } from '../../kit/campaign/findings.ts';
import { possibleCommands } from './commands.ts';
import type { MarketHistory } from './commands.ts';
import { isPaidFor } from './moments.ts';
import type { Moment } from './moments.ts';

export function holdOrders(history: MarketHistory, moment: Moment, report: Report): void {
  holdCharges(moment, report);
  holdOneOrder(moment, report);
  const wanted = wantedOrders(history);
  for (const [orderId, order] of moment.view.orders) {
    if (order) {
      holdReached(history, moment, order, report);
      holdPaid(moment, order, wanted, report);
      holdUnits(history, moment, order, report);
    } else if (moment.ordersSeen.has(orderId)) {
      const by = moment.ordersSeen.get(orderId)?.[0]?.by ?? '';
      report(`${moment.when} order ${orderId}, named by ${by}, is not known any more.`);
    }
  }
}

function holdCharges({ when, view }: Moment, report: Report): void {
  for (const { reference, amountMinor, customerId } of view.charges.values()) {
    const order = view.orders.get(reference);
    const told = `${when} the charge ${reference} over ${amountMinor} for ${customerId} is in force`;
    if (!order) {
      report(`${told}, and there is no such order.`);
    } else if (order.state === 'CANCELLED') {
      report(`${told}, and the order is CANCELLED (${order.cancelReason}).`);
    } else if (order.amountMinor !== amountMinor || order.customerId !== customerId) {
      report(`${told}; the order is of ${order.customerId} over ${order.amountMinor}.`);
    }
  }
}

/** A key, and a reservation, belong to one order that is not CANCELLED. */
function holdOneOrder({ when, ordersOf }: Moment, report: Report): void {
  for (const [reservationId, orders] of ordersOf) {
    const standing = orders.filter(({ state }) => state !== 'CANCELLED');
    if (standing.length < 2) continue;
    const ids = standing.map(({ orderId, state }) => `${orderId} (${state})`);
    report(`${when} reservation ${reservationId} is in the orders ${ids.join(' and ')}.`);
  }
}

const NEXT: Readonly<Record<Order['state'], readonly Order['state'][]>> = {
  PENDING: ['PAID', 'FULFILLED', 'CANCELLED'],
  PAID: ['FULFILLED', 'CANCELLED'],
  FULFILLED: [],
  CANCELLED: [],
};

function holdReached(
  { orderActs }: MarketHistory,
  { when, ordersSeen }: Moment,
  { orderId, state, cancelReason }: Order,
  report: Report,
): void {
  const isAsked = (wanted: string): boolean =>
    orderActs.get(orderId)?.some(({ operation }) => operation === wanted) === true;
  for (const { by, view } of ordersSeen.get(orderId) ?? []) {
    const isUndone = view.state === 'PAID' && state === 'CANCELLED';
    const isReached = NEXT[view.state].includes(state) && (!isUndone || isAsked('cancelOrder'));
    if (view.state === state || isReached) continue;
    report(`${when} order ${orderId} is ${state}, after it was shown as ${view.state} by ${by}.`);
    return;
  }
  const isShipped = state === 'FULFILLED';
  const isRequested = state === 'CANCELLED' && cancelReason === 'requested';
  if (!(isShipped && !isAsked('shipOrder')) && !(isRequested && !isAsked('cancelOrder'))) return;
  report(`${when} order ${orderId} is ${state}, which nobody asked for.`);
}

/** What was asked for by commands that may have been carried out. */
function wantedOrders(history: MarketHistory): Set<string> {
  return new Set(
    possibleCommands(history)
      .filter(({ operation }) => operation === 'placeOrder')
      .map(({ input }) => {
        const { amountMinor } = input['payment'] as { amountMinor: number };
        const reservationIds = input['reservationIds'] as string[];
        return orderText({ customerId: String(input['customerId']), reservationIds, amountMinor });
      }),
  );
}

function orderText({
  customerId,
  reservationIds,
  amountMinor,
}: Pick<Order, 'customerId' | 'reservationIds' | 'amountMinor'>): string {
  return `${customerId} ${[...reservationIds].sort().join()} ${amountMinor}`;
}

function holdPaid(
  { when, view }: Moment,
  order: Order,
  wanted: ReadonlySet<string>,
  report: Report,
): void {
  const { orderId, state } = order;
  if (state === 'PENDING') {
    report(`${when} order ${orderId} is still PENDING, 25 s after everything has healed.`);
  }
  if (!isPaidFor(order)) return;
  if (!view.charges.has(orderId)) {
    report(`${when} order ${orderId} is ${state}, and no charge is in force for it.`);
  }
  if (wanted.has(orderText(order))) return;
  report(`${when} order ${orderId} is ${state}, and nobody placed such an order.`);
}

function holdUnits(
  { reservationActs }: MarketHistory,
  { when, view, ordersOf, ordersSeen }: Moment,
  order: Order,
  report: Report,
): void {
  const { orderId, state, cancelReason } = order;
  for (const reservationId of order.reservationIds) {
    const reservation = view.reservations.get(reservationId);
    if (!reservation) continue;
    const told = `${when} order ${orderId} is ${state}${cancelReason ? ` (${cancelReason})` : ''}`;
    const but = `${told}, and its reservation ${reservationId} is ${reservation.state}.`;
    if (isPaidFor(order)) {
      if (reservation.state !== 'CONFIRMED') report(but);
      continue;
    }
    if (state !== 'CANCELLED') continue;
    const isConfirmed = reservationActs
      .get(reservationId)
      ?.some(({ operation }) => operation === 'confirmReservation');
    const isElsewhere = ordersOf.get(reservationId)?.some(isPaidFor);
    const isFree = reservation.state === 'RELEASED' || reservation.state === 'EXPIRED';
    // Refused at once for want of the payment service, it leaves the hold as it was.
    const wasPending = ordersSeen.get(orderId)?.some((seen) => seen.view.state === 'PENDING');
    const isEnded =
      cancelReason === 'requested' || cancelReason === 'payment-declined' || wasPending === true;
    const isKept = reservation.state === 'HELD' || isConfirmed === true || isElsewhere === true;
    if (isFree || (isKept && !isEnded)) continue;
    report(but);
  }
}
