/** PAY-STATE-02: never more is captured than authorised, nor refunded than captured. */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { Payment, Refund } from '../../../spec/payments/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { booked, codeOf, holdRefused, holdUnchanged, look } from './refusals.ts';
import { openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';
import { slowDown } from './slowProvider.ts';
import type { ProviderCharge } from './worldQuestions.ts';

const RACERS = 20;
/** Long enough for the commands to meet in flight. */
const SLOW_PROVIDER_MS = 40;
/** What the loser of a race on a payment's state may be told. */
const LOST_RACE = ['VERSION_CONFLICT', 'INVALID_STATE'];

const capturesBounded: Check = {
  id: 'captures-bounded',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        amountMinor: fc.integer({ min: 100, max: 50_000 }),
        excesses: fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 2, maxLength: 3 }),
      }),
      async ({ amountMinor, excesses }, session) => {
        const shop = await openShop(session, worldOf(context));
        const { paymentId } = await shop.authorize({ amountMinor });
        const before = await look(shop, paymentId);
        for (const excess of [1, ...excesses, Number.MAX_SAFE_INTEGER - amountMinor]) {
          const capture = { amountMinor: amountMinor + excess };
          const what = `A capture of ${capture.amountMinor} of ${amountMinor} authorised`;
          const reply = await shop.command('capturePayment', paymentId, capture);
          holdRefused(reply, ['AMOUNT_EXCEEDS_AUTHORIZED'], what);
          await holdUnchanged(shop, before, `${what}, which was refused,`);
          context.hit('refused');
        }
        await raceCaptures(shop, paymentId, amountMinor);
        context.hit('raced', RACERS);
      },
      { runs: 3 },
    ),
};

async function raceCaptures(shop: Shop, paymentId: string, authorizedMinor: number): Promise<void> {
  await slowDown(shop, SLOW_PROVIDER_MS);
  const amounts = Array.from({ length: RACERS }, (_, index) => authorizedMinor - index);
  const replies = await Promise.all(
    amounts.map((amountMinor) => shop.command('capturePayment', paymentId, { amountMinor })),
  );
  const what = `${RACERS} parallel captures of one payment`;
  const winner = holdOneWinner(replies, what);
  const capturedMinor = amounts[winner] ?? 0;
  const [payment, charges, postings] = await Promise.all([
    shop.get(paymentId),
    shop.chargesOf(paymentId),
    shop.postings(paymentId),
  ]);
  const { status, amountReceivedMinor, amountCapturableMinor } = payment;
  holdSame(
    { status, amountReceivedMinor, amountCapturableMinor },
    { status: 'succeeded', amountReceivedMinor: capturedMinor, amountCapturableMinor: 0 },
    `Of ${what} the one of ${capturedMinor} succeeded; the payment is ${status} with ${amountReceivedMinor} received.`,
  );
  const atProvider = charges.reduce((sum, charge) => sum + charge.capturedMinor, 0);
  hold(
    atProvider === capturedMinor,
    `Of ${what} the one of ${capturedMinor} succeeded; the provider has captured ${atProvider}.`,
    capturedMinor,
    booked(charges),
  );
  const entries = postings.filter(({ kind }) => kind === 'capture').length;
  hold(entries === 1, `${what} made ${entries} ledger entries of the kind capture.`, 1, postings);
}

/** The index of the one that was carried out; the others lost the race. */
function holdOneWinner(replies: readonly Reply<unknown>[], what: string): number {
  const codes = replies.map(codeOf);
  const winners = codes.filter((code) => code === 'ok').length;
  hold(winners === 1, `Of ${what} exactly one should succeed, but ${winners} did.`, 1, codes);
  const odd = codes.find((code) => code !== 'ok' && !LOST_RACE.includes(code));
  hold(
    odd === undefined,
    `Of ${what} the losers should be refused with ${LOST_RACE.join(' or ')}, but one is refused with ${odd}.`,
    LOST_RACE,
    codes,
  );
  return codes.indexOf('ok');
}

/** So often a refund that lost a race is sent again, so far apart. */
const MAX_RESENDS = 40;
const RESEND_PAUSE_MS = 15;

const refundsBounded: Check = {
  id: 'refunds-bounded',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        /** The sums below are so many times as large. */
        unit: fc.integer({ min: 1, max: 500 }),
        /** What is refunded is bounded by what was captured, not by what was authorised. */
        isCapturedInPart: fc.boolean(),
      }),
      async ({ unit, isCapturedInPart }, session) => {
        const shop = await openShop(session, worldOf(context));
        const paymentId = await captured(shop, 100 * unit, isCapturedInPart);
        await slowDown(shop, SLOW_PROVIDER_MS);
        const watch = new AbortController();
        const decided = Promise.all(
          Array.from({ length: RACERS }, (_, index) =>
            refundUntilDecided(shop, paymentId, 30 * unit, index),
          ),
        ).finally(() => watch.abort());
        const [replies] = await Promise.all([
          decided,
          watchSums(shop, paymentId, 100 * unit, watch.signal),
        ]);
        await holdThree(shop, paymentId, replies, unit);
        context.hit('raced', RACERS);
      },
      { runs: 3 },
    ),
};

async function captured(shop: Shop, amountMinor: number, isInPart: boolean): Promise<string> {
  if (!isInPart) return (await shop.pay({ amountMinor })).paymentId;
  const { paymentId } = await shop.authorize({ amountMinor: 2 * amountMinor });
  okOutput('capturePayment', await shop.command('capturePayment', paymentId, { amountMinor }));
  return paymentId;
}

async function refundUntilDecided(
  shop: Shop,
  paymentId: string,
  amountMinor: number,
  index: number,
): Promise<Reply<Refund>> {
  const idempotencyKey = shop.freshKey();
  for (let resends = 0; ; resends += 1) {
    const reply = await shop.refund(paymentId, { idempotencyKey, amountMinor });
    if (codeOf(reply) !== 'VERSION_CONFLICT' || resends >= MAX_RESENDS) return reply;
    // Those that lost together do not come back together.
    await sleep(RESEND_PAUSE_MS + index);
  }
}

/** Reads until it is told to stop. */
async function watchSums(
  shop: Shop,
  paymentId: string,
  capturedMinor: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const [{ amountRefundedMinor }, charges] = await Promise.all([
      shop.get(paymentId),
      shop.chargesOf(paymentId),
    ]);
    const seen = Math.max(amountRefundedMinor, refundedOf(charges));
    hold(
      seen <= capturedMinor,
      `During ${RACERS} parallel refunds ${seen} of ${capturedMinor} captured were refunded.`,
      `at most ${capturedMinor}`,
      seen,
    );
    await sleep(RESEND_PAUSE_MS);
  }
}

function refundedOf(charges: readonly ProviderCharge[]): number {
  return charges
    .flatMap(({ refunds }) => refunds)
    .filter(({ status }) => status === 'succeeded')
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}

async function holdThree(
  shop: Shop,
  paymentId: string,
  replies: readonly Reply<Refund>[],
  unit: number,
): Promise<void> {
  const codes = replies.map(codeOf);
  const what = `Of ${RACERS} parallel refunds of ${30 * unit} on ${100 * unit}`;
  const succeeded = codes.filter((code) => code === 'ok').length;
  hold(succeeded === 3, `${what} exactly 3 should succeed, but ${succeeded} did.`, 3, codes);
  const odd = codes.find((code) => code !== 'ok' && code !== 'REFUND_EXCEEDS_CAPTURED');
  hold(
    odd === undefined,
    `${what} those that are too many should be refused with REFUND_EXCEEDS_CAPTURED, but one is refused with ${odd}.`,
    'REFUND_EXCEEDS_CAPTURED',
    codes,
  );
  const [{ amountRefundedMinor }, charges] = await Promise.all([
    shop.get(paymentId),
    shop.chargesOf(paymentId),
  ]);
  holdSame(
    { payment: amountRefundedMinor, provider: refundedOf(charges) },
    { payment: 90 * unit, provider: 90 * unit },
    `${what} 3 succeeded; the payment tells of ${amountRefundedMinor} refunded, the provider of ${refundedOf(charges)}.`,
  );
}

/** What is canceled is voided at the provider, perhaps a little later. */
const MAX_VOID_WAIT_MS = 20_000;
const VOID_POLL_MS = 25;

const captureOrCancel: Check = {
  id: 'capture-or-cancel',
  isolation: 'shared',
  deadlineMs: 75_000,
  run: (context) =>
    context.property(
      fc.record({
        amountMinor: fc.integer({ min: 100, max: 50_000 }),
        /** How long the capture waits for the cancel, or the other way round. */
        headStarts: fc.array(fc.integer({ min: -12, max: 12 }), { minLength: 4, maxLength: 4 }),
      }),
      async ({ amountMinor, headStarts }, session) => {
        const shop = await openShop(session, worldOf(context));
        await slowDown(shop, SLOW_PROVIDER_MS / 4);
        const race = async (headStartMs: number): Promise<void> => {
          const { paymentId } = await shop.authorize({ amountMinor });
          await raceCaptureAndCancel(shop, paymentId, headStartMs);
          context.hit('races');
        };
        await Promise.all([0, ...headStarts].map(race));
      },
      { runs: 3 },
    ),
};

async function raceCaptureAndCancel(
  shop: Shop,
  paymentId: string,
  headStartMs: number,
): Promise<void> {
  const after = async (
    ms: number,
    operation: 'capturePayment' | 'cancelPayment',
  ): Promise<Reply<Payment>> => {
    if (ms > 0) await sleep(ms);
    return shop.command(operation, paymentId);
  };
  const replies = await Promise.all([
    after(headStartMs, 'capturePayment'),
    after(-headStartMs, 'cancelPayment'),
  ]);
  const isCaptured = holdOneWinner(replies, 'a capture and a cancel in parallel') === 0;
  const { status, amountReceivedMinor } = await shop.get(paymentId);
  const expected = isCaptured ? 'succeeded' : 'canceled';
  const winner = isCaptured ? 'capture' : 'cancel';
  hold(
    status === expected,
    `Of a capture and a cancel in parallel the ${winner} succeeded, but the payment is ${status}.`,
    expected,
    status,
  );
  const [charge] = await settledCharges(shop, paymentId, isCaptured);
  const wanted = isCaptured ? 'captured' : 'voided';
  hold(
    charge?.status === wanted && charge.capturedMinor === amountReceivedMinor,
    `Of a capture and a cancel in parallel the ${winner} succeeded, and the provider's charge is ${charge?.status} with ${charge?.capturedMinor} captured.`,
    { status: wanted, capturedMinor: amountReceivedMinor },
    charge,
  );
}

/** The payment's charges; of a canceled one once nothing is authorised any more. */
async function settledCharges(
  shop: Shop,
  paymentId: string,
  isCaptured: boolean,
): Promise<ProviderCharge[]> {
  const until = performance.now() + MAX_VOID_WAIT_MS;
  for (;;) {
    const charges = await shop.chargesOf(paymentId);
    const isOpen = charges.some(({ status }) => status === 'authorized');
    if (isCaptured || !isOpen || performance.now() > until) return charges;
    await sleep(VOID_POLL_MS);
  }
}

export const boundedSums: readonly Check[] = [capturesBounded, refundsBounded, captureOrCancel];
