/** PAY-IDEM-01: the same key with the same body is one command. */
import fc from 'fast-check';
import type { Payment, Refund } from '../../../spec/payments/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame, sameJson } from '../kit/hold.ts';
import type { Reply } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import {
  aboutWhich,
  COMMANDS,
  FOLLOWING_COMMANDS,
  isFinal,
  moveOn,
  prepare,
  send,
} from './commandCases.ts';
import { inAnyOrder } from './inAnyOrder.ts';
import { bodyOf, booked, codeOf, holdCarriedOut, holdUnchanged, look } from './refusals.ts';
import { openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';
import { slowDown } from './slowProvider.ts';
import { inForce } from './worldQuestions.ts';

const amountArbitrary = fc.integer({ min: 100, max: 90_000 });

const sameReply: Check = {
  id: 'same-key-same-reply',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        kinds: inAnyOrder(Object.keys(COMMANDS)),
        amountMinor: amountArbitrary,
        isMovedOn: fc.boolean(),
      }),
      async ({ kinds, amountMinor, isMovedOn }, session) => {
        const shop = await openShop(session, worldOf(context));
        const walk = async (kind: string): Promise<void> => {
          const command = await prepare(shop, kind, amountMinor);
          const first = await send(shop, command);
          if (!isFinal(first)) return;
          const paymentId = aboutWhich(first);
          const hasMoved = isMovedOn && (await moveOn(shop, paymentId));
          const before = await look(shop, paymentId);
          // The body is compared as JSON: the order of its members is no difference.
          for (const input of [command.input, reversed(command.input)]) {
            const again = await send(shop, { ...command, input });
            holdSameReply(first, again, `${kind} (${command.operation})`, hasMoved);
            context.hit('repeats');
          }
          await holdUnchanged(shop, before, `A repetition of ${command.operation} (${kind})`);
        };
        await Promise.all(kinds.map(walk));
      },
      { runs: 2 },
    ),
};

function holdSameReply(
  first: Reply<Payment | Refund>,
  again: Reply<Payment | Refund>,
  what: string,
  hasMoved: boolean,
): void {
  const since = hasMoved ? ', after the payment had moved on,' : '';
  hold(
    first.kind === again.kind && sameJson(bodyOf(first), bodyOf(again)),
    `${what} was answered with ${codeOf(first)}; its repetition with the same key${since} was answered with ${codeOf(again)}${codeOf(first) === codeOf(again) ? ' and another body' : ''}.`,
    bodyOf(first),
    bodyOf(again),
  );
}

/** The same JSON document, its members in the opposite order. */
function reversed(value: object): object {
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, each]: [string, unknown]) => [
        name,
        typeof each === 'object' && each !== null && !Array.isArray(each) ? reversed(each) : each,
      ]),
  );
}

const PARALLEL_SENDS = 50;
/** Long enough for all the sends to meet in flight. */
const SLOW_CHARGE_MS = 100;

const oneCharge: Check = {
  id: 'one-charge-per-key',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        amountMinor: amountArbitrary,
        captureMethod: fc.constantFrom('automatic' as const, 'manual' as const),
      }),
      async (request, session) => {
        const shop = await openShop(session, worldOf(context));
        await slowDown(shop, SLOW_CHARGE_MS);
        const input = shop.payment(request);
        const replies = await together(PARALLEL_SENDS, () =>
          shop.attempt<Payment>('createPayment', input),
        );
        const made = replies.map(
          (reply) =>
            holdCarriedOut(
              reply,
              `A createPayment that is sent ${PARALLEL_SENDS} times in parallel`,
            ).paymentId,
        );
        hold(
          new Set(made).size === 1,
          `${PARALLEL_SENDS} parallel sends of one createPayment with one key made ${new Set(made).size} payments.`,
          1,
          [...new Set(made)],
        );
        const charges = await shop.charges();
        hold(
          charges.length === 1 && charges[0]?.paymentId === made[0],
          `${PARALLEL_SENDS} parallel sends of one createPayment with one key made ${charges.length} charges at the provider.`,
          1,
          charges,
        );
        holdOnePayment(await paymentsSeen(shop), made[0]);
        context.hit('parallelSends', PARALLEL_SENDS);
      },
      { runs: 3 },
    ),
};

/** Payments that were taken to the scorer, the sanctions list or a provider. */
async function paymentsSeen(shop: Shop): Promise<Set<unknown>> {
  const calls = await shop.world.calls(shop.merchantId, [
    'scoreFraud',
    'screenSanctions',
    'createCharge',
  ]);
  return new Set(calls.map(({ input }) => input.paymentId));
}

function holdOnePayment(seen: ReadonlySet<unknown>, paymentId: string | undefined): void {
  hold(
    seen.size === 1 && seen.has(paymentId),
    `${PARALLEL_SENDS} parallel sends of one createPayment with one key took ${seen.size} payments to the outside services.`,
    [paymentId],
    [...seen],
  );
}

const MARK = 'idempotent-replayed';

const replayIsMarked: Check = {
  id: 'replay-is-marked',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        kinds: inAnyOrder(Object.keys(COMMANDS)),
        amountMinor: amountArbitrary,
      }),
      async ({ kinds, amountMinor }, session) => {
        const shop = await openShop(session, worldOf(context));
        const walk = async (kind: string): Promise<void> => {
          const command = await prepare(shop, kind, amountMinor);
          const first = await send(shop, command);
          const what = `${command.operation} (${kind})`;
          const mark = first.headers?.[MARK];
          hold(
            mark === undefined || mark === 'false',
            `The first reply to ${what} has the header Idempotent-Replayed: ${mark}, although nothing was replayed.`,
            'no header, or false',
            mark,
          );
          const again = await send(shop, command);
          const markAgain = again.headers?.[MARK];
          hold(
            markAgain === 'true',
            `The repeated reply to ${what} should have the header Idempotent-Replayed: true, but ${markAgain === undefined ? 'has none' : `it says ${markAgain}`}.`,
            'true',
            markAgain ?? null,
          );
          context.hit('replays');
        };
        await Promise.all(kinds.map(walk));
      },
      { runs: 2 },
    ),
};

/** Repetitions that are sent together with the first request; one comes after them. */
const REPEATS_IN_FLIGHT = 2;
const SLOW_COMMAND_MS = 20;

const actOnce: Check = {
  id: 'repeated-commands-act-once',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        amountMinor: amountArbitrary,
        kinds: inAnyOrder(Object.keys(FOLLOWING_COMMANDS)),
      }),
      async ({ amountMinor, kinds }, session) => {
        const shop = await openShop(session, worldOf(context));
        await slowDown(shop, SLOW_COMMAND_MS);
        const walk = async (kind: string): Promise<void> => {
          const command = await prepare(shop, kind, amountMinor);
          const replies = await together(1 + REPEATS_IN_FLIGHT, () => send(shop, command));
          const name = `${command.operation} (${kind})`;
          const [first] = replies.map((reply) =>
            holdCarriedOut(
              reply,
              `${name} with one key, sent ${1 + REPEATS_IN_FLIGHT} times at once,`,
            ),
          );
          const { paymentId } = first!;
          const before = await look(shop, paymentId);
          holdCarriedOut(await send(shop, command), `A repetition of ${name}`);
          const what = `${name} with one key, sent ${2 + REPEATS_IN_FLIGHT} times,`;
          await holdUnchanged(shop, before, `A repetition of ${name}`);
          await holdActedOnce(shop, paymentId, kind, what);
          context.hit('repeats', 1 + REPEATS_IN_FLIGHT);
        };
        await Promise.all(kinds.map(walk));
      },
      { runs: 2 },
    ),
};

async function holdActedOnce(
  shop: Shop,
  paymentId: string,
  kind: string,
  what: string,
): Promise<void> {
  const [payment, charges, events] = await Promise.all([
    shop.get(paymentId),
    shop.chargesOf(paymentId),
    shop.events(paymentId),
  ]);
  for (const type of ONCE) {
    const times = events.filter((event) => event.type === type).length;
    hold(times <= 1, `${what} made ${times} events ${type}.`, 'at most 1', times);
  }
  const standing = inForce(charges);
  hold(
    standing.length <= 1,
    `${what} left ${standing.length} charges in force.`,
    'at most 1',
    booked(standing),
  );
  const refunds = charges.flatMap((charge) => charge.refunds);
  const isRefund = kind === 'refund';
  const refunded = refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  hold(
    refunds.length === (isRefund ? 1 : 0),
    `${what} made ${refunds.length} refunds at the provider.`,
    isRefund ? 1 : 0,
    refunds,
  );
  const { amountReceivedMinor, amountRefundedMinor } = payment;
  const captured = standing.reduce((sum, { capturedMinor }) => sum + capturedMinor, 0);
  holdSame(
    { amountReceivedMinor, amountRefundedMinor },
    { amountReceivedMinor: captured, amountRefundedMinor: refunded },
    `${what} left a payment that does not agree with the provider's ledger.`,
  );
}

/** What can come to pass once in each of the conversations here. */
const ONCE = [
  'payment.captured',
  'payment.canceled',
  'payment.authorized',
  'payment.review_decided',
  'payment.refunded',
  'refund.requested',
];

export const idempotentCommands: readonly Check[] = [sameReply, oneCharge, replayIsMarked, actOnce];
