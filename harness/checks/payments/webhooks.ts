/** PAY-WH-01: merchants are told of every event, at least once. */
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PaymentEvent } from '../../../spec/payments/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { paymentOf } from './decisionReply.ts';
import { openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';
import { DECLINED_CARD, oddDevice } from './stages.ts';
import type { Behaviour, SeenCall } from './worldQuestions.ts';

/** What the clause gives a delivery. */
const DELIVERY_MS = 20_000;
const DELIVERY_POLL_MS = 50;
/** What becomes of the first deliveries. */
const FAILURES: readonly Behaviour[] = [
  { kind: 'error', status: 500 },
  { kind: 'reset' },
  { kind: 'silence' },
  { kind: 'error', status: 404 },
];

interface Delivery {
  readonly paymentId: string;
  readonly seq: number;
  readonly eventId: string;
  readonly type: string;
  readonly atMs: number;
}

interface Told extends Delivery {
  readonly isReceived: boolean;
}

async function webhookShop(
  context: CheckContext,
  failures: readonly Behaviour[],
  secret = 'whsec_of-the-shop',
): Promise<Shop> {
  const world = worldOf(context);
  const shop = await openShop(context.session(), world);
  const { merchantId } = shop;
  await world.script('receiveWebhook', merchantId, failures);
  const webhook = { url: `${world.url}/webhooks/${merchantId}`, secret };
  await shop.putMerchant({ merchantId, webhook });
  return shop;
}

const deliveredAtLeastOnce = (deliveryMs: number): Check => ({
  id: 'delivered-at-least-once',
  isolation: 'shared',
  deadlineMs: deliveryMs + 5_000,
  async run(context) {
    const shop = await webhookShop(context, FAILURES);
    const paymentIds = await paymentsOfManyKinds(shop);
    const expected = await eventsOf(shop, paymentIds);
    const isTold = (told: readonly Told[], key: string): boolean =>
      told.some((delivery) => delivery.isReceived && keyOf(delivery) === key);
    const told = await waitFor(
      () => deliveriesTo(shop),
      (seen) => [...expected.keys()].every((key) => isTold(seen, key)),
      deliveryMs,
    );
    for (const [key, { type }] of expected) {
      hold(
        isTold(told, key),
        `The event ${type} (${key}) did not reach the merchant's webhook within ${deliveryMs / 1_000} s; its first ${FAILURES.length} deliveries failed, the later ones would not have.`,
        'a delivery that the webhook received',
        told.filter((delivery) => keyOf(delivery) === key),
      );
      context.hit('events');
    }
    // What was written meanwhile may have been told too.
    holdTrue(told, await eventsOf(shop, paymentIds));
    const ids = new Set(told.map(({ eventId }) => eventId));
    context.hit('redelivered', told.length - ids.size);
  },
});

/** One that is paid and refunded, one declined, one approved after review, one authorised and canceled. @returns their ids */
async function paymentsOfManyKinds(shop: Shop): Promise<string[]> {
  const [paid, declined, odd, authorized] = await Promise.all([
    shop.pay(),
    shop.tryPay({ paymentMethod: DECLINED_CARD }),
    shop.pay({ customer: { deviceId: oddDevice(shop) } }),
    shop.authorize(),
  ]);
  okOutput('createRefund', await shop.refund(paid.paymentId, { amountMinor: 100 }));
  const approval = await shop.command('reviewPayment', odd.paymentId, { decision: 'approve' });
  okOutput('reviewPayment', approval);
  okOutput('cancelPayment', await shop.command('cancelPayment', authorized.paymentId));
  return [paid.paymentId, paymentOf(declined), odd.paymentId, authorized.paymentId];
}

async function eventsOf(
  shop: Shop,
  paymentIds: readonly string[],
): Promise<Map<string, PaymentEvent>> {
  const streams = await Promise.all(
    paymentIds.map(async (paymentId) =>
      (await shop.events(paymentId)).map(
        (event) => [keyOf({ paymentId, seq: event.seq }), event] as const,
      ),
    ),
  );
  return new Map(streams.flat());
}

function keyOf({ paymentId, seq }: Pick<Delivery, 'paymentId' | 'seq'>): string {
  return `seq ${seq} of ${paymentId}`;
}

/** In the order in which they came; the first ones met the failures. */
async function deliveriesTo(shop: Shop): Promise<Told[]> {
  const calls = await shop.world.calls(shop.merchantId, ['receiveWebhook']);
  return calls.map(({ input }, index) => ({
    ...(input as unknown as Delivery),
    isReceived: index >= FAILURES.length,
  }));
}

/** @throws Violation when a delivery tells what the stream does not, or an eventId does not stand for one event */
function holdTrue(told: readonly Told[], expected: ReadonlyMap<string, PaymentEvent>): void {
  const idOf = new Map<string, string>();
  const keyOfId = new Map<string, string>();
  for (const delivery of told) {
    const { eventId, type, atMs } = delivery;
    const key = keyOf(delivery);
    const event = expected.get(key);
    hold(
      event?.type === type && event.atMs === atMs,
      `A webhook tells of ${key} as ${type} at ${atMs}; ${event ? `the stream has ${event.type} at ${event.atMs} there` : 'no stream has such an event'}.`,
      event,
      delivery,
    );
    const firstId = idOf.get(key) ?? eventId;
    hold(
      firstId === eventId,
      `The deliveries of one event (${key}) have two eventIds: a consumer cannot know that it is one event.`,
      firstId,
      eventId,
    );
    const firstKey = keyOfId.get(eventId) ?? key;
    hold(
      firstKey === key,
      `Two events have one eventId, ${eventId}: a consumer that remembers eventIds would drop the second.`,
      firstKey,
      key,
    );
    idOf.set(key, eventId);
    keyOfId.set(eventId, key);
  }
}

const SECRETS = ['whsec_a-first-secret', 'another secret, of 30 letters.'];
const MIN_DELIVERIES = 6;

const deliveriesAreSigned = (deliveryMs: number): Check => ({
  id: 'deliveries-are-signed',
  isolation: 'shared',
  run: async (context) => {
    await Promise.all(
      SECRETS.map(async (secret) => {
        // The first one again, too, is signed.
        const shop = await webhookShop(context, [{ kind: 'error', status: 503 }], secret);
        await Promise.all([shop.pay(), shop.tryPay({ paymentMethod: DECLINED_CARD })]);
        const calls = await waitFor(
          () => shop.world.calls(shop.merchantId, ['receiveWebhook']),
          (seen) => seen.length >= MIN_DELIVERIES,
          deliveryMs,
        );
        for (const call of calls) {
          holdSigned(call, secret);
          context.hit('deliveries');
        }
      }),
    );
  },
});

/** So many seconds are the year 5138: more are milliseconds. */
const MAX_SECONDS = 100_000_000_000;

function holdSigned({ headers, body }: SeenCall, secret: string): void {
  const header = headers['casemark-signature'] ?? '';
  const parts = new Map(
    header.split(',').map((part) => {
      const [name = '', value = ''] = part.trim().split('=');
      return [name, value];
    }),
  );
  const time = parts.get('t') ?? '';
  hold(
    /^\d+$/.test(time) && Number(time) < MAX_SECONDS && parts.has('v1'),
    'A webhook should have the header Casemark-Signature: t=<seconds>,v1=<hex>.',
    't=<seconds>,v1=<hex>',
    headers,
  );
  const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  hold(
    parts.get('v1')?.toLowerCase() === signature,
    `The v1 of a webhook's signature is not HMAC-SHA256 with the merchant's secret over "${time}." and the body as it was sent.`,
    signature,
    header,
  );
}

/** @returns what was seen last: good or, after timeoutMs, not */
async function waitFor<T>(
  see: () => Promise<T>,
  isGood: (seen: T) => boolean,
  timeoutMs: number,
): Promise<T> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const seen = await see();
    if (isGood(seen) || performance.now() > until) return seen;
    await sleep(DELIVERY_POLL_MS);
  }
}

/** @param deliveryMs how long a delivery may take */
export function webhooks(deliveryMs: number = DELIVERY_MS): readonly Check[] {
  return [deliveredAtLeastOnce(deliveryMs), deliveriesAreSigned(deliveryMs)];
}
