/** PAY-FRAUD-03: fraud and compliance decisions are on record before money moves. */
import type { Payment, PaymentEvents } from '../../../spec/payments/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import type { Answer, JsonObject } from '../../target/target.ts';
import { hold } from '../kit/hold.ts';
import type { Reply } from '../kit/replies.ts';
import { holdDecidedBefore } from './decisionEvents.ts';
import { paymentOf } from './decisionReply.ts';
import { isHeld } from './heldCall.ts';
import { holdCanRestart, restart } from '../kit/restart.ts';
import { openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';
import { DECLINED_CARD, oddDevice, OTHER_CARD } from './stages.ts';

/** So slow are the decisions of some payments, to be seen beside the call of a provider. */
const SLOW_MS = 200;
/** Clocks and timers of the outside services count in whole milliseconds. */
const TIMER_MARGIN_MS = 20;
/** Of a network in which nothing should time out. */
const PATIENT_MS = 5_000;

interface Way {
  readonly what: string;
  /** What takes SLOW_MS to decide. */
  readonly slow?: 'scoreFraud' | 'screenSanctions';
  go(shop: Shop, amountMinor: number): Promise<Reply<Payment>>;
}

/** To a provider. */
const WAYS: readonly Way[] = [
  { what: 'A payment', go: (shop, amountMinor) => shop.tryPay({ amountMinor }) },
  {
    what: 'An authorisation',
    go: (shop, amountMinor) => shop.tryPay({ amountMinor, captureMethod: 'manual' }),
  },
  {
    what: 'A declined payment',
    go: (shop, amountMinor) => shop.tryPay({ amountMinor, paymentMethod: DECLINED_CARD }),
  },
  {
    what: 'A payment that was confirmed later',
    async go(shop, amountMinor) {
      const { paymentId } = await shop.pay({ amountMinor, confirm: false });
      return shop.command('confirmPayment', paymentId);
    },
  },
  {
    what: 'A payment that was declined and confirmed with another card',
    async go(shop, amountMinor) {
      const declined = await shop.tryPay({ amountMinor, paymentMethod: DECLINED_CARD });
      return shop.command('confirmPayment', paymentOf(declined), { paymentMethod: OTHER_CARD });
    },
  },
  {
    what: 'A payment that was approved after review',
    async go(shop, amountMinor) {
      const customer = { deviceId: oddDevice(shop) };
      const { paymentId } = await shop.pay({ amountMinor, customer });
      return shop.command('reviewPayment', paymentId, { decision: 'approve' });
    },
  },
  {
    what: 'A payment with a slow fraud score',
    slow: 'scoreFraud',
    async go(shop, amountMinor) {
      const deviceId = shop.id('slow device');
      await shop.world.script('scoreFraud', deviceId, [], { kind: 'slow', ms: SLOW_MS });
      return shop.tryPay({ amountMinor, customer: { deviceId } });
    },
  },
  {
    what: 'A payment with a slow sanctions list',
    slow: 'screenSanctions',
    async go(shop, amountMinor) {
      const name = `Slow ${shop.id('name')}`;
      await shop.world.script('screenSanctions', name, [], { kind: 'slow', ms: SLOW_MS });
      return shop.tryPay({ amountMinor, customer: { name } });
    },
  },
];

const decidedBeforeMoney: Check = {
  id: 'decided-before-money',
  isolation: 'shared',
  async run(context) {
    const world = worldOf(context);
    const network = { callTimeoutMs: PATIENT_MS };
    const steady = await openShop(context.session(), world, { network });
    const session = context.session();
    const failing = session.id('failing');
    const providers = [
      { providerId: failing, priority: 0 },
      { providerId: session.id('second'), priority: 1 },
    ] as const;
    const failingOver = await openShop(session, world, {
      network,
      region: { providers: [...providers] },
    });
    await world.script('createCharge', failing, [], { kind: 'error', status: 503 });
    await Promise.all(
      [steady, failingOver].flatMap((shop) =>
        WAYS.map((way, index) => judgeWay(context, shop, way, 1_000 + index)),
      ),
    );
  },
};

async function judgeWay(
  context: CheckContext,
  shop: Shop,
  way: Way,
  amountMinor: number,
): Promise<void> {
  const { what } = way;
  const paymentId = paymentOf(await way.go(shop, amountMinor));
  const events = await shop.events(paymentId);
  const attempts = events.flatMap(({ type }, at) => (type === 'provider.attempted' ? [at] : []));
  hold(
    attempts.length > 0,
    `${what} was sent to a provider, but its stream has no event provider.attempted.`,
    'provider.attempted',
    events.map(({ type }) => type),
  );
  for (const attempt of attempts) holdDecidedBefore(events, attempt, what);
  await holdAskedFirst(shop, paymentId, way);
  context.hit('payments');
}

/** What the outside services saw: those that decide had answered when the first provider was asked. */
async function holdAskedFirst(shop: Shop, paymentId: string, { what, slow }: Way): Promise<void> {
  const calls = await shop.world.calls(paymentId);
  const charge = calls.find(({ operation }) => operation === 'createCharge');
  if (!charge) return;
  for (const [deciding, service] of [
    ['scoreFraud', 'the fraud scorer'],
    ['screenSanctions', 'the sanctions list'],
  ] as const) {
    const call = calls.find(({ operation }) => operation === deciding);
    hold(
      call !== undefined && call.index < charge.index,
      `${what} was sent to a provider before ${service} was asked.`,
      `${deciding} before createCharge`,
      calls.map(({ operation }) => operation),
    );
    const waitedMs = charge.atMs - call.atMs;
    hold(
      deciding !== slow || waitedMs >= SLOW_MS - TIMER_MARGIN_MS,
      `${what} was sent to a provider ${waitedMs} ms after ${service} was asked, which took ${SLOW_MS} ms to answer.`,
      `at least ${SLOW_MS} ms`,
      waitedMs,
    );
  }
}

/** How the payment comes to its provider, which holds its answer. */
const KILLED_WAYS = ['at once', 'after an approval'] as const;

const decisionsDurableFirst: Check = {
  id: 'decisions-durable-first',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    const { target, hit } = context;
    holdCanRestart(target);
    const world = worldOf(context);
    for (const way of KILLED_WAYS) {
      const shop = await openShop(context.session(), world, {
        network: { callTimeoutMs: PATIENT_MS },
      });
      await world.script('createCharge', shop.providerId, [], { kind: 'hold' });
      const send = await readyToPay(shop, way);
      const answer = send();
      const isAsked = await isHeld(world, 'createCharge', shop.providerId, answer);
      const [charge] = await world.calls(shop.merchantId, ['createCharge']);
      hold(
        isAsked && charge !== undefined,
        `The provider of a payment (${way}) was not asked.`,
        'a call of createCharge',
        isAsked,
      );
      await target.kill();
      await answer;
      await world.release('createCharge', shop.providerId);
      await restart(target);
      await holdDecisionsThere(shop, String(charge.input['paymentId']), way);
      hit('kills');
    }
  },
};

async function readyToPay(
  shop: Shop,
  way: (typeof KILLED_WAYS)[number],
): Promise<() => Promise<Answer>> {
  if (way === 'at once') {
    const request = shop.payment();
    return () => shop.session.raw('createPayment', request as unknown as JsonObject);
  }
  const { paymentId } = await shop.pay({ customer: { deviceId: oddDevice(shop) } });
  const approval = { idempotencyKey: shop.freshKey(), paymentId, decision: 'approve' };
  return () => shop.session.raw('reviewPayment', approval);
}

async function holdDecisionsThere(shop: Shop, paymentId: string, way: string): Promise<void> {
  const what = `A payment (${way}) whose platform was killed while its provider was asked`;
  const reply = await shop.attempt<PaymentEvents>('listPaymentEvents', { paymentId });
  hold(
    reply.kind === 'ok',
    `${what} is not there after the restart: its decisions were not durable when money moved.`,
    'the payment, with its decisions',
    reply,
  );
  const { events } = reply.output;
  const attempted = events.findIndex(({ type }) => type === 'provider.attempted');
  // That the attempt itself is durable is another clause.
  holdDecidedBefore(events, attempted < 0 ? events.length : attempted, what);
}

export const decideFirst: readonly Check[] = [decidedBeforeMoney, decisionsDurableFirst];
