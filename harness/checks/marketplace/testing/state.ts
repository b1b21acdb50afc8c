/** What the test market knows: a fold over what is on its disk, and over nothing else. */
import type { Order, Reservation } from '../../../../spec/marketplace/messages.d.ts';
import { copyPlain } from '../../testing/copyPlain.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';

/** A command with the key that it came under. */
export interface Command {
  readonly idempotencyKey: string;
  readonly operation: string;
  /** Operation and body as canonical JSON. */
  readonly identity: string;
}

/** What is available is what is left of onHand. */
export interface StockState {
  readonly productId: string;
  onHand: number;
  held: number;
  confirmed: number;
  shipped: number;
  perCustomerLimit: number | null;
  version: number;
}

export type ReservationState = Reservation;

export interface OrderState extends Order {
  readonly methodId: string;
  /** The name of the charge at the payment service. */
  chargeReference: string;
  /** Whether a charge has still to be voided. */
  voidIsDue: boolean;
  /** Who placed it; null once the outcome is kept under the key. */
  command: Command | null;
}

export interface KeptKey extends Command {
  /** `released`: refused for now; the next request under the key is the first. */
  readonly state: 'in-progress' | 'completed' | 'released';
  readonly reservationId: string | null;
  readonly orderId: string | null;
  readonly answer: SystemAnswer | null;
  readonly keptMs: number;
}

/** New images of all that changed: written at once, or not at all. */
export interface StepRecord {
  readonly stocks: readonly StockState[];
  readonly reservations: readonly ReservationState[];
  readonly orders: readonly OrderState[];
  readonly keys: readonly KeptKey[];
  readonly rings: readonly RingState[];
  readonly maxOrdersInProgress: number | null;
}

export interface RingState {
  readonly ringId: string;
  readonly shardIds: readonly string[];
}

export interface State {
  readonly stocks: Map<string, StockState>;
  readonly reservations: Map<string, ReservationState>;
  /** Ids of the reservations that are HELD, due or not. */
  readonly held: Set<string>;
  readonly orders: Map<string, OrderState>;
  readonly keys: Map<string, KeptKey>;
  readonly rings: Map<string, RingState>;
  maxOrdersInProgress: number;
}

const DEFAULT_MAX_ORDERS = 10_000;
/** The shards that a fresh inventory has. */
const FIRST_SHARDS = ['shard-1', 'shard-2', 'shard-3'];

export function foldSteps(records: readonly StepRecord[]): State {
  const state: State = {
    ...{ stocks: new Map(), reservations: new Map(), held: new Set() },
    ...{ orders: new Map(), keys: new Map() },
    rings: new Map([['inventory', { ringId: 'inventory', shardIds: FIRST_SHARDS }]]),
    maxOrdersInProgress: DEFAULT_MAX_ORDERS,
  };
  for (const record of records) applyStep(state, record);
  return state;
}

export function applyStep(state: State, record: StepRecord): void {
  const { stocks, reservations, orders, keys, rings, maxOrdersInProgress } = copyPlain(record);
  for (const stock of stocks) state.stocks.set(stock.productId, stock);
  for (const reservation of reservations) {
    const { reservationId } = reservation;
    state.reservations.set(reservationId, reservation);
    if (reservation.state === 'HELD') state.held.add(reservationId);
    else state.held.delete(reservationId);
  }
  for (const order of orders) state.orders.set(order.orderId, order);
  for (const key of keys) state.keys.set(key.idempotencyKey, key);
  for (const ring of rings) state.rings.set(ring.ringId, ring);
  if (maxOrdersInProgress !== null) state.maxOrdersInProgress = maxOrdersInProgress;
}
