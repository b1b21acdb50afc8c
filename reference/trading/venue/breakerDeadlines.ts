/** Puts breakers to the venue's time and tells the public. */
import type { CircuitBreaker } from './circuitBreaker.ts';
import { afterDeadline } from './circuitBreaker.ts';
import { publish } from './marketData.ts';
import type { Instrument, VenueState } from './state.ts';

/** Makes every transition whose deadline has been reached: before each command and each read, so that none sees a stale state. */
export function reachDeadlines(state: VenueState, nowMs: number): void {
  if (state.timed.size === 0) return;
  for (const instrument of state.timed) {
    // At most two: a LIMIT_STATE ends in a halt, a halt ends in OPEN.
    let next = afterDeadline(instrument.breaker, nowMs);
    while (next) {
      setBreaker(state, instrument, next);
      next = afterDeadline(next, nowMs);
    }
  }
}

/** The earliest deadline of all breakers, or Infinity. */
export function nextDeadlineMs(state: VenueState): number {
  let earliest = Infinity;
  for (const { breaker } of state.timed) earliest = Math.min(earliest, breaker.deadlineMs);
  return earliest;
}

export function setBreaker(state: VenueState, instrument: Instrument, next: CircuitBreaker): void {
  const isNewState = next.state !== instrument.breaker.state;
  instrument.breaker = next;
  if (next.deadlineMs === Infinity) state.timed.delete(instrument);
  else state.timed.add(instrument);
  if (isNewState) publish(state, instrument, { type: 'STATE', state: next.state });
}
