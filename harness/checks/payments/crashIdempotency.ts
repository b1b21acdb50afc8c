/** PAY-IDEM-04: a crash between the provider's success and the reply charges nobody twice. The campaign's part is elsewhere. */
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Payment,
  PaymentStatus,
  PutRegion,
  Refund,
} from '../../../spec/payments/messages.d.ts';
import type { JsonObject, Target } from '../../target/target.ts';
import { CouldNotRun } from '../check.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import type { Reply } from '../kit/replies.ts';
import { isFinal, send } from './commandCases.ts';
import type { Command } from './commandCases.ts';
import { isHeld } from './heldCall.ts';
import { holdCanRestart, restart } from '../kit/restart.ts';
import { booked, codeOf, holdCarriedOut } from './refusals.ts';
import { openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';
import { paymentIn } from './stages.ts';
import { inForce } from './worldQuestions.ts';
import type { Behaviour, WorldOperationName } from './worldQuestions.ts';

/** The brief gives a platform 20 s to resolve what a crash left. */
const MAX_RESOLVE_MS = 20_000;
const POLL_MS = 50;
/** The call is answered by nobody until the kill: it may not time out before. */
const LONG_TIMEOUT_MS = 5_000;
/** How long the provider stays away after the restart, where it does. */
const STILL_AWAY_MS = 300;
const AWAY: Behaviour = { kind: 'error', status: 503 };

interface Round {
  readonly name: string;
  readonly status: PaymentStatus;
  readonly provider: 'answers after the restart' | 'stays away for a while';
  prepare(shop: Shop): Promise<Command>;
}

const ROUNDS: readonly Round[] = [
  {
    name: 'an automatic payment',
    status: 'succeeded',
    provider: 'answers after the restart',
    prepare: async (shop) => ({ operation: 'createPayment', input: shop.payment() }),
  },
  {
    name: 'an authorisation',
    status: 'requires_capture',
    provider: 'answers after the restart',
    prepare: async (shop) => ({
      operation: 'createPayment',
      input: shop.payment({ captureMethod: 'manual' }),
    }),
  },
  {
    name: 'a confirmation',
    status: 'succeeded',
    provider: 'answers after the restart',
    async prepare(shop) {
      const { paymentId } = await paymentIn(shop, 'requires_confirmation');
      return { operation: 'confirmPayment', input: { idempotencyKey: shop.freshKey(), paymentId } };
    },
  },
  {
    name: 'a payment whose provider stays away',
    status: 'succeeded',
    provider: 'stays away for a while',
    prepare: async (shop) => ({ operation: 'createPayment', input: shop.payment() }),
  },
];

const killedAfterCharge: Check = {
  id: 'killed-after-charge',
  isolation: 'exclusive',
  needs: ['restart'],
  deadlineMs: 150_000,
  async run(context) {
    holdCanRestart(context.target);
    const session = context.session();
    const providers: PutRegion['providers'] = [
      { providerId: session.id('first'), priority: 0 },
      // Healthy, and not to be asked for what the first has booked.
      { providerId: session.id('second'), priority: 1 },
    ];
    const shop = await openShop(session, worldOf(context), {
      network: { callTimeoutMs: LONG_TIMEOUT_MS },
      region: { providers },
    });
    for (const [index, { name, status, provider, prepare }] of ROUNDS.entries()) {
      const command = await prepare(shop);
      const staysAway = provider === 'stays away for a while';
      await killInCall(context.target, shop, 'createCharge', command);
      if (staysAway) await scriptProvider(shop, AWAY);
      await restart(context.target);
      if (staysAway) await repeatWhileAway(shop, command, index + 1);
      const what = `After a crash the repetition of ${name}`;
      const payment = holdCarriedOut(await finalReply<Payment>(shop, command), what);
      hold(
        payment.status === status,
        `${what} should lead to ${status}, but leads to ${payment.status}.`,
        status,
        payment,
      );
      await holdOneChargeEach(shop, index + 1, payment, name);
      context.hit('killedAfterCharge');
    }
  },
};

async function scriptProvider({ world, providerId }: Shop, behaviour: Behaviour): Promise<void> {
  const operations: WorldOperationName[] = ['createCharge', 'getCharge', 'voidCharge'];
  await Promise.all(
    operations.map((operation) => world.script(operation, providerId, [], behaviour)),
  );
}

/** While the provider cannot be asked what it has booked, nobody else is asked for the payment. Then it can be asked again. */
async function repeatWhileAway(shop: Shop, command: Command, payments: number): Promise<void> {
  const repeated = shop.session.raw(command.operation, command.input as JsonObject);
  await sleep(STILL_AWAY_MS);
  const standing = inForce(await shop.charges());
  hold(
    standing.length <= payments,
    'After a crash a payment was charged at another provider, although the first one had booked it and could not be asked.',
    payments,
    booked(standing),
  );
  await scriptProvider(shop, { kind: 'usual' });
  await repeated;
}

/** Kills the platform when the provider has carried the call out and has not answered. */
async function killInCall(
  target: Target,
  { world, session, providerId }: Shop,
  outside: WorldOperationName,
  { operation, input }: Command,
): Promise<void> {
  await world.script(outside, providerId, [{ kind: 'hold' }]);
  const answer = session.raw(operation, input as JsonObject);
  if (!(await isHeld(world, outside, providerId, answer))) {
    throw new CouldNotRun(
      `${operation} did not wait for ${outside}: between the provider's success and the reply there was no moment to kill it.`,
    );
  }
  await target.kill();
  await answer;
  await world.release(outside, providerId);
}

/** Repeats the command until its reply cannot change any more; what is refused for the moment counts as not final. */
async function finalReply<T extends Payment | Refund>(
  shop: Shop,
  command: Command,
): Promise<Reply<T>> {
  const until = performance.now() + MAX_RESOLVE_MS;
  for (;;) {
    const reply = await send(shop, command);
    const isOver = isFinal(reply) && !FOR_THE_MOMENT.includes(codeOf(reply));
    if (isOver || performance.now() > until) return reply as Reply<T>;
    await sleep(POLL_MS);
  }
}

const FOR_THE_MOMENT = ['IDEMPOTENCY_IN_PROGRESS', 'VERSION_CONFLICT', 'NO_ROUTE_AVAILABLE'];

async function holdOneChargeEach(
  shop: Shop,
  payments: number,
  payment: Payment,
  name: string,
): Promise<void> {
  const standing = inForce(await shop.charges());
  const own = standing.filter(({ paymentId }) => paymentId === payment.paymentId);
  hold(
    standing.length === payments && own.length === 1,
    `Killed between the provider's success and the reply, ${name} has ${own.length} charges in force, and the ${payments} payments so far have ${standing.length}.`,
    { ofThisPayment: 1, ofAll: payments },
    booked(standing),
  );
  const { status, capturedMinor } = own[0]!;
  hold(
    (status === 'captured') === (payment.status === 'succeeded') &&
      capturedMinor === payment.amountReceivedMinor,
    `After a crash ${name} is ${payment.status} with ${payment.amountReceivedMinor} received; the provider's charge is ${status} with ${capturedMinor} captured.`,
    payment,
    own[0],
  );
}

const REFUNDS_MINOR = [300, 200];

const killedAfterRefund: Check = {
  id: 'killed-after-refund',
  isolation: 'exclusive',
  needs: ['restart'],
  deadlineMs: 90_000,
  async run(context) {
    holdCanRestart(context.target);
    const shop = await openShop(context.session(), worldOf(context), {
      network: { callTimeoutMs: LONG_TIMEOUT_MS },
    });
    const { paymentId } = await paymentIn(shop, 'succeeded');
    let refundedMinor = 0;
    for (const [index, amountMinor] of REFUNDS_MINOR.entries()) {
      const command: Command = {
        operation: 'createRefund',
        input: { idempotencyKey: shop.freshKey(), paymentId, amountMinor },
      };
      await killInCall(context.target, shop, 'refundCharge', command);
      await restart(context.target);
      const what = `After a crash the repetition of a refund of ${amountMinor}`;
      const refund = holdCarriedOut(await finalRefund(shop, command), what);
      refundedMinor += amountMinor;
      hold(
        refund.status === 'succeeded' && refund.amountMinor === amountMinor,
        `${what} should lead to a refund that has succeeded, but it is ${refund.status} with ${refund.amountMinor}.`,
        { status: 'succeeded', amountMinor },
        refund,
      );
      const refunds = (await shop.chargesOf(paymentId)).flatMap((charge) => charge.refunds);
      const sum = refunds
        .filter(({ status }) => status === 'succeeded')
        .reduce((total, each) => total + each.amountMinor, 0);
      const { amountRefundedMinor } = await shop.get(paymentId);
      hold(
        refunds.length === index + 1 && sum === refundedMinor && amountRefundedMinor === sum,
        `Killed between the provider's refund and the reply: after ${index + 1} refunds the provider has ${refunds.length} of ${sum} together, the payment tells of ${amountRefundedMinor}.`,
        { refunds: index + 1, refundedMinor },
        refunds,
      );
      context.hit('killedAfterRefund');
    }
  },
};

/** A reply that says pending may go on saying so where it was given before: the refund itself is looked at. */
async function finalRefund(shop: Shop, command: Command): Promise<Reply<Refund>> {
  const reply = await finalReply<Refund>(shop, command);
  if (reply.kind === 'refused' || reply.output.status !== 'pending') return reply;
  return shop.attempt('getRefund', { refundId: reply.output.refundId });
}

export const crashIdempotency: readonly Check[] = [killedAfterCharge, killedAfterRefund];
