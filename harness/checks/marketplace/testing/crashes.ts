/** What defects lose in a crash; without one nothing is lost that was on disk. */
import type { MarketDefect } from './defects.ts';
import type { OrderState, ReservationState, StepRecord } from './state.ts';

/** So many of the newest steps are lost where replies do not wait for the disk. */
const LOST_STEPS = 3;
const FAR_OFF_MS = 10 * 365 * 86_400_000;

export function afterCrash(
  defects: ReadonlySet<string>,
  records: readonly StepRecord[],
  nowMs: number,
): readonly StepRecord[] {
  const has = (defect: MarketDefect): boolean => defects.has(defect);
  if (has('replies before it is durable')) return records.slice(0, -LOST_STEPS);
  if (has('forgets keys in a crash')) return records.map((step) => ({ ...step, keys: [] }));
  if (has('forgets releases in a crash')) {
    return records.filter((step) => step.reservations.every(({ state }) => state !== 'RELEASED'));
  }
  if (has('forgets rings in a crash')) return records.map((step) => ({ ...step, rings: [] }));
  if (has('forgets deadlines in a crash')) {
    return withHeld(records, (held) => ({ ...held, expiresAtMs: nowMs + FAR_OFF_MS }));
  }
  if (has('begins deadlines anew after a crash')) {
    return withHeld(records, (held) => ({ ...held, expiresAtMs: nowMs + 900_000 }));
  }
  if (has('forgets pending orders in a crash')) return withoutPending(records);
  if (has('forgets declines in a crash')) return withoutDeclined(records);
  return records;
}

function withHeld(
  records: readonly StepRecord[],
  change: (held: ReservationState) => ReservationState,
): StepRecord[] {
  return records.map((step) => ({
    ...step,
    reservations: step.reservations.map((each) => (each.state === 'HELD' ? change(each) : each)),
  }));
}

function withoutPending(records: readonly StepRecord[]): StepRecord[] {
  const last = new Map<string, OrderState>();
  for (const order of records.flatMap(({ orders }) => orders)) last.set(order.orderId, order);
  const isPending = (orderId: string | null): boolean =>
    orderId !== null && last.get(orderId)?.state === 'PENDING';
  return records.map((step) => ({
    ...step,
    orders: step.orders.filter(({ orderId }) => !isPending(orderId)),
    keys: step.keys.filter(({ orderId }) => !isPending(orderId)),
    reservations: step.reservations.map((each) =>
      isPending(each.orderId) ? { ...each, orderId: null } : each,
    ),
  }));
}

/** Nothing that was done for an order that was declined. */
function withoutDeclined(records: readonly StepRecord[]): StepRecord[] {
  const declined = new Set(
    records.flatMap(({ orders }) =>
      orders.flatMap(({ orderId, cancelReason }) =>
        cancelReason === 'payment-declined' ? [orderId] : [],
      ),
    ),
  );
  return records.filter(({ orders }) => !orders.some(({ orderId }) => declined.has(orderId)));
}
