/** Holds on stock: all lines or none, until a deadline. */
import type {
  ConfirmReservation,
  ExtendReservation,
  GetReservation,
  ReleaseReservation,
  Reserve,
} from '../../../../spec/marketplace/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { isExpired } from './expiry.ts';
import { keyRecord, underKey } from './keys.ts';
import { has, newId, otherTurns, refused } from './life.ts';
import type { Life } from './life.ts';
import type { Operations } from './operations.ts';
import { shardOf } from './rings.ts';
import type { Command, ReservationState } from './state.ts';
import { availableOf } from './stock.ts';
import { moveUnits, openStep } from './step.ts';
import { viewReservation } from './views.ts';

const DEFAULT_TTL_MS = 900_000;

export function createReservations(life: Life): Operations {
  return {
    reserve: (input: Reserve) =>
      underKey(life, 'reserve', input, (command) => reserve(life, input, command)),
    confirmReservation: (input: ConfirmReservation) =>
      ofCustomer(life, input, (reservation) => confirm(life, reservation)),
    releaseReservation: (input: ReleaseReservation) =>
      ofCustomer(life, input, (reservation) => release(life, reservation)),
    extendReservation: (input: ExtendReservation) =>
      ofCustomer(life, input, (reservation) => extend(life, reservation, input.ttlMs)),
    getReservation({ reservationId }: GetReservation) {
      const reservation = life.state.reservations.get(reservationId);
      if (!reservation) return refused('UNKNOWN_RESERVATION');
      return { output: viewReservation(life, reservation) };
    },
  };
}

async function reserve(life: Life, input: Reserve, command: Command): Promise<SystemAnswer> {
  const { customerId, lines, ttlMs = DEFAULT_TTL_MS } = input;
  const productIds = lines.map(({ productId }) => productId);
  const isTwice = new Set(productIds).size < productIds.length;
  if (isTwice && !has(life, 'takes a product in two lines')) return refused('INVALID_REQUEST');
  if (productIds.some((id) => !life.state.stocks.has(id))) return refused('UNKNOWN_PRODUCT');
  const refusal = whyNotHeld(life, input);
  if (refusal && !has(life, 'holds the lines that it can')) return refusal;
  if (has(life, 'looks at the limit before its turn')) {
    await otherTurns(life);
    const short = lines.find((line) => outOfStock(life, line));
    if (short) return soldOut(life, short.productId);
  }

  const step = openStep(life);
  const reservation: ReservationState = {
    ...{ reservationId: `r-${newId(life)}`, state: 'HELD', customerId },
    lines: lines.map((line) => ({ ...line, version: 0 })),
    ...{ expiresAtMs: life.nowMs + ttlMs, orderId: null },
  };
  const held = has(life, 'holds the lines that it can')
    ? { ...reservation, lines: reservation.lines.filter((line) => !outOfStock(life, line)) }
    : reservation;
  moveUnits(life, step, held, 'available', 'held');
  if (has(life, 'waits between reading and holding')) await otherTurns(life);
  if (refusal) {
    step.write();
    return refusal;
  }
  const answer: SystemAnswer = { output: viewReservation(life, reservation) };
  const { reservationId } = reservation;
  step.put({ reservation, key: keyRecord(life, command, answer, { reservationId }) });
  step.write();
  return answer;
}

function whyNotHeld(life: Life, { customerId, lines }: Reserve): SystemAnswer | undefined {
  const short = lines.find((line) => outOfStock(life, line));
  const over = lines.some((line) => isOverLimit(life, customerId, line));
  if (over && (!short || life.freedoms.severalRefusals === 'limit first')) {
    return refused('LIMIT_PER_CUSTOMER');
  }
  if (!short) return undefined;
  return soldOut(life, short.productId);
}

function soldOut(life: Life, productId: string): SystemAnswer {
  life.soldOutShards.add(shardOf(life, 'inventory', productId));
  const stock = life.state.stocks.get(productId);
  const code = has(life, 'says CONFLICT_RETRY when stock is out')
    ? 'CONFLICT_RETRY'
    : 'OUT_OF_STOCK';
  return refused(code, { productId, available: stock ? availableOf(stock) : 0 });
}

function outOfStock(life: Life, line: Reserve['lines'][number]): boolean {
  const stock = life.state.stocks.get(line.productId);
  if (has(life, 'takes a sold-out product for its whole shard')) {
    if (life.soldOutShards.has(shardOf(life, 'inventory', line.productId))) return true;
  }
  return !stock || availableOf(stock) < line.quantity;
}

function isOverLimit(
  life: Life,
  customerId: string,
  { productId, quantity }: Reserve['lines'][number],
): boolean {
  const limit = life.state.stocks.get(productId)?.perCustomerLimit ?? null;
  if (limit === null || has(life, 'ignores the limit per customer')) return false;
  if (has(life, 'counts the limit for each reservation by itself')) return quantity > limit;
  const already = [...life.state.reservations.values()]
    .filter((each) => each.customerId === customerId && counts(life, each))
    .flatMap(({ lines }) => lines)
    .filter((line) => line.productId === productId)
    .reduce((sum, line) => sum + line.quantity, 0);
  return already + quantity > limit;
}

function counts(life: Life, reservation: ReservationState): boolean {
  if (has(life, 'counts released units for the limit')) return true;
  if (reservation.state === 'CONFIRMED') return !has(life, 'forgets confirmed units for the limit');
  return reservation.state === 'HELD' && !isExpired(life, reservation);
}

/** What another customer asks for is refused; so is, or waits, what an order is paying for. */
async function ofCustomer(
  life: Life,
  { reservationId, customerId }: { reservationId: string; customerId: string },
  carryOut: (reservation: ReservationState) => SystemAnswer | Promise<SystemAnswer>,
): Promise<SystemAnswer> {
  const reservation = life.state.reservations.get(reservationId);
  if (!reservation) return refused('UNKNOWN_RESERVATION');
  const isForeign = reservation.customerId !== customerId;
  if (isForeign && !has(life, 'lets anybody confirm and release')) {
    return refused(life.freedoms.foreign);
  }
  const order = life.state.orders.get(reservation.orderId ?? '');
  const isPaying = order?.state === 'PENDING' && reservation.state === 'HELD';
  if (!isPaying || isExpired(life, reservation)) {
    return carryOut(reservation);
  }
  const run = life.inFlight.get(order.command?.idempotencyKey ?? '');
  if (!run || life.freedoms.whilePaying === 'refused') return refused('INVALID_STATE');
  await run.catch(() => undefined);
  const present = life.state.reservations.get(reservationId);
  const isStillPaying = life.state.orders.get(order.orderId)?.state === 'PENDING';
  return present && !isStillPaying ? carryOut(present) : refused('INVALID_STATE');
}

async function confirm(life: Life, reservation: ReservationState): Promise<SystemAnswer> {
  const { reservationId } = reservation;
  if (reservation.state === 'CONFIRMED' && has(life, 'confirms twice')) {
    return moved(life, reservationId, 'held', 'confirmed', 'CONFIRMED');
  }
  if (reservation.state === 'CONFIRMED') return { output: viewReservation(life, reservation) };
  if (isExpired(life, reservation) && !has(life, 'confirms what has expired')) {
    return refused('RESERVATION_EXPIRED');
  }
  if (reservation.state === 'RELEASED' && !has(life, 'confirms what was released')) {
    return refused('INVALID_STATE');
  }
  const from = reservation.state === 'HELD' ? 'held' : 'available';
  return moved(life, reservationId, from, 'confirmed', 'CONFIRMED');
}

async function release(life: Life, reservation: ReservationState): Promise<SystemAnswer> {
  const { reservationId, state } = reservation;
  if (state === 'RELEASED') {
    if (has(life, 'gives back twice what is released twice')) giveBackAgain(life, reservation);
    return { output: viewReservation(life, reservation) };
  }
  if (isExpired(life, reservation)) {
    const output = viewReservation(life, reservation);
    return life.freedoms.releaseExpired === 'answered'
      ? { output }
      : refused('RESERVATION_EXPIRED');
  }
  if (state === 'CONFIRMED' && !has(life, 'releases what was confirmed')) {
    return refused('INVALID_STATE');
  }
  const from = state === 'CONFIRMED' ? 'confirmed' : 'held';
  return moved(life, reservationId, from, 'available', 'RELEASED');
}

export function giveBackAgain(life: Life, reservation: ReservationState): void {
  const step = openStep(life);
  for (const { productId, quantity } of reservation.lines) {
    const stock = step.stock(productId);
    stock.onHand += quantity;
    stock.version += 1;
  }
  step.write();
}

async function moved(
  life: Life,
  reservationId: string,
  from: 'available' | 'held' | 'confirmed',
  to: 'available' | 'confirmed',
  state: ReservationState['state'],
): Promise<SystemAnswer> {
  const step = openStep(life);
  const reservation = step.reservation(reservationId);
  moveUnits(life, step, reservation, from, to);
  reservation.state = state;
  if (has(life, 'waits between reading and confirming')) await otherTurns(life);
  step.write();
  return { output: viewReservation(life, reservation) };
}

function extend(life: Life, reservation: ReservationState, ttlMs: number): SystemAnswer {
  if (isExpired(life, reservation) && !has(life, 'extends what has expired')) {
    return refused('RESERVATION_EXPIRED');
  }
  if (reservation.state !== 'HELD' && reservation.state !== 'EXPIRED')
    return refused('INVALID_STATE');
  const step = openStep(life);
  const extended = step.reservation(reservation.reservationId);
  const fromMs = has(life, 'adds to the old deadline') ? extended.expiresAtMs : life.nowMs;
  if (!has(life, 'does not move the deadline')) extended.expiresAtMs = fromMs + ttlMs;
  if (extended.state === 'EXPIRED') {
    moveUnits(life, step, extended, 'available', 'held');
    extended.state = 'HELD';
  }
  step.write();
  return { output: viewReservation(life, extended) };
}
