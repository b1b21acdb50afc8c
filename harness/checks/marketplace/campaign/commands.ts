/** The history by what it is about: commands under their keys, what was asked of reservations and orders, and what replies showed. */
import type { Order, Reservation, Stock } from '../../../../spec/marketplace/messages.d.ts';
import type { HistoryOperation } from '../../../history/history.ts';
import type { JsonObject, Problem } from '../../../target/target.ts';

/** A command of a client under its key, with all its attempts. */
export interface KeyedCommand {
  readonly key: string;
  readonly operation: string;
  readonly input: JsonObject;
  /** Whether some attempt may have had an effect: not every one was refused for certain. */
  isPossible: boolean;
  /** Acknowledged: by a reply, a decline, or findKey when no reply came. */
  isKept: boolean;
  /** Reservations and orders that it was answered with; of a correct system one at most. */
  readonly reservationIds: Set<string>;
  readonly orderIds: Set<string>;
}

/** A command without a key that may have had its effect. */
export interface Act {
  readonly operation: string;
  readonly input: JsonObject;
  readonly isAcknowledged: boolean;
  readonly callEvent: number;
}

export interface Seen<T> {
  /** As in `reserve with the key k1`. */
  readonly by: string;
  readonly callEvent: number;
  readonly returnEvent: number;
  readonly view: T;
}

export interface MarketHistory {
  readonly keyed: ReadonlyMap<string, KeyedCommand>;
  /** By reservationId; placeOrder counts for each of its reservations. */
  readonly reservationActs: ReadonlyMap<string, readonly Act[]>;
  readonly orderActs: ReadonlyMap<string, readonly Act[]>;
  readonly reservations: ReadonlyMap<string, readonly Seen<Reservation>[]>;
  readonly orders: ReadonlyMap<string, readonly Seen<OrderSeen>[]>;
  readonly stocks: readonly Seen<Stock>[];
  /** What was set, by product. */
  readonly putStocks: ReadonlyMap<string, readonly Act[]>;
  /** Everybody who may have ordered something. */
  readonly customerIds: ReadonlySet<string>;
  /** The latest time that the clock can have. */
  readonly latestMs: number;
  /** Acknowledged commands on reservations. */
  readonly acknowledged: number;
}

/** An order as a reply showed it; of one that was declined that it is CANCELLED is all that is told. */
export type OrderSeen = Pick<Order, 'orderId' | 'state'>;

const DEFAULT_TTL_MS = 900_000;
const OF_RESERVATIONS: ReadonlySet<string> = new Set([
  ...['reserve', 'confirmReservation', 'releaseReservation', 'extendReservation'],
]);

export function marketHistory(operations: readonly HistoryOperation[]): MarketHistory {
  const digest = emptyDigest();
  for (const operation of operations) addOperation(digest, operation);
  return digest;
}

function emptyDigest() {
  return {
    keyed: new Map<string, KeyedCommand>(),
    reservationActs: new Map<string, Act[]>(),
    orderActs: new Map<string, Act[]>(),
    reservations: new Map<string, Seen<Reservation>[]>(),
    orders: new Map<string, Seen<OrderSeen>[]>(),
    stocks: [] as Seen<Stock>[],
    putStocks: new Map<string, Act[]>(),
    customerIds: new Set<string>(),
    latestMs: 0,
    acknowledged: 0,
  };
}

type Digest = ReturnType<typeof emptyDigest>;

function addOperation(digest: Digest, attempt: HistoryOperation): void {
  if (attempt.idempotencyKey !== undefined) addKeyed(digest, attempt, attempt.idempotencyKey);
  if (attempt.outcome !== 'fail') addAct(digest, attempt);
  if (attempt.outcome === 'ok' && attempt.output !== undefined) {
    addSeen(digest, attempt, attempt.output as JsonObject);
  }
}

function addKeyed({ keyed }: Digest, attempt: HistoryOperation, key: string): void {
  const { operation, input, outcome } = attempt;
  const command = keyed.get(key) ?? {
    ...{ key, operation, input, isPossible: false, isKept: false },
    ...{ reservationIds: new Set<string>(), orderIds: new Set<string>() },
  };
  keyed.set(key, command);
  if (outcome !== 'fail') command.isPossible = true;
  if (outcome !== 'ok') return;
  command.isKept = true;
  const { reservationId, orderId } = namedIn((attempt.output ?? {}) as JsonObject);
  if (operation === 'reserve' && reservationId !== undefined) {
    command.reservationIds.add(reservationId);
  }
  if (operation === 'placeOrder' && orderId !== undefined) command.orderIds.add(orderId);
}

/** What a reply, a decline or a key's record names. */
function namedIn(output: JsonObject): { reservationId?: string; orderId?: string } {
  const told = 'refused' in output ? (output['problem'] as Problem) : output;
  const { reservationId, orderId } = told;
  return {
    ...(typeof reservationId === 'string' && { reservationId }),
    ...(typeof orderId === 'string' && { orderId }),
  };
}

function addAct(digest: Digest, { operation, input, outcome, callEvent }: HistoryOperation): void {
  const act: Act = { operation, input, isAcknowledged: outcome === 'ok', callEvent };
  switch (operation) {
    case 'confirmReservation':
    case 'releaseReservation':
    case 'extendReservation':
      return push(digest.reservationActs, String(input['reservationId']), act);
    case 'placeOrder':
      digest.customerIds.add(String(input['customerId']));
      for (const reservationId of input['reservationIds'] as string[]) {
        push(digest.reservationActs, reservationId, act);
      }
      return;
    case 'shipOrder':
    case 'cancelOrder':
      return push(digest.orderActs, String(input['orderId']), act);
    case 'putStock':
      return push(digest.putStocks, String(input['productId']), act);
    case 'setClock':
      digest.latestMs = Math.max(digest.latestMs, Number(input['nowMs']));
  }
}

function addSeen(digest: Digest, attempt: HistoryOperation, output: JsonObject): void {
  const { operation, input, callEvent, returnEvent = callEvent, idempotencyKey } = attempt;
  const seen = {
    by: idempotencyKey === undefined ? operation : `${operation} with the key ${idempotencyKey}`,
    ...{ callEvent, returnEvent },
  };
  if (OF_RESERVATIONS.has(operation)) digest.acknowledged += 1;
  const { orderId } = namedIn(output);
  if ('onHand' in output) {
    digest.stocks.push({ ...seen, view: output as unknown as Stock });
  } else if ('lines' in output) {
    const view = output as unknown as Reservation;
    push(digest.reservations, view.reservationId, { ...seen, view });
    const ttlMs = Number(input['ttlMs'] ?? DEFAULT_TTL_MS);
    const isFromNow = operation === 'reserve' || operation === 'extendReservation';
    if (isFromNow) digest.latestMs = Math.max(digest.latestMs, view.expiresAtMs - ttlMs);
  } else if ('refused' in output && orderId !== undefined) {
    push(digest.orders, orderId, { ...seen, view: { orderId, state: 'CANCELLED' } });
  } else if ('reservationIds' in output) {
    const view = output as unknown as Order;
    push(digest.orders, view.orderId, { ...seen, view });
  }
}

/** Of the keys whose command was carried out, or may have been. */
export function possibleCommands({ keyed }: MarketHistory): KeyedCommand[] {
  return [...keyed.values()].filter(({ isPossible }) => isPossible);
}

export function push<T>(lists: Map<string, T[]>, id: string, item: T): void {
  const list = lists.get(id);
  if (list) list.push(item);
  else lists.set(id, [item]);
}
