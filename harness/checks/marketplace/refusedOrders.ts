/** MKT-ORD-01.e: no order is made of what is not held for the customer, and nobody is charged. */
import type { Order, PlaceOrder, Reservation } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdOneOf } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { openMarket, worldOf } from './market.ts';
import type { Market } from './market.ts';
import { place } from './orderSaga.ts';
import { isHeld, settlesWithin } from './outsideCalls.ts';
import { openClock } from './pages.ts';
import { holdAgrees, holdUnits, paidWith, preparePurchase } from './purchases.ts';
import type { Purchase } from './purchases.ts';
import type { MarketWorld } from './worldQuestions.ts';

const TTL_MS = 1_000;

interface Flaw {
  readonly what: string;
  readonly codes: readonly string[];
  /** The reservation that no order can be made of; undefined: its id is nobody's. */
  spoil(market: Market, name: string): Promise<Reservation | undefined>;
}

const FLAWS: readonly Flaw[] = [
  {
    what: 'unknown',
    codes: ['UNKNOWN_RESERVATION'],
    spoil: async () => undefined,
  },
  {
    what: 'released',
    codes: ['INVALID_STATE'],
    async spoil(market) {
      const reservation = await market.reserve(await market.stocked(3));
      okOutput('releaseReservation', await market.release(reservation));
      return reservation;
    },
  },
  {
    what: 'confirmed already',
    codes: ['INVALID_STATE'],
    async spoil(market) {
      const reservation = await market.reserve(await market.stocked(3));
      okOutput('confirmReservation', await market.confirm(reservation));
      return reservation;
    },
  },
  {
    what: 'expired',
    codes: ['RESERVATION_EXPIRED'],
    spoil: async (market) => market.reserve(await market.stocked(3), { ttlMs: TTL_MS }),
  },
  {
    what: 'in an order that is PAID',
    codes: ['INVALID_STATE'],
    spoil: async (market, name) => (await ordered(market, name)).reservation,
  },
  {
    what: 'in an order that is FULFILLED',
    codes: ['INVALID_STATE'],
    async spoil(market, name) {
      const { reservation, order } = await ordered(market, name);
      okOutput('shipOrder', await market.ship(order.orderId));
      return reservation;
    },
  },
  {
    what: 'in an order that was declined',
    codes: ['INVALID_STATE'],
    async spoil(market, name) {
      const { reservation, request } = await preparePurchase(market, name, { method: 'decline' });
      refusedWith('placeOrder', await place(market, request), 'PAYMENT_DECLINED');
      return reservation;
    },
  },
];

async function ordered(
  market: Market,
  name: string,
): Promise<{ reservation: Reservation; order: Order }> {
  const { reservation, request } = await preparePurchase(market, name);
  return { reservation, order: okOutput('placeOrder', await place(market, request)) };
}

const noOrderWithoutReservation: Check = {
  id: 'no-order-without-reservation',
  isolation: 'exclusive',
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    const spoilt = await Promise.all(
      FLAWS.map(async (flaw, index) => {
        const good = await preparePurchase(market, `good${index}`);
        return { flaw, good, reservation: await flaw.spoil(market, `spoilt${index}`) };
      }),
    );
    await openClock(context, market).advance(TTL_MS);
    const hitRefused = (): void => context.hit('refused');
    await Promise.all([
      ...spoilt.map(async ({ flaw, good, reservation }, index) => {
        await holdRefusedAlone(market, world, flaw, `alone${index}`, reservation);
        hitRefused();
        await holdRefusedBeside(market, world, flaw, good, `beside${index}`, reservation);
        hitRefused();
      }),
      holdForeignRefused(market, world).then(hitRefused),
      holdPendingRefused(market, world).then(hitRefused),
    ]);
    await together(RACES, (index) => holdOneOfTwo(market, world, index));
  },
};

/** Its own customer orders it, and nothing else. */
async function holdRefusedAlone(
  market: Market,
  world: MarketWorld,
  { what, codes }: Flaw,
  name: string,
  reservation: Reservation | undefined,
): Promise<void> {
  const { request, methodId } = await preparePurchase(market, name);
  const reservationIds = [reservation?.reservationId ?? market.id('nobody')];
  const customerId = reservation?.customerId ?? request.customerId;
  const spoilt = { ...request, reservationIds, customerId };
  const reply = await place(market, spoilt);
  refusedWith(`placeOrder of a reservation that is ${what}`, reply, ...codes);
  await holdNothingAsked(world, methodId, what);
  // The key is not burnt: it can be used for what is right.
  const sound = okOutput('placeOrder under the key of a refused one', await place(market, request));
  holdOneOf(sound.state, ['PAID'], 'An order under the key of a refused one');
}

/** Beside one that could be ordered, which stays as it is. */
async function holdRefusedBeside(
  market: Market,
  world: MarketWorld,
  { what, codes }: Flaw,
  good: Purchase,
  name: string,
  reservation: Reservation | undefined,
): Promise<void> {
  const reservationIds = [
    good.reservation.reservationId,
    reservation?.reservationId ?? market.id('nobody'),
  ];
  const methodId = market.id(name);
  const request = {
    ...good.request,
    idempotencyKey: market.freshKey(),
    reservationIds,
    payment: { ...good.request.payment, methodId },
  };
  // That one is another customer's, unless it is nobody's.
  const allowed = [...codes, 'FOREIGN_RESERVATION', 'UNKNOWN_RESERVATION'];
  const beside = `placeOrder of two reservations of which one is ${what}`;
  refusedWith(beside, await place(market, request), ...allowed);
  await holdNothingAsked(world, methodId, what);
  await holdUnits(market, good, 'held', `A refused ${beside}`);
  const order = okOutput('placeOrder', await place(market, good.request));
  await holdAgrees(market, world, good, order, 'An order for what was refused beside another');
}

async function holdForeignRefused(market: Market, world: MarketWorld): Promise<void> {
  const purchase = await preparePurchase(market, 'foreign');
  const { request, methodId } = purchase;
  const reply = await place(market, { ...request, customerId: market.id('stranger') });
  const codes = ['FOREIGN_RESERVATION', 'UNKNOWN_RESERVATION'];
  refusedWith('placeOrder of another customer’s reservation', reply, ...codes);
  await holdNothingAsked(world, methodId, 'another customer’s');
  await holdUnits(market, purchase, 'held', 'A refused placeOrder of another customer');
}

async function holdNothingAsked(world: MarketWorld, methodId: string, what: string): Promise<void> {
  const calls = await world.calls(methodId, ['createCharge']);
  hold(
    calls.length === 0,
    `A charge was asked for, although the reservation is ${what}.`,
    [],
    calls,
  );
}

/** The second may wait until the first is known, for less than the second that its charge has. */
const MAX_WAIT_MS = 300;

async function holdPendingRefused(market: Market, world: MarketWorld): Promise<void> {
  const purchase = await preparePurchase(market, 'first');
  const { methodId, request } = purchase;
  await world.script('createCharge', methodId, [{ kind: 'hold' }]);
  const first = place(market, request);
  await isHeld(world, 'createCharge', methodId, first);
  const other = market.id('second');
  const second = place(market, rivalOf(market, purchase, other));
  await settlesWithin(second, MAX_WAIT_MS);
  await world.release('createCharge', methodId);
  const what = 'in an order that is PENDING';
  refusedWith(`placeOrder of a reservation that is ${what}`, await second, 'INVALID_STATE');
  await holdNothingAsked(world, other, what);
  await holdAgrees(market, world, purchase, okOutput('placeOrder', await first), 'The first order');
}

function rivalOf(market: Market, purchase: Purchase, methodId: string): PlaceOrder {
  return { ...paidWith(purchase, methodId).request, idempotencyKey: market.freshKey() };
}

const RACES = 4;

/** Two orders at once for one reservation. */
async function holdOneOfTwo(market: Market, world: MarketWorld, index: number): Promise<void> {
  const purchase = await preparePurchase(market, `race${index}`);
  const other = market.id(`rival${index}`);
  const replies: Reply<Order>[] = await Promise.all([
    place(market, purchase.request),
    place(market, rivalOf(market, purchase, other)),
  ]);
  const [winner, second] = replies.flatMap((reply) => (reply.kind === 'ok' ? [reply.output] : []));
  hold(
    winner !== undefined && second === undefined,
    'Of two orders for one reservation exactly one should be made.',
    'one',
    replies,
  );
  const [chosen, unpaid] =
    replies[0]?.kind === 'ok' ? [purchase.methodId, other] : [other, purchase.methodId];
  await holdNothingAsked(world, unpaid, 'in another order');
  const what = 'The order that was made of two for one reservation';
  await holdAgrees(market, world, paidWith(purchase, chosen), winner, what);
}

export const refusedOrders: readonly Check[] = [noOrderWithoutReservation];
