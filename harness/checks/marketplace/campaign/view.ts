/** The market as it shows itself when nothing is sent: keys, reservations, orders, stock; and the charges of the payment service. */
import { isDeepStrictEqual } from 'node:util';
import type {
  KeyRecord,
  Order,
  Reservation,
  Stock,
} from '../../../../spec/marketplace/messages.d.ts';
import type { Ask } from '../../askHealed.ts';
import { CouldNotRun } from '../../check.ts';
import type { Waits } from '../../kit/campaign/finalFrame.ts';
import { inForce } from '../worldQuestions.ts';
import type { MarketWorld, ServiceCharge } from '../worldQuestions.ts';
import { possibleCommands } from './commands.ts';
import type { MarketHistory } from './commands.ts';
import { readAll } from './readAll.ts';

/** null: it is not known there. */
export type Known<T> = ReadonlyMap<string, T | null>;

export interface OrdersView {
  /** By key of placeOrder. */
  readonly keys: Known<KeyRecord>;
  readonly orders: Known<Order>;
  /** In force, of the customers of the campaign; by the reference. */
  readonly charges: ReadonlyMap<string, ServiceCharge>;
}

export interface MarketView extends OrdersView {
  /** By key; those that were asked for. */
  readonly keys: Known<KeyRecord>;
  readonly reservations: Known<Reservation>;
  readonly stocks: Known<Stock>;
}

export interface Reading {
  readonly ask: Ask;
  readonly world: MarketWorld;
  readonly history: MarketHistory;
  readonly productIds: readonly string[];
  readonly waits: Waits;
}

const MAX_READINGS = 5;
const PAUSE_MS = 1_000;
/** Orders name reservations, and these orders: of a correct market none that was not known before. */
const MAX_ROUNDS = 4;

/**
 * Of one moment: no stock has changed between its beginning and its end.
 * @param keys those that are asked for
 * @param known what an earlier view named is looked at again; its other keys are taken over
 * @throws CouldNotRun when it does not come to rest
 */
export async function readView(
  reading: Reading,
  keys: readonly string[],
  known?: MarketView,
): Promise<MarketView> {
  const { waits } = reading;
  let before = await readStocks(reading);
  for (let tried = 0; tried < MAX_READINGS; tried += 1) {
    const rest = await readRest(reading, keys, known);
    const stocks = await readStocks(reading);
    if (isDeepStrictEqual(before, stocks)) return { ...rest, stocks };
    before = stocks;
    await waits.sleep(PAUSE_MS);
  }
  throw new CouldNotRun(
    `Stock went on changing in each of ${MAX_READINGS} readings, although nothing was sent any more.`,
  );
}

export async function readStocks({ ask, productIds }: Reading): Promise<Map<string, Stock | null>> {
  const asked = (productId: string) => ask.ifKnown<Stock>('getStock', { productId });
  return readAll(productIds, asked);
}

async function readRest(
  { ask, world, history }: Reading,
  wanted: readonly string[],
  known?: MarketView,
): Promise<Omit<MarketView, 'stocks'>> {
  const keys = new Map([...(known?.keys ?? []), ...(await readKeys(ask, wanted))]);
  const charges = await chargesInForce(world, history);
  const askOrder = (orderId: string) => ask.ifKnown<Order>('getOrder', { orderId });
  const askReservation = (reservationId: string) =>
    ask.ifKnown<Reservation>('getReservation', { reservationId });
  const reservations = new Map<string, Reservation | null>();
  const orders = new Map<string, Order | null>();
  await readInto(orders, [...(known?.orders.keys() ?? [])], askOrder);
  await readInto(reservations, [...(known?.reservations.keys() ?? [])], askReservation);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const newOrders = namedOrders(history, keys, charges, reservations, orders);
    const newReservations = namedReservations(history, keys, reservations, orders);
    if (newOrders.length + newReservations.length === 0) break;
    await readInto(orders, newOrders, askOrder);
    await readInto(reservations, newReservations, askReservation);
  }
  return { keys, charges, reservations, orders };
}

/** What became of orders, without the rest. */
export async function readOrders({ ask, world, history }: Reading): Promise<OrdersView> {
  const placed = possibleCommands(history).filter(({ operation }) => operation === 'placeOrder');
  const keys = await readKeys(
    ask,
    placed.map(({ key }) => key),
  );
  const charges = await chargesInForce(world, history);
  const orderIds = namedOrders(history, keys, charges, new Map(), new Map());
  const orders = await readAll(orderIds, (orderId) => ask.ifKnown<Order>('getOrder', { orderId }));
  return { keys, charges, orders };
}

export function readKeys(
  ask: Ask,
  keys: readonly string[],
): Promise<Map<string, KeyRecord | null>> {
  return readAll(keys, (idempotencyKey) => ask.ifKnown<KeyRecord>('findKey', { idempotencyKey }));
}

export async function chargesInForce(
  world: MarketWorld,
  { customerIds }: MarketHistory,
): Promise<Map<string, ServiceCharge>> {
  // The service may have customers of other loads.
  const charges = inForce(await world.charges({})).filter(({ customerId }) =>
    customerIds.has(customerId),
  );
  return new Map(charges.map((charge) => [charge.reference, charge]));
}

async function readInto<T>(
  known: Map<string, T | null>,
  ids: readonly string[],
  ask: (id: string) => Promise<T | undefined>,
): Promise<void> {
  for (const [id, view] of await readAll(ids, ask)) known.set(id, view);
}

function namedOrders(
  history: MarketHistory,
  keys: Known<KeyRecord>,
  charges: OrdersView['charges'],
  reservations: Known<Reservation>,
  known: Known<Order>,
): string[] {
  const named = new Set([...history.orders.keys(), ...charges.keys()]);
  for (const { orderIds } of history.keyed.values()) orderIds.forEach((id) => named.add(id));
  for (const record of keys.values()) if (record?.orderId) named.add(record.orderId);
  for (const each of reservations.values()) if (each?.orderId) named.add(each.orderId);
  return [...named].filter((id) => !known.has(id));
}

function namedReservations(
  history: MarketHistory,
  keys: Known<KeyRecord>,
  known: Known<Reservation>,
  orders: Known<Order>,
): string[] {
  const named = new Set(history.reservations.keys());
  for (const { reservationIds } of history.keyed.values()) {
    reservationIds.forEach((id) => named.add(id));
  }
  for (const record of keys.values()) if (record?.reservationId) named.add(record.reservationId);
  for (const order of orders.values()) order?.reservationIds.forEach((id) => named.add(id));
  return [...named].filter((id) => !known.has(id));
}
