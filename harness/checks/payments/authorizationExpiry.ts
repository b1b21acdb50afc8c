/** PAY-STATE-03: an authorisation ends at its deadline. */
import type { Payment } from '../../../spec/payments/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { booked, holdCarriedOut, holdRefused } from './refusals.ts';
import { openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';

const TTL_MS = 3_600_000;
const AMOUNT_MINOR = 4_200;

const authorizationExpires: Check = {
  id: 'authorization-expires',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const shop = await openExpiringShop(context);
    const nowMs = context.target.startClockMs + 1_000;
    await setClock(shop, nowMs);
    const deadlineMs = nowMs + TTL_MS;
    const [looked, captured, canceled] = await authorizeThree(shop, deadlineMs);
    await setClock(shop, deadlineMs - 1);
    for (const payment of [looked, captured, canceled]) {
      await holdStatus(shop, payment, 'requires_capture', 'one millisecond before its deadline');
    }
    await setClock(shop, deadlineMs);
    await holdExpired(shop, looked);
    // Nobody has looked at these since.
    await holdCaptureExpired(shop, captured);
    const cancel = await shop.command('cancelPayment', canceled);
    holdRefused(cancel, ['EXPIRED', 'INVALID_STATE'], 'A cancel of an expired authorisation');
    await setClock(shop, deadlineMs + TTL_MS);
    for (const payment of [looked, captured, canceled]) {
      await holdExpired(shop, payment);
      await holdCaptureExpired(shop, payment);
      await holdExpired(shop, payment);
      await holdOneExpiry(shop, payment);
      context.hit('expired');
    }
  },
};

async function openExpiringShop(context: CheckContext): Promise<Shop> {
  return openShop(context.session(), worldOf(context), { network: { authorizationTtlMs: TTL_MS } });
}

async function setClock(shop: Shop, nowMs: number): Promise<void> {
  await shop.call('setClock', { nowMs });
}

/** @returns the id of an authorised payment whose deadline is the one that the clock's time gives */
async function authorize(shop: Shop, amountMinor: number, deadlineMs: number): Promise<string> {
  const { authorizationExpiresAtMs, paymentId } = await shop.authorize({ amountMinor });
  hold(
    authorizationExpiresAtMs === deadlineMs,
    `An authorisation that holds ${TTL_MS} ms, given at ${deadlineMs - TTL_MS}, should expire at ${deadlineMs}, but says ${authorizationExpiresAtMs}.`,
    deadlineMs,
    authorizationExpiresAtMs,
  );
  return paymentId;
}

function authorizeThree(shop: Shop, deadlineMs: number): Promise<[string, string, string]> {
  return Promise.all([
    authorize(shop, AMOUNT_MINOR, deadlineMs),
    authorize(shop, AMOUNT_MINOR + 1, deadlineMs),
    authorize(shop, AMOUNT_MINOR + 2, deadlineMs),
  ]);
}

async function holdStatus(
  shop: Shop,
  paymentId: string,
  status: Payment['status'],
  when: string,
): Promise<void> {
  const payment = await shop.get(paymentId);
  hold(
    payment.status === status,
    `An authorisation should be ${status} ${when}, but is ${payment.status}.`,
    status,
    payment,
  );
}

async function holdExpired(shop: Shop, paymentId: string): Promise<void> {
  const payment = await shop.get(paymentId);
  const { status, cancellationReason, amountCapturableMinor, amountReceivedMinor } = payment;
  holdSame(
    { status, cancellationReason, amountCapturableMinor, amountReceivedMinor },
    {
      status: 'canceled',
      cancellationReason: 'expired',
      amountCapturableMinor: 0,
      amountReceivedMinor: 0,
    },
    `From its deadline on an authorisation should be canceled as expired, but it is ${status} (${cancellationReason}) with ${amountCapturableMinor} to capture.`,
  );
}

async function holdCaptureExpired(shop: Shop, paymentId: string): Promise<void> {
  const reply = await shop.command('capturePayment', paymentId);
  holdRefused(reply, ['EXPIRED'], 'A capture of an expired authorisation');
  const charges = await shop.chargesOf(paymentId);
  hold(
    charges.every(({ capturedMinor }) => capturedMinor === 0),
    'A capture of an expired authorisation was refused, and made at the provider all the same.',
    0,
    booked(charges),
  );
}

async function holdOneExpiry(shop: Shop, paymentId: string): Promise<void> {
  const events = await shop.events(paymentId);
  const expiries = events.filter(({ type }) => type === 'payment.expired').length;
  hold(
    expiries === 1,
    `An expired authorisation should have one event payment.expired, but has ${expiries}.`,
    1,
    events.map(({ type }) => type),
  );
}

/** Looks that come at once when the deadline has passed. */
const PARALLEL_LOOKS = 10;

const expiryReleasesHold: Check = {
  id: 'expiry-releases-hold',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const shop = await openExpiringShop(context);
    const nowMs = context.target.startClockMs + 1_000;
    await setClock(shop, nowMs);
    const deadlineMs = nowMs + TTL_MS;
    const [first, second, third] = await authorizeThree(shop, deadlineMs);
    const fourth = await authorize(shop, AMOUNT_MINOR + 3, deadlineMs);
    const heldMinor = 4 * AMOUNT_MINOR + 6;
    await setClock(shop, deadlineMs - 1);
    await Promise.all([first, second].map((paymentId) => shop.get(paymentId)));
    await holdPending(shop, heldMinor, 'one millisecond before the deadline');
    for (const paymentId of [third, fourth]) {
      holdCarriedOut(
        await shop.command('capturePayment', paymentId),
        'A capture one millisecond before the deadline',
      );
      context.hit('captured');
    }
    const expiringMinor = 2 * AMOUNT_MINOR + 1;
    await holdPending(shop, expiringMinor, 'when two of four were captured');
    await setClock(shop, deadlineMs);
    const looks = [first, second].flatMap((paymentId) =>
      Array.from({ length: PARALLEL_LOOKS }, (_, index) =>
        index % 3 === 0 ? shop.command('capturePayment', paymentId) : shop.get(paymentId),
      ),
    );
    await Promise.all(looks);
    await holdPending(shop, 0, 'after the deadline');
    for (const paymentId of [first, second]) {
      await holdExpired(shop, paymentId);
      await holdReleasedOnce(shop, paymentId);
      context.hit('expired');
    }
    for (const paymentId of [third, fourth]) {
      await holdStatus(shop, paymentId, 'succeeded', 'after its deadline, having been captured');
    }
    await holdPending(shop, 0, 'after another look');
  },
};

/** @throws Violation unless the merchant's account holds this much */
async function holdPending(shop: Shop, expectedMinor: number, when: string): Promise<void> {
  const account = await shop.account(`merchant:${shop.merchantId}:EUR`, 'EUR');
  const pendingMinor = account.creditsPendingMinor - account.debitsPendingMinor;
  hold(
    pendingMinor === expectedMinor,
    `The merchant's account should hold ${expectedMinor} pending ${when}, but holds ${pendingMinor}.`,
    expectedMinor,
    account,
  );
}

async function holdReleasedOnce(shop: Shop, paymentId: string): Promise<void> {
  const postings = await shop.postings(paymentId);
  const account = `merchant:${shop.merchantId}:EUR`;
  const released = postings.filter(({ kind, lines }) =>
    lines.some(
      ({ accountId, direction, layer }) =>
        kind === 'release' && accountId === account && direction === 'debit' && layer === 'pending',
    ),
  ).length;
  hold(
    released === 1,
    `The hold of an expired authorisation should be released once, but ${released} entries release it.`,
    1,
    postings,
  );
}

const deadlineSurvivesKill: Check = {
  id: 'deadline-survives-kill',
  isolation: 'exclusive',
  needs: ['virtual-clock', 'restart'],
  async run(context) {
    const { target } = context;
    holdCanRestart(target);
    const shop = await openExpiringShop(context);
    const nowMs = target.startClockMs + 1_000;
    await setClock(shop, nowMs);
    const deadlineMs = nowMs + TTL_MS;
    const [first, second, third] = await authorizeThree(shop, deadlineMs);
    await killAndRestart(target, deadlineMs - 1);
    for (const paymentId of [first, second, third]) {
      await holdStatus(shop, paymentId, 'requires_capture', 'after a restart before its deadline');
    }
    holdCarriedOut(
      await shop.command('capturePayment', third),
      'A capture after a restart, before the deadline',
    );
    await setClock(shop, deadlineMs);
    await holdExpired(shop, first);
    // Nobody has looked at the second one when the platform goes down again.
    await killAndRestart(target, deadlineMs + 1);
    await holdCaptureExpired(shop, second);
    for (const paymentId of [first, second]) {
      await holdExpired(shop, paymentId);
      await holdOneExpiry(shop, paymentId);
      context.hit('expired');
    }
    await holdStatus(shop, third, 'succeeded', 'after a capture before its deadline');
    await holdPending(shop, 0, 'after the deadline and a restart');
  },
};

export const authorizationExpiry: readonly Check[] = [
  authorizationExpires,
  expiryReleasesHold,
  deadlineSurvivesKill,
];
