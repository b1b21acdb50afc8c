/** Deadlines: from expiresAtMs on a hold is EXPIRED, for whoever looks. */
import type { ReservationState } from './state.ts';
import { has } from './life.ts';
import type { Life } from './life.ts';
import { canChange } from './replicas.ts';
import { moveUnits, openStep } from './step.ts';

/** How often, in ms of the clock, what is due is looked for by a market that only sweeps. */
const SWEEP_MS = 60_000;

/** How much too early the defects are at most. */
const MOST_EARLY_MS = 1;

export function isDue(life: Life, { expiresAtMs, orderId }: ReservationState): boolean {
  // Asked of every hold at every call, and almost none is due.
  if (life.nowMs < expiresAtMs - MOST_EARLY_MS) return false;
  const { pendingDeadline } = life.freedoms;
  const isPaying = orderId !== null && life.state.orders.get(orderId)?.state === 'PENDING';
  if (isPaying && pendingDeadline === 'stands still') return false;
  const deadlineMs = expiresAtMs + offBy(life);
  return life.nowMs >= deadlineMs && !has(life, 'never expires');
}

function offBy(life: Life): number {
  if (has(life, 'expires a millisecond late')) return 1;
  return has(life, 'expires a millisecond early') ? -1 : 0;
}

export function isExpired(life: Life, reservation: ReservationState): boolean {
  const { state } = reservation;
  return state === 'EXPIRED' || (state === 'HELD' && isDue(life, reservation));
}

/** Counts what is due as available. */
export function expireDue(life: Life): void {
  if (!canChange(life)) return;
  if (has(life, 'returns expired units in a sweep')) {
    if (life.nowMs - life.sweptMs < SWEEP_MS) return;
    life.sweptMs = life.nowMs;
  }
  for (const reservationId of [...life.state.held]) {
    const before = life.state.reservations.get(reservationId);
    if (before && isDue(life, before)) expire(life, reservationId);
  }
}

function expire(life: Life, reservationId: string): void {
  const step = openStep(life);
  const reservation = step.reservation(reservationId);
  const versions = reservation.lines.map(({ productId }) => step.stock(productId).version);
  if (!has(life, 'keeps the units of what has expired')) {
    moveUnits(life, step, reservation, 'held', 'available');
  }
  if (has(life, 'returns expired units twice')) {
    for (const { productId, quantity } of reservation.lines) {
      step.stock(productId).onHand += quantity;
    }
  }
  if (life.freedoms.expiryVersion === 'does not count') {
    reservation.lines.forEach((line, index) => {
      const version = versions[index] ?? line.version;
      step.stock(line.productId).version = version;
      line.version = version;
    });
  }
  reservation.state = 'EXPIRED';
  step.write();
}
