/** MKT-ORD-01.d: killed at any step, order, charge and units agree. The campaign's part is elsewhere. */
import type { Order } from '../../../spec/marketplace/messages.d.ts';
import type { Answer, Target } from '../../target/target.ts';
import type { Check } from '../check.ts';
import { hold, holdOneOf, holdSame } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { afterAnswers, killInFlight } from '../kit/killInFlight.ts';
import { holdCanRestart, restart } from '../kit/restart.ts';
import { together } from '../kit/together.ts';
import { openMarket, worldOf } from './market.ts';
import type { Market } from './market.ts';
import { place } from './orderSaga.ts';
import { isCalled, isHeld } from './outsideCalls.ts';
import {
  holdAgrees,
  holdNothingSold,
  holdSettled,
  preparePurchase,
  referencesOf,
  untilVoided,
} from './purchases.ts';
import type { Purchase } from './purchases.ts';
import { sendOrder, sendPatiently } from './sendOrder.ts';
import type { Behaviour, MarketWorld, WorldOperationName } from './worldQuestions.ts';

interface Saga {
  readonly target: Target;
  readonly market: Market;
  readonly world: MarketWorld;
}

const PAYMENT_OPERATIONS: readonly WorldOperationName[] = [
  'createCharge',
  'getCharge',
  'voidCharge',
];
const AWAY: Behaviour = { kind: 'error', status: 503 };

const killedInTheSaga: Check = {
  id: 'killed-in-the-saga',
  isolation: 'exclusive',
  needs: ['restart'],
  deadlineMs: 150_000,
  async run(context) {
    const { target } = context;
    holdCanRestart(target);
    const saga = { target, world: worldOf(context), market: openMarket(context.session()) };
    for (const kill of [killWhileCharging, killWhileUndoing]) {
      await kill(saga);
      context.hit('kills');
    }
    for (const method of ['approve', 'decline']) {
      await killWhileAnswering(saga, method);
      context.hit('kills');
    }
  },
};

/** The service has the charge, or its decline, or has not seen the request; nobody has been answered. */
async function killWhileCharging({ target, market, world }: Saga): Promise<void> {
  const approved = await preparePurchase(market, 'charging');
  const declined = await preparePurchase(market, 'declining', { method: 'decline' });
  const unseen = await preparePurchase(market, 'unseen');
  const purchases = [approved, declined, unseen];
  await world.script('createCharge', approved.methodId, [{ kind: 'hold' }]);
  await world.script('createCharge', declined.methodId, [{ kind: 'hold' }]);
  await world.script('createCharge', unseen.methodId, [{ kind: 'silence' }]);
  const answers = purchases.map(({ request }) => sendOrder(market.session, request));
  await Promise.all([
    isHeld(world, 'createCharge', approved.methodId, answers[0]),
    isHeld(world, 'createCharge', declined.methodId, answers[1]),
    isCalled(world, 'createCharge', unseen.methodId),
  ]);
  await target.kill();
  await Promise.all(answers);
  await Promise.all(purchases.map((purchase) => heal(world, purchase)));
  await restart(target);
  await Promise.all(
    purchases.map(async (purchase) => {
      const what = 'An order that was killed while its charge was asked for';
      const [orderId] = await referencesOf(world, purchase);
      if (orderId === undefined) return;
      const order = await holdSettled(market, world, purchase, orderId, what);
      await holdTruthForClient(market, world, purchase, order, what);
    }),
  );
}

/** Whoever repeats the key is told of this order, or that it came to nothing; nothing more happens. */
async function holdTruthForClient(
  market: Market,
  world: MarketWorld,
  purchase: Purchase,
  order: Order,
  what: string,
): Promise<void> {
  const reply = await place(market, purchase.request);
  const isOrder = reply.kind === 'ok' && reply.output.orderId === order.orderId;
  // A reply that was PENDING may be given again.
  const isSo = isOrder && [order.state, 'PENDING'].includes(reply.output.state);
  hold(
    isSo || (reply.kind === 'refused' && order.state === 'CANCELLED'),
    `${what} is ${order.state}; its key leads to another answer.`,
    order,
    reply,
  );
  await holdAgrees(market, world, purchase, order, `${what}, whose key was repeated,`);
}

/** Two are being voided, and two are PENDING because the service cannot be asked: one charged, one declined. */
async function killWhileUndoing({ target, market, world }: Saga): Promise<void> {
  const names = ['voided', 'not voided'];
  const cancelled = await Promise.all(names.map((name) => preparePurchase(market, name)));
  const pending = [
    await preparePurchase(market, 'pending'),
    await preparePurchase(market, 'pending', { method: 'decline' }),
  ];
  const orderIds = await Promise.all(
    cancelled.map(
      async ({ request }) => okOutput('placeOrder', await place(market, request)).orderId,
    ),
  );
  await Promise.all(pending.map((purchase) => makePending(market, world, purchase)));
  const behaviours: readonly Behaviour[] = [{ kind: 'hold' }, { kind: 'silence' }];
  await Promise.all(
    cancelled.map(({ methodId }, index) =>
      world.script('voidCharge', methodId, behaviours.slice(index, index + 1)),
    ),
  );
  const answers = orderIds.map((orderId) =>
    sendPatiently(market.session, 'cancelOrder', { orderId }),
  );
  await Promise.all(cancelled.map(({ methodId }) => isCalled(world, 'voidCharge', methodId)));
  await target.kill();
  const cancels = await Promise.all(answers);
  await Promise.all(cancelled.map((purchase) => heal(world, purchase)));
  await restart(target);
  await Promise.all([
    ...cancelled.map((purchase, index) =>
      holdCancelled(market, world, purchase, orderIds[index] ?? '', cancels[index]),
    ),
    ...pending.map(async (purchase) => {
      await heal(world, purchase);
      const what = 'An order that was killed while it was PENDING';
      const [orderId = ''] = await referencesOf(world, purchase);
      const order = await holdSettled(market, world, purchase, orderId, what);
      await holdTruthForClient(market, world, purchase, order, what);
    }),
  ]);
}

async function makePending(market: Market, world: MarketWorld, purchase: Purchase): Promise<void> {
  const { methodId, request } = purchase;
  await world.script('createCharge', methodId, [{ kind: 'silenceBooked' }], AWAY);
  await world.script('getCharge', methodId, [], AWAY);
  await world.script('voidCharge', methodId, [], AWAY);
  await sendOrder(market.session, request);
}

async function holdCancelled(
  market: Market,
  world: MarketWorld,
  purchase: Purchase,
  orderId: string,
  answer: Answer | undefined,
): Promise<void> {
  const what = 'An order that was killed while it was cancelled';
  const before = await market.getOrder(orderId);
  if (answer?.kind === 'ok') holdOneOf(before.state, ['CANCELLED'], `${what}, acknowledged,`);
  // What had not been recorded may be lost, and is told again.
  if (before.state !== 'CANCELLED') okOutput('cancelOrder', await market.cancel(orderId));
  const order = await market.getOrder(orderId);
  holdOneOf(order.state, ['CANCELLED'], what);
  await untilVoided(world, purchase);
  await holdAgrees(market, world, purchase, order, what);
}

const WAVE = 8;
const ANSWERED = 2;

/** Some have been answered, and the answers of others are on their way. */
async function killWhileAnswering({ target, market, world }: Saga, method: string): Promise<void> {
  const purchases = await together(WAVE, (index) =>
    preparePurchase(market, `wave${index}`, { method }),
  );
  const sends = purchases.map(
    ({ request }) =>
      () =>
        sendOrder(market.session, request),
  );
  const { answers } = await killInFlight(target, sends, afterAnswers(ANSWERED));
  await Promise.all(
    purchases.map(async (purchase, index) => {
      const what = `An order whose answer (${method}) was on its way at a kill`;
      const told = answers[index];
      const repeated = await place(market, purchase.request);
      holdDeclineKept(told, repeated, what);
      const orderId =
        orderOf(repeated) ?? orderOf(told) ?? (await referencesOf(world, purchase))[0];
      if (orderId === undefined) {
        await holdNothingSold(market, world, purchase, `${what}, refused,`);
        return;
      }
      const order = await holdSettled(market, world, purchase, orderId, what);
      if (told?.kind === 'ok' && told.output['state'] === 'PAID') {
        hold(
          order.orderId === told.output['orderId'] && order.state === 'PAID',
          `${what} was acknowledged as PAID.`,
          told.output,
          order,
        );
      }
      await holdTruthForClient(market, world, purchase, order, what);
    }),
  );
}

/** A 402 is kept under its key, as an order is. */
function holdDeclineKept(told: Answer | undefined, repeated: Reply<Order>, what: string): void {
  if (told?.kind !== 'refused' || told.problem.code !== 'PAYMENT_DECLINED') return;
  const kept = refusedWith(`${what}, and which was declined,`, repeated, 'PAYMENT_DECLINED');
  holdSame(
    kept['orderId'],
    told.problem['orderId'],
    `${what} was declined; its key leads to another order.`,
  );
}

/** Undefined where no order is named: a market that cancels what a kill has left PENDING refuses the repetition in its own ways. */
function orderOf(told: Answer | Reply<Order> | undefined): string | undefined {
  const body = told?.kind === 'ok' ? told.output : told?.kind === 'refused' ? told.problem : {};
  const { orderId } = body as { readonly orderId?: unknown };
  return typeof orderId === 'string' ? orderId : undefined;
}

async function heal(world: MarketWorld, { methodId }: Purchase): Promise<void> {
  await Promise.all(
    PAYMENT_OPERATIONS.map(async (operation) => {
      await world.release(operation, methodId);
      await world.script(operation, methodId, []);
    }),
  );
}

export const killedSaga: readonly Check[] = [killedInTheSaga];
