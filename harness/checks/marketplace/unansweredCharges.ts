/** MKT-ORD-01.c: a payment service that has a problem, and one that does not answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Order } from '../../../spec/marketplace/messages.d.ts';
import type { Answer } from '../../target/target.ts';
import { Violation } from '../check.ts';
import type { Check } from '../check.ts';
import { hold, holdOneOf, holdSame } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { openMarket, worldOf } from './market.ts';
import type { Market } from './market.ts';
import { place } from './orderSaga.ts';
import { settlesWithin } from './outsideCalls.ts';
import {
  holdAgrees,
  holdNotCharged,
  holdSettled,
  holdUnits,
  preparePurchase,
  referencesOf,
  untilVoided,
} from './purchases.ts';
import type { Purchase } from './purchases.ts';
import { sendOrder } from './sendOrder.ts';
import type { Behaviour, MarketWorld } from './worldQuestions.ts';

const STATUSES = [500, 502, 503] as const;
/** No answer within a second; what was booked, and that nothing was, cannot be known. */
const LOST: readonly Behaviour[] = [
  { kind: 'silenceBooked' },
  { kind: 'silence' },
  { kind: 'slow', ms: 2_500 },
  { kind: 'resetBooked' },
];

const unansweredIsResolved: Check = {
  id: 'unanswered-is-resolved',
  isolation: 'shared',
  deadlineMs: 60_000,
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    await Promise.all([
      ...STATUSES.map(async (status) => {
        await holdStillHeld(market, world, status);
        context.hit('unavailable');
      }),
      ...LOST.map(async (behaviour, index) => {
        await holdFoundOut(market, world, behaviour, index);
        context.hit('silent');
      }),
      holdPendingMeanwhile(market, world, 'approve').then(() => context.hit('silent')),
      holdPendingMeanwhile(market, world, 'decline').then(() => context.hit('silent')),
    ]);
  },
};

async function holdStillHeld(market: Market, world: MarketWorld, status: number): Promise<void> {
  const purchase = await preparePurchase(market, `status${status}`);
  const { methodId, request, reservation } = purchase;
  await world.script('createCharge', methodId, [], { kind: 'error', status });
  const what = `An order while the payment service answers ${status}`;
  refusedWith(what, await place(market, request), 'PAYMENTS_UNAVAILABLE');
  const { state, expiresAtMs } = await market.reservation(reservation.reservationId);
  holdSame(
    { state, expiresAtMs },
    { state: 'HELD', expiresAtMs: reservation.expiresAtMs },
    `${what} should leave its reservation HELD, with its deadline.`,
  );
  await holdUnits(market, purchase, 'held', what);
  for (const orderId of await referencesOf(world, purchase)) {
    const order = await market.getOrder(orderId);
    holdSame(
      { state: order.state, cancelReason: order.cancelReason },
      { state: 'CANCELLED', cancelReason: 'payment-unavailable' },
      `${what} should be CANCELLED (payment-unavailable).`,
    );
  }
  await world.script('createCharge', methodId, []);
  const paid = okOutput('placeOrder', await place(market, request));
  const afterwards = `${what}, placed again under its key when the service had recovered,`;
  holdOneOf(paid.state, ['PAID'], afterwards);
  await holdAgrees(market, world, purchase, paid, afterwards);
}

async function holdFoundOut(
  market: Market,
  world: MarketWorld,
  behaviour: Behaviour,
  index: number,
): Promise<void> {
  const purchase = await preparePurchase(market, `lost${index}`);
  await world.script('createCharge', purchase.methodId, [behaviour]);
  const what = `An order whose charge was not answered (${behaviour.kind})`;
  await holdResolved(
    market,
    world,
    purchase,
    await sendOrder(market.session, purchase.request),
    what,
  );
}

/** For a reply that may take its time: then the service comes back before it. */
const MAX_REPLY_WAIT_MS = 4_000;
/** How long the payment service stays away when that is over. */
const STILL_AWAY_MS = 400;
const AWAY: Behaviour = { kind: 'error', status: 503 };

/** The service has booked the charge, or its decline, has not answered, and cannot be asked for a while. */
async function holdPendingMeanwhile(
  market: Market,
  world: MarketWorld,
  outcome: 'approve' | 'decline',
): Promise<void> {
  const purchase = await preparePurchase(market, `away-${outcome}`, { method: outcome });
  const { methodId, productId, quantity } = purchase;
  await world.script('createCharge', methodId, [{ kind: 'silenceBooked' }], AWAY);
  await world.script('getCharge', methodId, [], AWAY);
  await world.script('voidCharge', methodId, [], AWAY);
  const what = 'An order whose charge was not answered and cannot be asked for';
  const sent = sendOrder(market.session, purchase.request);
  const isReplied = await settlesWithin(sent, MAX_REPLY_WAIT_MS);
  if (isReplied) {
    const { orderId } = pendingOrder(await sent, what);
    await sleep(STILL_AWAY_MS);
    holdOneOf((await market.getOrder(orderId)).state, ['PENDING'], `${what} should stay PENDING`);
    await holdUnits(market, purchase, 'held', what);
    const rest = (await market.stock(productId)).available;
    const reply = await market.tryReserve(productId, { quantity: rest + quantity });
    refusedWith(`reserve of what a PENDING order holds`, reply, 'OUT_OF_STOCK');
  }
  const operations = ['createCharge', 'getCharge', 'voidCharge'] as const;
  await Promise.all(operations.map((operation) => world.script(operation, methodId, [])));
  await holdResolved(market, world, purchase, await sent, what);
}

function pendingOrder(answer: Answer, what: string): Order {
  const order = answer.kind === 'ok' ? (answer.output as unknown as Order) : undefined;
  hold(order?.state === 'PENDING', `${what} should be answered, PENDING.`, 'PENDING', answer);
  return order;
}

/** Whatever the reply was: the order is known by the reference of its charge. */
async function holdResolved(
  market: Market,
  world: MarketWorld,
  purchase: Purchase,
  answer: Answer,
  what: string,
): Promise<void> {
  if (answer.kind === 'malformed') throw new Violation(answer.reason, 'a reply', answer);
  if (answer.kind === 'indeterminate') {
    throw new Violation(`${what} was answered with none of its refusals.`, 'a reply', answer);
  }
  if (answer.kind === 'ok') {
    await holdSettled(market, world, purchase, String(answer.output['orderId']), what);
    return;
  }
  const { code } = answer.problem;
  holdOneOf(code, ['PAYMENTS_UNAVAILABLE', 'PAYMENT_DECLINED'], `${what} was refused with`);
  const orderId = (await referencesOf(world, purchase)).at(-1) ?? '';
  if (code === 'PAYMENT_DECLINED') {
    await holdSettled(market, world, purchase, orderId, what);
    return;
  }
  // Whether its reservation is held then, as with other problems of the service, or free, is open.
  holdOneOf((await market.resolved(orderId)).state, ['CANCELLED'], `${what} was refused and is`);
  await untilVoided(world, purchase);
  await holdNotCharged(world, purchase, what);
}

export const unansweredCharges: readonly Check[] = [unansweredIsResolved];
