/** What an order pays for, and whether order, charge and units agree. */
import type {
  Order,
  PlaceOrder,
  Reservation,
  Stock,
} from '../../../spec/marketplace/messages.d.ts';
import { hold, holdOneOf, holdSame } from '../kit/hold.ts';
import type { Market } from './market.ts';
import { until } from './outsideCalls.ts';
import { MAX_RESOLVE_MS } from './patience.ts';
import { inForce } from './worldQuestions.ts';
import type { MarketWorld, ServiceCharge } from './worldQuestions.ts';

const ON_HAND = 6;

/** One reservation of a product that nobody else buys, and the order for it. */
export interface Purchase {
  readonly reservation: Reservation;
  readonly productId: string;
  readonly quantity: number;
  readonly methodId: string;
  readonly request: PlaceOrder;
}

export interface PurchaseOptions {
  /** Of the payment method; `decline` in it as the contract says. Default: one that is approved. */
  readonly method?: string;
  readonly quantity?: number;
  readonly amountMinor?: number;
}

/** @param name of its own in the session */
export async function preparePurchase(
  market: Market,
  name: string,
  { method = 'm', quantity = 2, amountMinor = 1_000 }: PurchaseOptions = {},
): Promise<Purchase> {
  const productId = await market.stocked(ON_HAND);
  const reservation = await market.reserve(productId, { quantity });
  const request: PlaceOrder = {
    idempotencyKey: market.freshKey(),
    customerId: reservation.customerId,
    reservationIds: [reservation.reservationId],
    payment: { methodId: market.id(`${name}-${method}`), amountMinor },
  };
  return paidWith({ reservation, productId, quantity, request }, request.payment.methodId);
}

/** The same, with another payment method. */
export function paidWith(
  { request, ...purchase }: Omit<Purchase, 'methodId'>,
  methodId: string,
): Purchase {
  return {
    ...purchase,
    methodId,
    request: { ...request, payment: { ...request.payment, methodId } },
  };
}

/** Where the units of a purchase are. */
export type Whereabouts = 'held' | 'free' | 'sold' | 'shipped';

export async function holdUnits(
  market: Market,
  { productId, quantity }: Purchase,
  whereabouts: Whereabouts,
  what: string,
): Promise<void> {
  const { onHand, available, held, confirmed, shipped } = await market.stock(productId);
  holdSame(
    { onHand, available, held, confirmed, shipped },
    unitsWhere(whereabouts, quantity),
    `${what} should leave its ${quantity} units ${whereabouts}.`,
  );
}

type Units = Pick<Stock, 'onHand' | 'available' | 'held' | 'confirmed' | 'shipped'>;

function unitsWhere(whereabouts: Whereabouts, quantity: number): Units {
  const rest = ON_HAND - quantity;
  const all = { onHand: ON_HAND, available: rest, held: 0, confirmed: 0, shipped: 0 };
  switch (whereabouts) {
    case 'held':
      return { ...all, held: quantity };
    case 'sold':
      return { ...all, confirmed: quantity };
    case 'free':
      return { ...all, available: ON_HAND };
    case 'shipped':
      return { ...all, onHand: rest, shipped: quantity };
  }
}

/** All of the customer of a purchase, who has no other. */
export function chargesOf(
  world: MarketWorld,
  { request: { customerId } }: Purchase,
): Promise<ServiceCharge[]> {
  return world.charges({ customerId });
}

/** One charge in force, of the order's amount, by its id. */
export async function holdCharged(
  world: MarketWorld,
  purchase: Purchase,
  { orderId }: Order,
  what: string,
): Promise<void> {
  const charges = inForce(await chargesOf(world, purchase));
  const [charge] = charges;
  hold(
    charge !== undefined && charges.length === 1,
    `${what} should have exactly one charge in force, but has ${charges.length}.`,
    1,
    charges,
  );
  const { reference, methodId, amountMinor } = charge;
  holdSame(
    { reference, methodId, amountMinor },
    { reference: orderId, ...purchase.request.payment },
    `${what} should be charged under its orderId, with the payment that the order names.`,
  );
}

export async function holdNotCharged(
  world: MarketWorld,
  purchase: Purchase,
  what: string,
): Promise<void> {
  const charges = inForce(await chargesOf(world, purchase));
  hold(charges.length === 0, `${what} has a charge in force.`, [], charges);
}

/** Nobody was told of an order: its reservation is held, or its units are free. */
export async function holdNothingSold(
  market: Market,
  world: MarketWorld,
  purchase: Purchase,
  what: string,
): Promise<void> {
  await holdNotCharged(world, purchase, what);
  const { state } = await market.reservation(purchase.reservation.reservationId);
  holdOneOf(state, ['HELD', 'RELEASED'], `${what} leaves its reservation`);
  await holdUnits(market, purchase, state === 'HELD' ? 'held' : 'free', what);
}

/** An order that is no longer PENDING, its charge, its reservation and the units. */
export async function holdAgrees(
  market: Market,
  world: MarketWorld,
  purchase: Purchase,
  order: Order,
  what: string,
): Promise<void> {
  const reservation = await market.reservation(purchase.reservation.reservationId);
  if (order.state === 'CANCELLED') {
    await holdNotCharged(world, purchase, `${what}, CANCELLED,`);
    holdOneOf(reservation.state, ['RELEASED', 'EXPIRED'], `${what} is CANCELLED; its reservation`);
    await holdUnits(market, purchase, 'free', `${what}, CANCELLED,`);
    return;
  }
  holdOneOf(order.state, ['PAID', 'FULFILLED'], `${what} is left in`);
  await holdCharged(world, purchase, order, `${what}, ${order.state},`);
  holdSame(
    { state: reservation.state, orderId: reservation.orderId },
    { state: 'CONFIRMED', orderId: order.orderId },
    `${what} is ${order.state}; its reservation should be CONFIRMED and name it.`,
  );
  const whereabouts = order.state === 'PAID' ? 'sold' : 'shipped';
  await holdUnits(market, purchase, whereabouts, `${what}, ${order.state},`);
}

const RESOLVE_POLL_MS = 50;

/** Waits until the order is no longer PENDING and, if it is CANCELLED, its charge is voided: 20 s for each. Then all agree. */
export async function holdSettled(
  market: Market,
  world: MarketWorld,
  purchase: Purchase,
  orderId: string,
  what: string,
): Promise<Order> {
  const order = await market.resolved(orderId);
  if (order.state === 'CANCELLED') await untilVoided(world, purchase);
  await holdAgrees(market, world, purchase, order, what);
  return order;
}

export async function untilVoided(world: MarketWorld, purchase: Purchase): Promise<void> {
  const isVoided = async (): Promise<boolean> =>
    inForce(await chargesOf(world, purchase)).length === 0;
  await until(isVoided, MAX_RESOLVE_MS, RESOLVE_POLL_MS);
}

/** What the payment service was asked to charge, oldest first: the ids of the orders that were made. */
export async function referencesOf(
  world: MarketWorld,
  { request: { customerId } }: Purchase,
): Promise<string[]> {
  const calls = await world.calls(customerId, ['createCharge']);
  return [...new Set(calls.map(({ input }) => String(input['reference'])))];
}
