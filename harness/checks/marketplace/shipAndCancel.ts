/** MKT-ORD-01.f: what is shipped leaves the stock once, what is cancelled goes back to it once, and its charge is voided. */
import type { Order } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdOneOf, holdSame } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { openMarket, worldOf } from './market.ts';
import type { Market } from './market.ts';
import { place } from './orderSaga.ts';
import {
  holdAgrees,
  holdNotCharged,
  holdUnits,
  preparePurchase,
  untilVoided,
} from './purchases.ts';
import type { Purchase } from './purchases.ts';
import type { Behaviour, MarketWorld } from './worldQuestions.ts';

const SHIPPED = 3;
const CANCELLED = 3;
const RACES = 3;
const REPETITIONS = 3;
const AWAY: Behaviour = { kind: 'error', status: 503 };

const shipAndCancel: Check = {
  id: 'ship-and-cancel',
  isolation: 'shared',
  deadlineMs: 60_000,
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    const hit = (name: string, times?: number) => () => context.hit(name, times);
    await Promise.all([
      together(SHIPPED, async (index) => {
        await holdShipped(market, world, await paid(market, `ship${index}`));
        context.hit('shipped');
        context.hit('refused');
      }),
      together(CANCELLED, async (index) => {
        await holdCancelled(market, world, await paid(market, `cancel${index}`));
        context.hit('cancelled');
        context.hit('refused');
      }),
      together(RACES, async (index) =>
        holdOneOfTwo(market, world, await paid(market, `r${index}`)),
      ),
      holdVoidedInTheEnd(market, world).then(hit('cancelled')),
      holdPendingRefused(market, world).then(hit('refused', 2)),
      holdDeclinedRefused(market, world).then(hit('refused')),
      holdUnknownRefused(market).then(hit('refused', 2)),
    ]);
  },
};

interface Paid {
  readonly purchase: Purchase;
  readonly orderId: string;
}

async function paid(market: Market, name: string): Promise<Paid> {
  const purchase = await preparePurchase(market, name);
  const { orderId } = okOutput('placeOrder', await place(market, purchase.request));
  return { purchase, orderId };
}

async function holdShipped(
  market: Market,
  world: MarketWorld,
  { purchase, orderId }: Paid,
): Promise<void> {
  const what = 'An order that was shipped';
  await holdUnits(market, purchase, 'sold', 'An order that was paid');
  const replies = await together(REPETITIONS, () => market.ship(orderId));
  replies.push(await market.ship(orderId));
  for (const reply of replies) {
    holdOneOf(okOutput('shipOrder', reply).state, ['FULFILLED'], what);
  }
  await holdAgrees(market, world, purchase, await market.getOrder(orderId), what);
  refusedWith(
    `cancelOrder of an order that was shipped`,
    await market.cancel(orderId),
    'INVALID_STATE',
  );
  await holdAgrees(market, world, purchase, await market.getOrder(orderId), what);
}

async function holdCancelled(
  market: Market,
  world: MarketWorld,
  { purchase, orderId }: Paid,
): Promise<void> {
  const what = 'An order that was cancelled';
  const replies = await together(REPETITIONS, () => market.cancel(orderId));
  await holdUnits(market, purchase, 'free', what);
  const next = await market.reserve(purchase.productId, { quantity: purchase.quantity });
  replies.push(await market.cancel(orderId));
  replies.forEach((reply) => holdIsCancelled(okOutput('cancelOrder', reply)));
  refusedWith(
    `shipOrder of an order that was cancelled`,
    await market.ship(orderId),
    'INVALID_STATE',
  );
  holdIsCancelled(await market.getOrder(orderId));
  await holdUnits(market, purchase, 'held', `${what} again, after its units were reserved anew,`);
  okOutput('releaseReservation', await market.release(next));
  await untilVoided(world, purchase);
  await holdAgrees(market, world, purchase, await market.getOrder(orderId), what);
}

function holdIsCancelled({ state, cancelReason }: Order): void {
  holdSame(
    { state, cancelReason },
    { state: 'CANCELLED', cancelReason: 'requested' },
    'An order that was cancelled should be CANCELLED (requested).',
  );
}

/** One way or the other. */
async function holdOneOfTwo(
  market: Market,
  world: MarketWorld,
  { purchase, orderId }: Paid,
): Promise<void> {
  const [shipped, cancelled] = await Promise.all([market.ship(orderId), market.cancel(orderId)]);
  hold(
    (shipped.kind === 'ok') !== (cancelled.kind === 'ok'),
    'Of shipOrder and cancelOrder at once exactly one should be carried out.',
    'one',
    [shipped, cancelled],
  );
  const loser: Reply<Order> = shipped.kind === 'ok' ? cancelled : shipped;
  refusedWith('The later of shipOrder and cancelOrder', loser, 'INVALID_STATE');
  const order = await market.getOrder(orderId);
  const expected = shipped.kind === 'ok' ? 'FULFILLED' : 'CANCELLED';
  holdOneOf(order.state, [expected], 'An order that was shipped and cancelled at once is');
  if (expected === 'CANCELLED') await untilVoided(world, purchase);
  await holdAgrees(
    market,
    world,
    purchase,
    order,
    'An order that was shipped and cancelled at once',
  );
}

/** The service cannot void at first. */
async function holdVoidedInTheEnd(market: Market, world: MarketWorld): Promise<void> {
  const { purchase, orderId } = await paid(market, 'away');
  await world.script('voidCharge', purchase.methodId, [AWAY, AWAY]);
  holdIsCancelled(okOutput('cancelOrder', await market.cancel(orderId)));
  const what = 'An order that was cancelled while the payment service had a problem';
  await holdUnits(market, purchase, 'free', what);
  await untilVoided(world, purchase);
  await holdNotCharged(world, purchase, `${what}, 20 s later,`);
}

/** No request for it is in flight: it is PENDING because the service cannot be asked. */
async function holdPendingRefused(market: Market, world: MarketWorld): Promise<void> {
  const purchase = await preparePurchase(market, 'pending');
  const { methodId } = purchase;
  await world.script('createCharge', methodId, [{ kind: 'silenceBooked' }], AWAY);
  await world.script('getCharge', methodId, [], AWAY);
  await world.script('voidCharge', methodId, [], AWAY);
  const order = okOutput('placeOrder', await place(market, purchase.request));
  const what = 'An order whose charge was not answered and cannot be asked for';
  holdOneOf(order.state, ['PENDING'], what);
  refusedWith('shipOrder of a PENDING order', await market.ship(order.orderId), 'INVALID_STATE');
  refusedWith(
    'cancelOrder of a PENDING order',
    await market.cancel(order.orderId),
    'INVALID_STATE',
  );
  await holdUnits(market, purchase, 'held', what);
  await Promise.all(
    (['createCharge', 'getCharge', 'voidCharge'] as const).map((operation) =>
      world.script(operation, methodId, []),
    ),
  );
}

async function holdDeclinedRefused(market: Market, world: MarketWorld): Promise<void> {
  const purchase = await preparePurchase(market, 'no', { method: 'decline' });
  const reply = await place(market, purchase.request);
  const { orderId } = refusedWith('placeOrder', reply, 'PAYMENT_DECLINED');
  const shipped = await market.ship(String(orderId));
  refusedWith('shipOrder of an order that was declined', shipped, 'INVALID_STATE');
  await holdUnits(market, purchase, 'free', 'An order that was declined');
  await holdNotCharged(world, purchase, 'An order that was declined');
}

async function holdUnknownRefused(market: Market): Promise<void> {
  const orderId = market.id('no-order');
  refusedWith('shipOrder', await market.ship(orderId), 'UNKNOWN_ORDER');
  refusedWith('cancelOrder', await market.cancel(orderId), 'UNKNOWN_ORDER');
}

export const shipAndCancelChecks: readonly Check[] = [shipAndCancel];
