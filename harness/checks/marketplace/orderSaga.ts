/** MKT-ORD-01.a and .b: what is paid is charged once and sold; what is declined is freed once. */
import type { Order, PlaceOrder } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdOneOf, holdSame } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { openMarket, worldOf } from './market.ts';
import type { Market } from './market.ts';
import { isHeld } from './outsideCalls.ts';
import {
  chargesOf,
  holdAgrees,
  holdCharged,
  holdNotCharged,
  holdUnits,
  preparePurchase,
  referencesOf,
} from './purchases.ts';
import type { Purchase } from './purchases.ts';
import type { MarketWorld } from './worldQuestions.ts';

const ORDERS = 8;
const REPETITIONS = 3;

export function place(market: Market, request: PlaceOrder): Promise<Reply<Order>> {
  return market.attempt('placeOrder', request);
}

const paidIsChargedOnce: Check = {
  id: 'paid-is-charged-once',
  isolation: 'shared',
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    const walks = together(ORDERS, async (index) => {
      const amountMinor = 500 + 37 * index;
      const options = { quantity: 1 + (index % 3), amountMinor };
      const purchase = await preparePurchase(market, `paid${index}`, options);
      await holdPaidOnce(market, world, purchase);
      context.hit('paid');
    });
    const watched = together(2, async (index) => {
      await holdInOneStep(market, world, await preparePurchase(market, `watched${index}`));
      context.hit('paid');
    });
    const several = holdSeveralReservations(market, world);
    await Promise.all([walks, watched, several]);
    context.hit('paid');
  },
};

/** The same command several times at once, and once more. */
async function holdPaidOnce(market: Market, world: MarketWorld, purchase: Purchase): Promise<void> {
  const { request } = purchase;
  const replies = await together(REPETITIONS, () => place(market, request));
  replies.push(await place(market, request));
  const orders = replies.map((reply) => okOutput('placeOrder', reply));
  const what = 'An order whose charge is approved';
  const orderIds = [...new Set(orders.map(({ orderId }) => orderId))];
  hold(orderIds.length === 1, `One command made ${orderIds.length} orders.`, 1, orders);
  const [{ orderId }] = orders as [Order];
  const order = await market.getOrder(orderId);
  for (const each of [...orders, order]) holdIsPaid(each, request, what);
  await holdAgrees(market, world, purchase, order, what);
  const [, another] = await chargesOf(world, purchase);
  hold(another === undefined, `${what} was charged under another reference too.`, 1, another);
}

function holdIsPaid(order: Order, request: PlaceOrder, what: string): void {
  const { state, customerId, reservationIds, amountMinor, cancelReason } = order;
  holdSame(
    { state, customerId, reservationIds: [...reservationIds].sort(), amountMinor, cancelReason },
    {
      state: 'PAID',
      customerId: request.customerId,
      reservationIds: [...request.reservationIds].sort(),
      amountMinor: request.payment.amountMinor,
      cancelReason: null,
    },
    `${what} should be PAID and say what it is for.`,
  );
}

/** PENDING and HELD while the charge is asked for, then both move together. */
async function holdInOneStep(
  market: Market,
  world: MarketWorld,
  purchase: Purchase,
): Promise<void> {
  const { methodId, request, reservation } = purchase;
  await world.script('createCharge', methodId, [{ kind: 'hold' }]);
  const answer = place(market, request);
  let isOver = false;
  const note = (): void => {
    isOver = true;
  };
  answer.then(note, note);
  const what = 'An order whose charge has not been answered';
  if (await isHeld(world, 'createCharge', methodId, answer)) {
    const [orderId] = await referencesOf(world, purchase);
    const pending = await market.attempt<Order>('getOrder', { orderId });
    hold(
      pending.kind === 'ok' && pending.output.state === 'PENDING',
      `${what} should be found, PENDING, under the reference of the charge.`,
      'PENDING',
      pending,
    );
    await holdUnits(market, purchase, 'held', what);
    await world.release('createCharge', methodId);
    for (let looks = 0; !isOver && looks < MAX_LOOKS; looks += 1) {
      await holdTogether(market, pending.output.orderId, reservation.reservationId);
    }
  }
  const order = okOutput('placeOrder', await answer);
  await holdAgrees(market, world, purchase, order, 'An order whose charge is approved');
}

const MAX_LOOKS = 200;

/** Between two looks at the reservation: what has moved before is known to the order, and the other way round. */
async function holdTogether(market: Market, orderId: string, reservationId: string): Promise<void> {
  const before = await market.reservation(reservationId);
  const order = await market.getOrder(orderId);
  const after = await market.reservation(reservationId);
  const isAhead = before.state !== 'HELD' && order.state === 'PENDING';
  const isBehind = order.state === 'PAID' && after.state !== 'CONFIRMED';
  hold(
    !isAhead && !isBehind,
    'An order and its reservation should become PAID and CONFIRMED in one step.',
    'both or neither',
    { before: before.state, order: order.state, after: after.state },
  );
}

async function holdSeveralReservations(market: Market, world: MarketWorld): Promise<void> {
  const first = await preparePurchase(market, 'several');
  const productId = await market.stocked(5);
  const second = await market.reserve(productId, { customerId: first.reservation.customerId });
  const request = {
    ...first.request,
    reservationIds: [first.reservation.reservationId, second.reservationId],
  };
  const order = okOutput('placeOrder', await place(market, request));
  const what = 'An order for two reservations';
  holdIsPaid(order, request, what);
  await holdCharged(world, first, order, what);
  for (const { reservationId } of [first.reservation, second]) {
    const { state, orderId } = await market.reservation(reservationId);
    holdSame(
      { state, orderId },
      { state: 'CONFIRMED', orderId: order.orderId },
      `${what} is PAID: both should be CONFIRMED.`,
    );
  }
  const { confirmed, held } = await market.stock(productId);
  holdSame({ confirmed, held }, { confirmed: 1, held: 0 }, `${what} should sell both.`);
}

const DECLINED = 8;

const declinedReleasesOnce: Check = {
  id: 'declined-releases-once',
  isolation: 'shared',
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    await together(DECLINED, async (index) => {
      const isScripted = index % 2 === 0;
      const method = isScripted ? 'm' : 'decline';
      const purchase = await preparePurchase(market, `no${index}`, { method });
      if (isScripted) {
        await world.script('createCharge', purchase.methodId, [{ kind: 'decline' }]);
      }
      await holdFreedOnce(market, world, purchase);
      context.hit('declined');
    });
  },
};

async function holdFreedOnce(
  market: Market,
  world: MarketWorld,
  purchase: Purchase,
): Promise<void> {
  const { request, reservation, productId } = purchase;
  const what = 'An order whose payment is declined';
  const replies = await together(REPETITIONS, () => place(market, request));
  const problem = refusedWith(what, replies[0] as Reply<Order>, 'PAYMENT_DECLINED');
  const orderId = String(problem['orderId']);
  await holdCancelled(market, orderId, what);
  await holdNotCharged(world, purchase, what);
  holdOneOf((await market.reservation(reservation.reservationId)).state, ['RELEASED'], what);
  await holdUnits(market, purchase, 'free', what);

  // Whatever is repeated now, and whoever holds what was freed.
  const next = await market.reserve(productId, { quantity: purchase.quantity });
  replies.push(await place(market, request));
  for (const reply of replies) {
    const again = refusedWith(what, reply, 'PAYMENT_DECLINED');
    hold(
      again['orderId'] === orderId,
      `${what}, repeated under its key, should name the same order.`,
      orderId,
      again,
    );
  }
  await market.release(reservation);
  await holdUnits(market, purchase, 'held', `${what}, repeated under its key,`);
  okOutput('confirmReservation', await market.confirm(next));
  const [, another] = await chargesOf(world, purchase);
  hold(another === undefined, `${what} was asked for again under another order.`, 1, another);
}

async function holdCancelled(market: Market, orderId: string, what: string): Promise<void> {
  const { state, cancelReason } = await market.getOrder(orderId);
  holdSame(
    { state, cancelReason },
    { state: 'CANCELLED', cancelReason: 'payment-declined' },
    `${what} should be CANCELLED (payment-declined).`,
  );
}

export const orderSaga: readonly Check[] = [paidIsChargedOnce, declinedReleasesOnce];
