/** PAY-ROUTE-02: a provider's failure is passed on to the next one; its answer is not. */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { CreatePayment, Payment } from '../../../spec/payments/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdOneOf, holdSame } from '../kit/hold.ts';
import type { Reply } from '../kit/replies.ts';
import { MAX_RESOLVE_MS } from './patience.ts';
import { openRelay, providersAsked } from './relay.ts';
import type { Relay } from './relay.ts';
import { booked, codeOf, holdCarriedOut, holdRefused, paymentIdOf } from './refusals.ts';
import { worldOf } from './shop.ts';
import type { Shop } from './shop.ts';
import { inForce } from './worldQuestions.ts';
import type { Behaviour, ProviderDecline } from './worldQuestions.ts';

const retryableArbitrary = fc.constantFrom(500, 502, 503, 504, 507).map(failingWith);

function failingWith(status: number): Behaviour {
  return { kind: 'error', status };
}

const failsOver: Check = {
  id: 'fails-over',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        /** Of the providers before the one that is well. */
        failures: fc.array(retryableArbitrary, { minLength: 1, maxLength: 2 }),
        captureMethod: fc.constantFrom('automatic' as const, 'manual' as const),
      }),
      async ({ failures, captureMethod }, session) => {
        const { shop, providerIds } = await openRelay(session, worldOf(context), 4);
        await failFirst(shop, providerIds, failures);
        const expected = providerIds.slice(0, failures.length + 1);
        const what = `A payment whose first ${failures.length} providers give retryable errors`;
        const payment = holdCarriedOut(await shop.tryPay({ captureMethod }), what);
        holdSame(
          await providersAsked(shop),
          expected,
          `${what} should be taken to the next one by priority, then succeed there.`,
        );
        const tried = payment.route.map(({ providerId }) => providerId);
        holdSame([...new Set(tried)], expected, `${what} should tell all of them in its route.`);
        await holdChargedAt(shop, payment, expected.at(-1), what);
        context.hit('failovers', failures.length);
      },
      { runs: 8 },
    ),
};

async function failFirst(
  { world }: Shop,
  providerIds: readonly string[],
  behaviours: readonly Behaviour[],
): Promise<void> {
  await Promise.all(
    behaviours.map((behaviour, index) =>
      world.script('createCharge', providerIds[index] ?? '', [], behaviour),
    ),
  );
}

/** One charge is in force, at this provider if one is given, and says what the payment says. */
async function holdChargedAt(
  shop: Shop,
  { paymentId, status, amountReceivedMinor, amountCapturableMinor }: Payment,
  providerId: string | undefined,
  what: string,
): Promise<void> {
  const charges = inForce(await shop.charges());
  const [charge] = charges;
  hold(
    charge !== undefined && charges.length === 1,
    `${what} should have one charge in force, but ${charges.length} are.`,
    1,
    booked(charges),
  );
  hold(
    charge.paymentId === paymentId &&
      (providerId === undefined || charge.providerId === providerId),
    `${what} should be charged at ${providerId ?? 'one provider'}, but is charged at ${charge.providerId}.`,
    providerId,
    booked(charges),
  );
  const expected = amountCapturableMinor > 0 ? 'authorized' : 'captured';
  hold(
    charge.status === expected && charge.capturedMinor === amountReceivedMinor,
    `${what} is ${status} with ${amountReceivedMinor} received; its provider says ${charge.status} with ${charge.capturedMinor} captured.`,
    { status: expected, capturedMinor: amountReceivedMinor },
    charge,
  );
}

const attemptsAreBounded: Check = {
  id: 'attempts-are-bounded',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        maxProviderAttempts: fc.constantFrom(undefined, 1, 2, 3, 4),
        failure: retryableArbitrary,
      }),
      async ({ maxProviderAttempts, failure }, session) => {
        const bound = maxProviderAttempts ?? 3;
        const network = maxProviderAttempts === undefined ? {} : { maxProviderAttempts };
        const { shop, providerIds } = await openRelay(session, worldOf(context), 5, network);
        // The last one is well, and one too many.
        await failFirst(shop, providerIds, Array<Behaviour>(4).fill(failure));
        const what = `A payment with maxProviderAttempts ${bound} whose providers all give retryable errors`;
        const reply = await shop.tryPay();
        const problem = holdRefused(reply, ['NO_ROUTE_AVAILABLE'], what);
        holdSame(
          await providersAsked(shop),
          providerIds.slice(0, bound),
          `${what} should be tried at the first ${bound} of them.`,
        );
        const { status } = await shop.get(paymentIdOf(problem));
        holdSame(status, 'requires_confirmation', `${what} is left in ${status}.`);
        const charges = inForce(await shop.charges());
        hold(charges.length === 0, `${what} was charged.`, [], booked(charges));
        context.hit('exhausted');
      },
      { runs: 6 },
    ),
};

const DECLINE_CODES: readonly ProviderDecline[] = [
  'INSUFFICIENT_FUNDS',
  'CARD_DECLINED',
  'EXPIRED_CARD',
  'LOST_CARD',
];

const declinesAreFinal: Check = {
  id: 'declines-are-final',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        declineCode: fc.constantFrom(...DECLINE_CODES),
        /** Providers that give a retryable error first. */
        failures: fc.array(retryableArbitrary, { maxLength: 1 }),
      }),
      async ({ declineCode, failures }, session) => {
        const { shop, providerIds } = await openRelay(session, worldOf(context), 3);
        await failFirst(shop, providerIds, [...failures, { kind: 'decline', declineCode }]);
        const what = `A payment that its provider declines with ${declineCode}`;
        const problem = holdRefused(await shop.tryPay(), ['DECLINED'], what);
        hold(
          problem.declineCode === declineCode,
          `${what} should say so, but says ${String(problem.declineCode)}.`,
          declineCode,
          problem,
        );
        holdSame(
          await providersAsked(shop),
          providerIds.slice(0, failures.length + 1),
          `${what} should be taken to nobody else.`,
        );
        const payment = await shop.get(paymentIdOf(problem));
        holdOneOf(payment.status, ['requires_payment_method'], `${what} is left in`);
        const charges = inForce(await shop.charges());
        hold(charges.length === 0, `${what} was charged.`, [], booked(charges));
        context.hit('declines');
      },
      { runs: 6 },
    ),
};

/** The provider has the charge, and whoever asked for it does not know. */
const LOST_ANSWERS: readonly Behaviour[] = [
  { kind: 'silenceBooked' },
  { kind: 'resetBooked' },
  { kind: 'silenceBooked' },
  // Nothing was booked; that cannot be known either.
  { kind: 'silence' },
];

const timeoutsAreResolved: Check = {
  id: 'timeouts-are-resolved',
  isolation: 'shared',
  deadlineMs: 60_000,
  async run(context) {
    const walk = async (behaviour: Behaviour, index: number): Promise<void> => {
      const relay = await openRelay(context.session(), worldOf(context), 2);
      const { shop, providerIds } = relay;
      await shop.world.script('createCharge', providerIds[0]!, [behaviour]);
      const what = `A payment whose first provider ${behaviour.kind.endsWith('Booked') ? 'booked the charge and' : ''} did not answer (${behaviour.kind})`;
      const captureMethod = index % 2 === 0 ? 'automatic' : 'manual';
      const made = holdCarriedOut(await shop.tryPay({ captureMethod }), what);
      const payment = await shop.resolved(made.paymentId);
      holdOneOf(payment.status, ['succeeded', 'requires_capture'], `${what} should go on`);
      await holdChargedAt(shop, payment, undefined, what);
      await holdAskedFirst(relay, what);
      context.hit('timeouts');
    };
    await Promise.all(LOST_ANSWERS.map(walk));
  },
};

/** Whoever goes on to the second provider has asked the first one, or taken the charge back, before. */
async function holdAskedFirst({ shop, providerIds }: Relay, what: string): Promise<void> {
  const [first, second] = providerIds;
  const [elsewhere] = await shop.world.calls(second!, ['createCharge']);
  if (!elsewhere) return;
  const calls = await shop.world.calls(first!, ['getCharge', 'voidCharge']);
  hold(
    calls.some(({ index }) => index < elsewhere.index),
    `${what} was taken to the second provider before the first one was asked for the charge, or told to void it.`,
    'getCharge or voidCharge, then createCharge elsewhere',
    calls.map(({ operation }) => operation),
  );
}

/** How long a platform may take to see that nobody can be asked, or wait for it. */
const MAX_REPLY_WAIT_MS = 4_000;
/** How long the provider stays away after that. */
const STILL_AWAY_MS = 600;
const POLL_MS = 50;

const unknownStaysUnknown: Check = {
  id: 'unknown-stays-unknown',
  isolation: 'shared',
  deadlineMs: 60_000,
  async run(context) {
    const waysToBeAway: Behaviour[] = [{ kind: 'silence' }, failingWith(503)];
    await Promise.all(
      waysToBeAway.map(async (away) => {
        await holdUnknown(await openRelay(context.session(), worldOf(context), 2), away);
        context.hit('unknown');
      }),
    );
  },
};

/** @param away how the first provider behaves once it has booked the charge without an answer */
async function holdUnknown({ shop, providerIds }: Relay, away: Behaviour): Promise<void> {
  const first = providerIds[0]!;
  const scripts = (behaviour: Behaviour, booking: readonly Behaviour[]): Promise<unknown> =>
    Promise.all([
      shop.world.script('getCharge', first, [], behaviour),
      shop.world.script('voidCharge', first, [], behaviour),
      shop.world.script('createCharge', first, booking, behaviour),
    ]);
  await scripts(away, [{ kind: 'silenceBooked' }]);
  const what = 'A payment whose provider may have booked it and cannot be asked';
  const request = shop.payment();
  const answer = shop.attempt<Payment>('createPayment', request);
  const early = await Promise.race([answer, sleep(MAX_REPLY_WAIT_MS)]);
  if (early?.kind === 'refused') holdRefused(early, ['NO_ROUTE_AVAILABLE'], what);
  await holdWhileAway(shop, early?.kind === 'ok' ? early.output : undefined, first, what);
  await scripts({ kind: 'usual' }, []);
  const { paymentId } = await untilAnswered(shop, request, await answer, what);
  await holdAgrees(shop, await shop.resolved(paymentId), `${what} at first`);
}

async function holdWhileAway(
  shop: Shop,
  replied: Payment | undefined,
  first: string,
  what: string,
): Promise<void> {
  if (replied) holdOneOf(replied.status, ['processing'], `${what} should be told as processing`);
  const until = performance.now() + STILL_AWAY_MS;
  do {
    if (replied) {
      const { status } = await shop.get(replied.paymentId);
      holdOneOf(status, ['processing'], `${what} should stay processing`);
    }
    const elsewhere = (await shop.charges()).filter(({ providerId }) => providerId !== first);
    hold(
      elsewhere.length === 0,
      `${what} was taken to another provider.`,
      first,
      booked(elsewhere),
    );
    await sleep(POLL_MS);
  } while (performance.now() < until);
}

/** A 503 that came instead of a payment in processing: the same key leads to one. */
async function untilAnswered(
  shop: Shop,
  request: CreatePayment,
  reply: Reply<Payment>,
  what: string,
): Promise<Payment> {
  const until = performance.now() + MAX_RESOLVE_MS;
  let last = reply;
  while (last.kind === 'refused' && performance.now() < until) {
    await sleep(POLL_MS);
    last = await shop.attempt<Payment>('createPayment', request);
  }
  hold(
    last.kind === 'ok',
    `${what} was refused with 503; ${MAX_RESOLVE_MS / 1000} s after the provider answers again the same key still leads to ${codeOf(last)}.`,
    'a payment',
    last,
  );
  return last.output;
}

async function holdAgrees(shop: Shop, payment: Payment, what: string): Promise<void> {
  if (payment.status === 'succeeded') {
    await holdChargedAt(shop, payment, undefined, what);
    return;
  }
  const charges = inForce(await shop.charges());
  hold(
    charges.length === 0,
    `${what} is ${payment.status} in the end, with ${charges.length} charges in force.`,
    [],
    booked(charges),
  );
}

export const failOver: readonly Check[] = [
  failsOver,
  attemptsAreBounded,
  declinesAreFinal,
  timeoutsAreResolved,
  unknownStaysUnknown,
];
