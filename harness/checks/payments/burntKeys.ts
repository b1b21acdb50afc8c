/** PAY-IDEM-03: only what was carried out is kept under its key. */
import fc from 'fast-check';
import type {
  CreatePayment,
  Payment,
  PutRegion,
  Refund,
} from '../../../spec/payments/messages.d.ts';
import type { JsonObject } from '../../target/target.ts';
import { Violation } from '../check.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { prepare, send } from './commandCases.ts';
import type { Command } from './commandCases.ts';
import { inAnyOrder } from './inAnyOrder.ts';
import { holdRecovers, OUTAGES } from './passingOutages.ts';
import { killAndRestart } from '../kit/restart.ts';
import {
  bodyOf,
  booked,
  codeOf,
  holdRefused,
  holdUnchanged,
  look,
  paymentIdOf,
} from './refusals.ts';
import { GOOD_CARD, openShop, worldOf } from './shop.ts';
import type { PaymentRequest, Shop } from './shop.ts';
import { badDevice, DECLINED_CARD, paymentIn, POOR_CARD } from './stages.ts';

/** What is wrong with a createPayment that is otherwise in order. */
const MISTAKES: Readonly<Record<string, (request: CreatePayment) => object>> = {
  'amountMinor 0': (request) => ({ ...request, amountMinor: 0 }),
  'a negative amountMinor': (request) => ({ ...request, amountMinor: -5 }),
  'amountMinor 10.5': (request) => ({ ...request, amountMinor: 10.5 }),
  'a text as amountMinor': (request) => ({ ...request, amountMinor: '10' }),
  'no amountMinor': ({ amountMinor: _, ...request }) => request,
  'no customer': ({ customer: _, ...request }) => request,
  'a currency in lower case': (request) => ({ ...request, currency: 'eur' }),
  'a currency that does not exist': (request) => ({ ...request, currency: 'QQQ' }),
  'a wrong check digit': (request) => ({
    ...request,
    paymentMethod: { ...GOOD_CARD, number: '4242424242424241' },
  }),
  'a captureMethod that does not exist': (request) => ({ ...request, captureMethod: 'later' }),
};

const BAD_REQUEST_CODES = ['INVALID_REQUEST', 'UNSUPPORTED_CURRENCY', 'INVALID_PAYMENT_METHOD'];

const invalidBurnsNoKey: Check = {
  id: 'invalid-burns-no-key',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        mistakes: inAnyOrder(Object.keys(MISTAKES)),
        amountMinor: fc.integer({ min: 100, max: 50_000 }),
      }),
      async ({ mistakes, amountMinor }, session) => {
        const shop = await openShop(session, worldOf(context));
        const commands = await commandsWithMistakes(shop);
        const payments = mistakes.map((mistake): Reuse => {
          const request = shop.payment({ amountMinor });
          const wrong = MISTAKES[mistake]?.(request) ?? {};
          const valid: Command = { operation: 'createPayment', input: request };
          return { wrong, valid, mistake };
        });
        await Promise.all([
          ...[...payments, ...commands].map((each) => reuse(context, shop, each)),
          keyOfAWrongMoment(shop),
          keyOfAnUnknownPayment(shop),
        ]);
      },
      { runs: 2 },
    ),
};

interface Reuse {
  readonly wrong: object;
  readonly valid: Command;
  readonly mistake: string;
}

/** A mistake that is not answered with 400 is another clause's affair, and no evidence here. */
async function reuse(context: CheckContext, shop: Shop, { wrong, valid, mistake }: Reuse) {
  const { operation, input } = valid;
  const answer = await shop.session.raw(operation, wrong as JsonObject);
  if (answer.kind === 'malformed') throw new Violation(answer.reason);
  if (answer.kind !== 'refused' || !BAD_REQUEST_CODES.includes(answer.problem.code)) return;
  const { idempotencyKey } = input as { idempotencyKey: string };
  const found = await shop.findKey(idempotencyKey);
  const what = `After a ${operation} with ${mistake} was refused with ${answer.problem.code}, findKey of its key`;
  holdRefused(found, ['UNKNOWN_KEY'], what);
  const reply = await send(shop, valid);
  hold(
    reply.kind === 'ok',
    `A ${operation} with ${mistake} was refused with ${answer.problem.code}; a valid request with the same key is then refused with ${codeOf(reply)}.`,
    'a reply',
    reply.kind === 'ok' ? undefined : reply.problem,
  );
  context.hit('reused');
}

async function commandsWithMistakes(shop: Shop): Promise<Reuse[]> {
  const { paymentId: held } = await paymentIn(shop, 'requires_capture');
  const { paymentId: paid } = await paymentIn(shop, 'succeeded');
  const { paymentId: odd } = await paymentIn(shop, 'requires_review');
  const command = (operation: Command['operation'], paymentId: string, more: object) => ({
    operation,
    input: { idempotencyKey: shop.freshKey(), paymentId, ...more },
  });
  const capture = command('capturePayment', held, { amountMinor: 60 });
  const refund = command('createRefund', paid, { amountMinor: 60 });
  const review = command('reviewPayment', odd, { decision: 'approve' });
  return [
    { wrong: { ...capture.input, amountMinor: 0 }, valid: capture, mistake: 'amountMinor 0' },
    { wrong: { ...refund.input, amountMinor: -1 }, valid: refund, mistake: 'amountMinor -1' },
    { wrong: { ...review.input, decision: 'maybe' }, valid: review, mistake: 'decision "maybe"' },
  ];
}

/** 409 burns no key either: the same request is carried out once its time has come. */
async function keyOfAWrongMoment(shop: Shop): Promise<void> {
  const { paymentId } = await shop.pay({ confirm: false, captureMethod: 'manual' });
  const capture = { idempotencyKey: shop.freshKey(), paymentId };
  const early = await shop.attempt('capturePayment', capture);
  holdRefused(early, ['INVALID_STATE'], 'A capture before the confirmation');
  okOutput('confirmPayment', await shop.command('confirmPayment', paymentId));
  const reply = await shop.attempt<Payment>('capturePayment', capture);
  hold(
    reply.kind === 'ok',
    `A capture was refused with INVALID_STATE; when the payment had been authorised, the same request with the same key was refused with ${codeOf(reply)}.`,
    'a reply',
    reply,
  );
}

/** Nor does 404. */
async function keyOfAnUnknownPayment(shop: Shop): Promise<void> {
  const idempotencyKey = shop.freshKey();
  const unknown = { idempotencyKey, paymentId: shop.id('no-such-payment') };
  holdRefused(
    await shop.attempt('createRefund', unknown),
    ['UNKNOWN_PAYMENT'],
    'A refund of a payment that does not exist',
  );
  const { paymentId } = await shop.pay();
  const reply = await shop.attempt<Refund>('createRefund', { idempotencyKey, paymentId });
  hold(
    reply.kind === 'ok',
    `A refund was refused with UNKNOWN_PAYMENT; a refund with the same key was then refused with ${codeOf(reply)}.`,
    'a reply',
    reply,
  );
}

const DECLINES: Readonly<Record<string, (shop: Shop) => PaymentRequest>> = {
  'a declined card': () => ({ paymentMethod: DECLINED_CARD }),
  'insufficient funds': () => ({ paymentMethod: POOR_CARD }),
  'the fraud decision': (shop) => ({ customer: { deviceId: badDevice(shop) } }),
  'a sanctioned country': () => ({ customer: { country: 'KP' } }),
  'a blocked method': () => ({
    paymentMethod: { type: 'wallet', walletToken: 'wallet-of-ann-example' },
  }),
};

const declinesReplay: Check = {
  id: 'declines-replay',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        reasons: inAnyOrder(Object.keys(DECLINES)),
        isRecordedFirst: fc.boolean(),
      }),
      async ({ reasons, isRecordedFirst }, session) => {
        const shop = await openShop(session, worldOf(context), {
          region: { compliance: STRICT_RULES },
        });
        const walk = async (reason: string): Promise<void> => {
          const request = DECLINES[reason]?.(shop) ?? {};
          const command = await (isRecordedFirst ? toConfirm(shop, request) : toPay(shop, request));
          await holdDeclineReplays(shop, command, reason);
          context.hit('declines');
        };
        await Promise.all(reasons.map(walk));
      },
      { runs: 3 },
    ),
};

const STRICT_RULES: PutRegion['compliance'] = {
  sanctionedCountries: ['KP'],
  blockedMethods: ['wallet'],
  dataResidency: false,
};

async function toPay(shop: Shop, request: PaymentRequest): Promise<Command> {
  return { operation: 'createPayment', input: shop.payment(request) };
}

async function toConfirm(shop: Shop, request: PaymentRequest): Promise<Command> {
  const { paymentId } = await shop.pay({ ...request, confirm: false });
  return { operation: 'confirmPayment', input: { idempotencyKey: shop.freshKey(), paymentId } };
}

async function holdDeclineReplays(shop: Shop, command: Command, reason: string): Promise<void> {
  const { operation, input } = command;
  const what = `A ${operation} that is to be declined (${reason})`;
  const problem = holdRefused(await send(shop, command), ['DECLINED'], what);
  const paymentId = paymentIdOf(problem);
  const before = await look(shop, paymentId);
  const callsBefore = await chargeCalls(shop, paymentId);
  const repeat = async (since: string): Promise<void> => {
    const again = await send(shop, command);
    const problemAgain = holdRefused(
      again,
      ['DECLINED'],
      `A ${operation} that is sent again${since}`,
    );
    holdSame(
      problemAgain,
      problem,
      `A ${operation} that was declined (${reason}) is sent again${since} and gets another problem document.`,
    );
  };
  await repeat('');
  const calls = await chargeCalls(shop, paymentId);
  hold(
    calls === callsBefore,
    `A ${operation} that was declined (${reason}) was sent again with its key, and a provider was asked again.`,
    callsBefore,
    calls,
  );
  await holdUnchanged(shop, before, `A repetition of a declined ${operation}`);
  await holdKept(shop, (input as { idempotencyKey: string }).idempotencyKey, paymentId);
  if ((await shop.command('cancelPayment', paymentId)).kind === 'ok') {
    await repeat(' after its payment was canceled');
  }
}

async function chargeCalls(shop: Shop, paymentId: string): Promise<number> {
  return (await shop.world.calls(paymentId, ['createCharge'])).length;
}

async function holdKept(shop: Shop, idempotencyKey: string, paymentId: string): Promise<void> {
  const found = okOutput('findKey', await shop.findKey(idempotencyKey));
  holdSame(
    { state: found.state, paymentId: found.paymentId },
    { state: 'completed', paymentId },
    'findKey of a command that was declined should say that it is completed, and name the payment.',
  );
}

const unavailableBurnsNoKey: Check = {
  id: 'unavailable-burns-no-key',
  isolation: 'shared',
  async run(context) {
    const world = worldOf(context);
    const kinds = Object.entries(OUTAGES).map(async ([name, outage]) => {
      const shop = await openShop(context.session(), world);
      if (await holdRecovers(shop, name, outage)) context.hit('recovered');
    });
    await Promise.all(kinds);
  },
};

/** Under 24 hours, by a minute. */
const ALMOST_A_DAY_MS = (24 * 60 - 1) * 60_000;

const keyIsKeptADay: Check = {
  id: 'key-is-kept-a-day',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const { target } = context;
    const shop = await openShop(context.session(), worldOf(context));
    const sent = await Promise.all(
      ['pay', 'authorize', 'pay by a declined card', 'refund', 'capture', 'cancel'].map(
        async (kind) => {
          const command = await prepare(shop, kind, 1_000);
          return { kind, command, reply: await send(shop, command) };
        },
      ),
    );
    const charges = booked(await shop.charges());
    const holdStillReplayed = async (when: string): Promise<void> => {
      for (const { kind, command, reply } of sent) {
        const again = await send(shop, command);
        holdSame(
          bodyOf(again),
          bodyOf(reply),
          `A ${command.operation} (${kind}) that is repeated with its key ${when} gets another reply.`,
        );
        context.hit('replays');
      }
      holdSame(
        booked(await shop.charges()),
        charges,
        `Commands that were repeated with their keys ${when} changed the providers' ledger.`,
      );
    };
    const nowMs = target.startClockMs + ALMOST_A_DAY_MS;
    await shop.call('setClock', { nowMs });
    await holdStillReplayed('23 h 59 min later');
    if (!target.canRestart) return;
    await killAndRestart(target, nowMs);
    await holdStillReplayed('23 h 59 min later, after a crash,');
  },
};

export const burntKeys: readonly Check[] = [
  invalidBurnsNoKey,
  declinesReplay,
  unavailableBurnsNoKey,
  keyIsKeptADay,
];
