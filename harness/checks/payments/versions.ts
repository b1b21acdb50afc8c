/** PAY-EVT-04: a command made for another version changes nothing. */
import fc from 'fast-check';
import type { Payment, Refund } from '../../../spec/payments/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import type { Reply } from '../kit/replies.ts';
import { FOLLOWING_COMMANDS, send } from './commandCases.ts';
import type { Command } from './commandCases.ts';
import { inAnyOrder } from './inAnyOrder.ts';
import { booked, codeOf, holdCarriedOut, holdRefused, holdUnchanged, look } from './refusals.ts';
import { openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';
import { slowDown } from './slowProvider.ts';
import { paymentIn } from './stages.ts';
import type { Stage } from './stages.ts';
import { inForce } from './worldQuestions.ts';

type FollowingKind = keyof typeof FOLLOWING_COMMANDS;

const expectedVersion: Check = {
  id: 'expected-version',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        kinds: inAnyOrder(Object.keys(FOLLOWING_COMMANDS) as FollowingKind[]),
        amountMinor: fc.integer({ min: 100, max: 50_000 }),
        ahead: fc.integer({ min: 1, max: 1_000_000 }),
      }),
      async ({ kinds, amountMinor, ahead }, session) => {
        const shop = await openShop(session, worldOf(context));
        const walk = async (kind: FollowingKind): Promise<void> => {
          const command = await FOLLOWING_COMMANDS[kind](shop, amountMinor);
          const { paymentId } = command.input as { paymentId: string };
          const before = await look(shop, paymentId);
          const { version } = before.payment;
          for (const wrong of [version - 1, version + ahead].filter((each) => each > 0)) {
            const what = `A ${command.operation} (${kind}) with expectedVersion ${wrong}, made for version ${version},`;
            const reply = await send(shop, withVersion(shop, command, wrong));
            holdRefused(reply, ['VERSION_CONFLICT'], what);
            await holdUnchanged(shop, before, `${what} which was refused,`);
            context.hit('conflicts');
          }
          const reply = await send(shop, withVersion(shop, command, version));
          holdCarriedOut(
            reply,
            `A ${command.operation} (${kind}) with the present version ${version}`,
          );
          context.hit('carriedOut');
          await holdStale(shop, paymentId, version);
        };
        await Promise.all(kinds.map(walk));
      },
      { runs: 2 },
    ),
};

function withVersion(shop: Shop, { operation, input }: Command, version: number): Command {
  const idempotencyKey = shop.freshKey();
  return { operation, input: { ...input, idempotencyKey, expectedVersion: version } };
}

/** A version that was right is no longer, once a command was carried out. */
async function holdStale(shop: Shop, paymentId: string, version: number): Promise<void> {
  const { payment } = await look(shop, paymentId);
  hold(
    payment.version > version,
    `A command was carried out, but the version is still ${payment.version}.`,
    `above ${version}`,
    payment,
  );
  if (payment.status !== 'succeeded') return;
  const refund = { amountMinor: 1, expectedVersion: version };
  const what = `A refund for version ${version}, which is now ${payment.version},`;
  holdRefused(await shop.refund(paymentId, refund), ['VERSION_CONFLICT'], what);
}

type Racer = (shop: Shop, paymentId: string, version: number) => Promise<Reply<Payment | Refund>>;

const command =
  (operation: Parameters<Shop['command']>[0], more: Parameters<Shop['command']>[2] = {}): Racer =>
  (shop, paymentId, version) =>
    shop.command(operation, paymentId, { ...more, expectedVersion: version });

const refund =
  (amountMinor: number): Racer =>
  (shop, paymentId, version) =>
    shop.refund(paymentId, { amountMinor, expectedVersion: version });

/** Different commands, each of which would be carried out alone. */
const RACES: readonly { readonly stage: Stage; readonly racers: readonly Racer[] }[] = [
  {
    stage: 'requires_capture',
    racers: [
      command('capturePayment'),
      command('cancelPayment'),
      command('capturePayment', { amountMinor: 40 }),
      command('capturePayment', { amountMinor: 50 }),
    ],
  },
  { stage: 'succeeded', racers: [1, 2, 3, 4, 5].map(refund) },
  {
    stage: 'requires_review',
    racers: [
      command('reviewPayment', { decision: 'approve' }),
      command('reviewPayment', { decision: 'reject' }),
      command('cancelPayment'),
    ],
  },
  {
    stage: 'requires_confirmation',
    racers: [command('confirmPayment'), command('cancelPayment'), command('confirmPayment')],
  },
];

/** Long enough for the commands to meet in flight. */
const SLOW_PROVIDER_MS = 30;

const noLostUpdate: Check = {
  id: 'no-lost-update',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        amountMinor: fc.integer({ min: 100, max: 50_000 }),
        rotations: fc.array(fc.nat({ max: 4 }), { minLength: 4, maxLength: 4 }),
      }),
      async ({ amountMinor, rotations }, session) => {
        const shop = await openShop(session, worldOf(context));
        await slowDown(shop, SLOW_PROVIDER_MS);
        const race = async (index: number): Promise<void> => {
          const { stage, racers } = RACES[index]!;
          const { paymentId, version } = await paymentIn(shop, stage, { amountMinor });
          const from = (rotations[index] ?? 0) % racers.length;
          const inOrder = [...racers.slice(from), ...racers.slice(0, from)];
          const replies = await Promise.all(
            inOrder.map((racer) => racer(shop, paymentId, version)),
          );
          await holdOneTookEffect(shop, paymentId, stage, replies);
          context.hit('races');
        };
        await Promise.all(RACES.map((_, index) => race(index)));
      },
      { runs: 3 },
    ),
};

async function holdOneTookEffect(
  shop: Shop,
  paymentId: string,
  stage: Stage,
  replies: readonly Reply<Payment | Refund>[],
): Promise<void> {
  const codes = replies.map(codeOf);
  const what = `Of ${replies.length} different commands in parallel on a payment in ${stage}, all with its present version,`;
  const done = codes.filter((code) => code === 'ok').length;
  hold(done === 1, `${what} one should be carried out, but ${done} were.`, 1, codes);
  const odd = codes.find((code) => !['ok', 'VERSION_CONFLICT', 'INVALID_STATE'].includes(code));
  hold(
    odd === undefined,
    `${what} the others should be refused with VERSION_CONFLICT, but one is refused with ${odd}.`,
    'VERSION_CONFLICT',
    codes,
  );
  const winner = holdCarriedOut(replies[codes.indexOf('ok')]!, what);
  const [payment, charges] = await Promise.all([shop.get(paymentId), shop.chargesOf(paymentId)]);
  const refunds = charges.flatMap((charge) => charge.refunds).length;
  const isRefund = 'refundId' in winner;
  hold(
    refunds === (isRefund ? 1 : 0) && inForce(charges).length <= 1,
    `${what} one was carried out, and the provider has ${inForce(charges).length} charges in force and ${refunds} refunds.`,
    'what one command makes',
    booked(charges),
  );
  if ('refundId' in winner) return;
  hold(
    payment.status === winner.status,
    `${what} the one that was carried out led to ${winner.status}, but the payment is ${payment.status}.`,
    winner.status,
    payment.status,
  );
}

export const versions: readonly Check[] = [expectedVersion, noLostUpdate];
