/** PAY-IDEM-02: a key belongs to one request. */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { CreatePayment, Payment, Refund } from '../../../spec/payments/messages.d.ts';
import type { Answer, JsonObject } from '../../target/target.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { FOLLOWING_COMMANDS, send } from './commandCases.ts';
import type { Command } from './commandCases.ts';
import { isHeld } from './heldCall.ts';
import { inAnyOrder } from './inAnyOrder.ts';
import { booked, holdRefused, holdUnchanged, look } from './refusals.ts';
import { openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';
import { OTHER_CARD, paymentIn } from './stages.ts';

/** Each would be carried out under a key of its own. */
const OTHER_BODIES: Readonly<Record<string, (first: CreatePayment) => Partial<CreatePayment>>> = {
  amountMinor: ({ amountMinor }) => ({ amountMinor: amountMinor + 1 }),
  currency: () => ({ currency: 'USD' }),
  captureMethod: () => ({ captureMethod: 'automatic' }),
  confirm: () => ({ confirm: false }),
  description: () => ({ description: 'Another order' }),
  paymentMethod: () => ({ paymentMethod: OTHER_CARD }),
  customer: ({ customer }) => ({ customer: { ...customer, name: 'Bob Example' } }),
};

const anotherBody: Check = {
  id: 'key-with-another-body',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        amountMinor: fc.integer({ min: 100, max: 50_000 }),
        changes: inAnyOrder(Object.keys(OTHER_BODIES)),
      }),
      async ({ amountMinor, changes }, session) => {
        const shop = await openShop(session, worldOf(context));
        const made = await Promise.all([
          conflictOfPayments(context, shop, amountMinor, changes),
          conflictOfRefunds(context, shop, amountMinor),
          conflictOfCaptures(context, shop, amountMinor),
          conflictOfOperations(context, shop, amountMinor),
        ]);
        const payments = new Set(made.flat());
        const others = (await shop.charges()).filter(({ paymentId }) => !payments.has(paymentId));
        hold(
          others.length === 0,
          'A request that was refused because of its key was charged all the same.',
          [],
          booked(others),
        );
      },
      { runs: 3 },
    ),
};

/** The functions below answer the payments that they made. */
async function conflictOfPayments(
  context: CheckContext,
  shop: Shop,
  amountMinor: number,
  changes: readonly string[],
): Promise<string[]> {
  const request = shop.payment({ amountMinor, captureMethod: 'manual', description: 'An order' });
  const { idempotencyKey } = request;
  const { paymentId } = await shop.call<Payment>('createPayment', request);
  const before = await look(shop, paymentId);
  for (const change of changes) {
    const other = { ...request, ...OTHER_BODIES[change]?.(request) };
    const what = `A createPayment with another ${change} under a used key`;
    await holdConflict(context, shop, { operation: 'createPayment', input: other }, what);
  }
  const capture: Command = { operation: 'capturePayment', input: { idempotencyKey, paymentId } };
  await holdConflict(context, shop, capture, 'A capturePayment with the key of its payment');
  await holdUnchanged(shop, before, 'Another request under the key of a payment');
  const again = await shop.call<Payment>('createPayment', request);
  hold(
    again.paymentId === paymentId,
    'After other requests under its key the first request no longer gets its own payment.',
    paymentId,
    again.paymentId,
  );
  return [paymentId];
}

async function conflictOfRefunds(
  context: CheckContext,
  shop: Shop,
  amountMinor: number,
): Promise<string[]> {
  const request = shop.payment({ amountMinor });
  const { paymentId } = await shop.call<Payment>('createPayment', request);
  const idempotencyKey = shop.freshKey();
  const refund = { idempotencyKey, paymentId, amountMinor: 10 };
  await shop.call<Refund>('createRefund', refund);
  const before = await look(shop, paymentId);
  const others = [
    { ...refund, amountMinor: 11 },
    { ...refund, reason: 'duplicate' },
    // The key of another operation, about the same payment.
    { ...refund, idempotencyKey: request.idempotencyKey },
  ];
  for (const input of others) {
    const what = `Another createRefund under the used key ${input.idempotencyKey}`;
    await holdConflict(context, shop, { operation: 'createRefund', input }, what);
  }
  await holdUnchanged(shop, before, 'A refund under a used key');
  return [paymentId];
}

async function conflictOfCaptures(
  context: CheckContext,
  shop: Shop,
  amountMinor: number,
): Promise<string[]> {
  const first = await shop.authorize({ amountMinor });
  const second = await shop.authorize({ amountMinor });
  const idempotencyKey = shop.freshKey();
  const capture = (paymentId: string): Command => ({
    operation: 'capturePayment',
    input: { idempotencyKey, paymentId },
  });
  okOutput('capturePayment', await send(shop, capture(first.paymentId)));
  const before = await look(shop, second.paymentId);
  await holdConflict(
    context,
    shop,
    capture(second.paymentId),
    'A capture of another payment under a used key',
  );
  await holdUnchanged(shop, before, 'A capture with the key of another payment’s capture');
  return [first.paymentId, second.paymentId];
}

/** The same body, and another operation. */
async function conflictOfOperations(
  context: CheckContext,
  shop: Shop,
  amountMinor: number,
): Promise<string[]> {
  const request = { amountMinor, captureMethod: 'manual' } as const;
  const { paymentId } = await paymentIn(shop, 'requires_confirmation', request);
  const input = { idempotencyKey: shop.freshKey(), paymentId };
  okOutput('confirmPayment', await send(shop, { operation: 'confirmPayment', input }));
  const before = await look(shop, paymentId);
  for (const operation of ['capturePayment', 'cancelPayment'] as const) {
    const what = `A ${operation} with the key of a confirmPayment with the same body`;
    await holdConflict(context, shop, { operation, input }, what);
  }
  await holdUnchanged(shop, before, 'A command with the key of another operation');
  return [paymentId];
}

async function holdConflict(
  { hit }: CheckContext,
  shop: Shop,
  command: Command,
  what: string,
): Promise<void> {
  holdRefused(await send(shop, command), ['IDEMPOTENCY_KEY_REUSED'], what);
  hit('conflicts');
}

/** Which outside call each waits for. */
const OUTSIDE_CALLS = {
  pay: 'createCharge',
  confirm: 'createCharge',
  approve: 'createCharge',
  capture: 'captureCharge',
  refund: 'refundCharge',
} as const;
/** Repeated with the same one it is the same booking. */
const REFERENCES = {
  createCharge: 'reference',
  captureCharge: 'captureReference',
  refundCharge: 'refundReference',
} as const;
type HeldKind = keyof typeof OUTSIDE_CALLS;

/** Long enough for a repetition to act, if it does. */
const HOLD_MS = 100;
/** Nothing may time out while it is held. */
const LONG_TIMEOUT_MS = 10_000;
const REPEATS = 3;

const keyInFlight: Check = {
  id: 'key-in-flight',
  isolation: 'shared',
  async run(context) {
    const world = worldOf(context);
    const overlap = async (kind: HeldKind): Promise<void> => {
      const network = { callTimeoutMs: LONG_TIMEOUT_MS };
      const shop = await openShop(context.session(), world, { network });
      const command = await prepare(shop, kind);
      const { operation, input } = command;
      const outside = OUTSIDE_CALLS[kind];
      await world.script(outside, shop.providerId, [{ kind: 'hold' }]);
      const raw = (): Promise<Answer> => shop.session.raw(operation, input as JsonObject);
      const first = raw();
      const held = await isHeld(world, outside, shop.providerId, first);
      const repeats = Array.from({ length: REPEATS }, raw);
      await sleep(HOLD_MS);
      const seen = await world.calls(shop.providerId, [outside]);
      await world.release(outside, shop.providerId);
      const answers = await Promise.all([first, ...repeats]);
      const references = new Set(seen.map((call) => call.input[REFERENCES[outside]]));
      hold(
        references.size <= 1,
        `While ${operation} (${kind}) was in flight its repetition went to the provider too: ${outside} was called with ${references.size} references.`,
        1,
        [...references],
      );
      answers.forEach((answer, index) =>
        holdWaitedOrRefused(answer, `${operation} (${kind})`, index > 0),
      );
      const last = okOutput(operation, await send(shop, command));
      const replies = answers.flatMap((answer) => (answer.kind === 'ok' ? [answer.output] : []));
      holdOneReply([...replies, last], `${operation} (${kind})`);
      await holdOneBooking(shop, last.paymentId, `${operation} (${kind})`);
      if (held) context.hit('overlaps', REPEATS);
    };
    await Promise.all(Object.keys(OUTSIDE_CALLS).map((kind) => overlap(kind as HeldKind)));
  },
};

async function prepare(shop: Shop, kind: HeldKind): Promise<Command> {
  if (kind !== 'pay') return FOLLOWING_COMMANDS[kind](shop, 1_000);
  return { operation: 'createPayment', input: shop.payment() };
}

function holdWaitedOrRefused(answer: Answer, what: string, isRepeat: boolean): void {
  if (answer.kind === 'ok') return;
  const code = answer.kind === 'refused' ? answer.problem.code : answer.kind;
  const name = isRepeat ? `A repetition of ${what} in flight` : `${what}, repeated in flight,`;
  hold(
    isRepeat && code === 'IDEMPOTENCY_IN_PROGRESS',
    `${name} should ${isRepeat ? 'wait for the reply or be refused with IDEMPOTENCY_IN_PROGRESS' : 'be carried out'}, but was answered with ${code}.`,
    isRepeat ? ['a reply', 'IDEMPOTENCY_IN_PROGRESS'] : 'a reply',
    answer,
  );
}

/** One that acted again would tell of another version, if of nothing else. */
function holdOneReply(replies: readonly object[], what: string): void {
  const [first, ...others] = replies.filter((reply) => !isInterim(reply));
  for (const other of others) {
    holdSame(other, first, `${what}, repeated in flight, has two different final replies.`);
  }
}

function isInterim(reply: { readonly status?: unknown }): boolean {
  return reply.status === 'processing' || reply.status === 'pending';
}

async function holdOneBooking(shop: Shop, paymentId: string, what: string): Promise<void> {
  const charges = await shop.charges();
  const refunds = charges.flatMap((charge) => charge.refunds);
  hold(
    charges.length === 1 && charges[0]?.paymentId === paymentId && refunds.length <= 1,
    `${what}, repeated in flight, made ${charges.length} charges and ${refunds.length} refunds at the provider.`,
    'one charge, one refund at most',
    booked(charges),
  );
}

export const keyConflicts: readonly Check[] = [anotherBody, keyInFlight];
