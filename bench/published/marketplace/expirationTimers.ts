/** `go di.reservationMgr.SetExpirationTimer(reservation, 15*time.Minute)`: a timer in memory for each reservation. */
import type { ReservationManager } from './distributedInventory.ts';
import type { Reading } from './publishedMarketplace.ts';
import type { Reservation } from './reservation.ts';

export interface ExpirationTimers extends ReservationManager {
  /** The system's clock has moved: what is due goes off, each by itself, as goroutines do. */
  fire(): void;
  close(): void;
}

export function expirationTimers(
  reading: Reading,
  nowMs: () => number,
  expire: (reservation: Reservation) => void,
): ExpirationTimers {
  const pending = new Set<NodeJS.Timeout>();
  let waiting: { reservation: Reservation; dueMs: number }[] = [];
  const expireHeld = (reservation: Reservation): void => {
    if (reservation.state === 'HELD') expire(reservation);
  };
  return {
    setExpirationTimer(reservation, ms) {
      if (reading === 'kind') {
        waiting.push({ reservation, dueMs: nowMs() + ms });
        return;
      }
      const timer = setTimeout(() => {
        pending.delete(timer);
        expireHeld(reservation);
      }, ms);
      pending.add(timer);
    },
    fire() {
      const due = waiting.filter(({ dueMs }) => dueMs <= nowMs());
      waiting = waiting.filter(({ dueMs }) => dueMs > nowMs());
      for (const { reservation } of due) setImmediate(expireHeld, reservation);
    },
    close() {
      for (const timer of pending) clearTimeout(timer);
    },
  };
}
