/**
 * Deadlines. Before every operation what is due by the clock is expired, so that nobody finds it held; no timer is needed. It
 * follows from what is written and from the clock, so it counts at once, and is written with the next group of steps.
 */
import type { Reservation } from '../../../../spec/marketplace/messages.d.ts';
import type { Market } from '../../market.ts';
import { layerOver } from '../consistencyMgr/layer.ts';
import { expire } from './transitions.ts';

export function expireDue({ state, commits, clock }: Market): void {
  const nowMs = clock.nowMs();
  if (state.deadlines.nextMs() > nowMs) return;
  // What was decided before must count first: it may be about the same units.
  commits.flush();
  for (const reservationId of state.deadlines.takeDue(nowMs, Infinity)) {
    const reservation = state.get('reservations', reservationId);
    if (!reservation || !isDue(reservation, nowMs)) continue;
    const draft = layerOver(state);
    expire(draft, reservation);
    state.apply(draft.step());
    commits.carry(draft.step());
  }
}

/** While an order is paying for it the deadline does not count. */
function isDue({ state, orderId, expiresAtMs }: Readonly<Reservation>, nowMs: number): boolean {
  return state === 'HELD' && orderId === null && expiresAtMs <= nowMs;
}
