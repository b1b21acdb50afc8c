/** MKT-RES-02.d: what was acknowledged of a reservation or under a key is still so, and nothing happened that nobody asked for. Pure; O(n). */
import type { Reservation } from '../../../../spec/marketplace/messages.d.ts';
import type { Report } from '../../kit/campaign/findings.ts';
import type { Act, KeyedCommand, MarketHistory, Seen } from './commands.ts';
import { isPaidFor } from './moments.ts';
import type { Moment } from './moments.ts';

type State = Reservation['state'];

export function holdReservations(history: MarketHistory, moment: Moment, report: Report): void {
  const { when, view, reservationsSeen } = moment;
  const makers = makersOf(history, moment, report);
  for (const [reservationId, reservation] of view.reservations) {
    const seen = reservationsSeen.get(reservationId) ?? [];
    if (!reservation) {
      const by = seen[0]?.by ?? makers.get(reservationId)?.key ?? 'an order';
      report(`${when} reservation ${reservationId}, named by ${by}, is not known any more.`);
      continue;
    }
    const maker = makers.get(reservationId);
    if (maker) holdAsAsked(moment, reservation, maker, report);
    holdReached(history, moment, reservation, seen, report);
    holdWanted(history, moment, reservation, report);
    if (reservation.state === 'HELD') holdDeadline(history, moment, reservation, seen, report);
  }
}

/** By reservation: the command that made it. */
function makersOf(
  { keyed }: MarketHistory,
  { view }: Moment,
  report: Report,
): Map<string, KeyedCommand> {
  const makers = new Map<string, KeyedCommand>();
  for (const command of keyed.values()) {
    if (command.operation !== 'reserve') continue;
    const { key } = command;
    const found = view.keys.get(key)?.reservationId;
    const ids = new Set([...command.reservationIds, ...(found ? [found] : [])]);
    for (const reservationId of ids) {
      const other = makers.get(reservationId);
      if (other)
        report(`Reservation ${reservationId} belongs to the keys ${other.key} and ${key}.`);
      makers.set(reservationId, command);
    }
  }
  return makers;
}

function holdAsAsked(
  { when }: Moment,
  { reservationId, customerId, lines }: Reservation,
  { key, input }: KeyedCommand,
  report: Report,
): void {
  const told = linesText(lines);
  const asked = linesText(input['lines'] as unknown as Reservation['lines']);
  if (told === asked && customerId === input['customerId']) return;
  report(
    `${when} reservation ${reservationId} is ${told} for ${customerId}; the key ${key} asked for ${asked} for ${String(input['customerId'])}.`,
  );
}

function linesText(lines: Reservation['lines']): string {
  return lines
    .map(({ productId, quantity }) => `${quantity} of ${productId}`)
    .sort()
    .join(', ');
}

/** From each state that it was shown in it has come to this one by commands that were sent. */
function holdReached(
  { orderActs }: MarketHistory,
  { when, ordersOf }: Moment,
  { reservationId, state }: Reservation,
  seen: readonly Seen<Reservation>[],
  report: Report,
): void {
  const wasCancelled = (ordersOf.get(reservationId) ?? []).some(
    (order) =>
      order.state === 'CANCELLED' &&
      orderActs.get(order.orderId)?.some(({ operation }) => operation === 'cancelOrder') === true,
  );
  for (const { by, view } of seen) {
    const from = view.state;
    const isUndone = from === 'CONFIRMED' && state === 'RELEASED' && wasCancelled;
    if (from === 'HELD' || from === state || isUndone) continue;
    report(
      `${when} reservation ${reservationId} is ${state}, after it was shown as ${from} by ${by}.`,
    );
    return;
  }
}

/** Somebody asked for what became of it. */
function holdWanted(
  { reservationActs, latestMs }: MarketHistory,
  { when, ordersOf }: Moment,
  { reservationId, state, expiresAtMs }: Reservation,
  report: Report,
): void {
  const acts = reservationActs.get(reservationId) ?? [];
  const orders = ordersOf.get(reservationId) ?? [];
  const isAsked = (...operations: string[]): boolean =>
    acts.some(({ operation }) => operations.includes(operation));
  const isWanted: Record<State, () => boolean> = {
    HELD: () => true,
    CONFIRMED: () => isAsked('confirmReservation') || orders.some(isPaidFor),
    // A placeOrder that was refused because its charge was voided has cancelled its order, and given the units back.
    RELEASED: () =>
      isAsked('releaseReservation', 'placeOrder') ||
      orders.some((order) => order.state === 'CANCELLED'),
    EXPIRED: () => expiresAtMs <= latestMs,
  };
  if (isWanted[state]()) return;
  report(`${when} reservation ${reservationId} is ${state}, which nobody asked for.`);
}

function holdDeadline(
  { reservationActs, latestMs }: MarketHistory,
  { when }: Moment,
  { reservationId, expiresAtMs }: Reservation,
  seen: readonly Seen<Reservation>[],
  report: Report,
): void {
  const extended = (reservationActs.get(reservationId) ?? []).filter(
    ({ operation }) => operation === 'extendReservation',
  );
  const possible = possibleDeadlines(seen, extended);
  // Without its reply it is not known which one an extension has set.
  const isExtendedUnseen = extended.some(
    ({ isAcknowledged, input }) =>
      !isAcknowledged && expiresAtMs <= latestMs + Number(input['ttlMs']),
  );
  if (possible.size === 0 || possible.has(expiresAtMs) || isExtendedUnseen) return;
  report(
    `${when} reservation ${reservationId} is held until ${expiresAtMs}; ${[...possible].join(' or ')} was acknowledged.`,
  );
}

/** Those that were acknowledged, and not overtaken by an extension that was sent later. Empty: none was. */
function possibleDeadlines(
  seen: readonly Seen<Reservation>[],
  extended: readonly Act[],
): Set<number> {
  const made = seen.filter(({ by }) => by.startsWith('reserve ')).slice(0, 1);
  const set = [...made, ...seen.filter(({ by }) => by === 'extendReservation')];
  const isOvertaken = ({ returnEvent }: Seen<Reservation>): boolean =>
    extended.some(({ isAcknowledged, callEvent }) => isAcknowledged && callEvent > returnEvent);
  return new Set(set.filter((each) => !isOvertaken(each)).map(({ view }) => view.expiresAtMs));
}

/** A command that was acknowledged under its key is one, and is found there. @param wanted operations whose keys are looked at */
export function holdKeys(
  { keyed }: MarketHistory,
  { when, view }: Moment,
  wanted: readonly string[],
  report: Report,
): void {
  for (const { key, operation, isKept, reservationIds, orderIds } of keyed.values()) {
    if (!isKept || !wanted.includes(operation)) continue;
    const record = view.keys.get(key);
    const told = `${when} ${operation} with the key ${key}, which was acknowledged,`;
    if (record === null) report(`${told} is not known any more.`);
    const isPaying = isPending(view, record?.orderId);
    if (record?.state === 'in-progress' && !isPaying) report(`${told} is in progress.`);
    holdOneSubject(told, reservationIds, record?.reservationId);
    holdOneSubject(told, orderIds, record?.orderId);
  }

  function holdOneSubject(
    told: string,
    answered: ReadonlySet<string>,
    found: string | null | undefined,
  ): void {
    const ids = new Set([...answered, ...(typeof found === 'string' ? [found] : [])]);
    if (ids.size > 1) report(`${told} stands for ${[...ids].join(' and ')}.`);
  }
}

function isPending({ orders }: Moment['view'], orderId: string | null | undefined): boolean {
  return orders.get(orderId ?? '')?.state === 'PENDING';
}

/** At the last of the deadlines nothing is held any more, but what an order is still paying for. */
export function holdExpired({ when, view, ordersOf }: Moment, report: Report): void {
  for (const [reservationId, reservation] of view.reservations) {
    const isPaying = ordersOf.get(reservationId)?.some(({ state }) => state === 'PENDING');
    if (reservation?.state !== 'HELD' || isPaying === true) continue;
    report(
      `${when} reservation ${reservationId}, held until ${reservation.expiresAtMs}, is still held.`,
    );
  }
}
