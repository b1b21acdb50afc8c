/** A campaign as large as they get, made without a platform: its history, its feed page by page, and what the providers have. */
import type { FeedEvent, Payment } from '../../spec/payments/messages.d.ts';
import { chainHash, GENESIS_HASH } from '../../harness/checks/kit/hashChain.ts';
import type { CampaignCall } from '../../harness/checks/campaignJudge.ts';
import type { HistoryOperation } from '../../harness/history/history.ts';
import type { Json, JsonObject } from '../../harness/target/target.ts';
import type { World } from '../../harness/world/world.ts';

export interface LargeCampaign {
  readonly operations: readonly HistoryOperation[];
  readonly setUp: readonly { operation: string; input: JsonObject }[];
  readonly call: CampaignCall;
  readonly world: World;
}

const MERCHANTS = 200;
/** Each a payment.noted, which changes nothing: a platform may write more than the contract asks. */
const NOTED_EVENTS = 8;
const EVENTS_PER_PAYMENT = 8 + NOTED_EVENTS;
/** Of all commands: those whose reply was lost. */
const LOST_EVERY = 100;
const SETTLED = { rate: null, feeMinor: 0 };

export function largeCampaign(count: number): LargeCampaign {
  return {
    operations: Array.from({ length: count }, (_, index) => operationOf(index)),
    setUp: [
      { operation: 'putNetwork', input: { networkId: 'net' } },
      { operation: 'putRegion', input: { providers: [{ providerId: 'prov', priority: 0 }] } },
    ],
    call: async (operation, input) => ({ kind: 'ok', output: answer(count, operation, input) }),
    world: {
      url: 'http://memory.invalid',
      ask: async ({ ask, id }) => (ask === 'charges' ? chargesOf(count) : scoresOf(count, id)),
      complaints: async () => [],
      close: async () => undefined,
    },
  };
}

const idOf = (index: number): string => `pay-${index}`;
const merchantOf = (index: number): string => `shop${index % MERCHANTS}`;
const amountOf = (index: number): number => 100 + (index % 900);

function operationOf(index: number): HistoryOperation {
  const idempotencyKey = `k${index}`;
  const input = {
    ...{ idempotencyKey, merchantId: merchantOf(index), amountMinor: amountOf(index) },
    ...{ currency: 'EUR', customer: { deviceId: `dev${index}` } },
  };
  return {
    ...{ id: index + 1, process: index % 16, partition: idempotencyKey, idempotencyKey },
    ...{ operation: 'createPayment', input, callEvent: index * 2, callNs: index, faultsActive: [] },
    ...(index % LOST_EVERY === 0
      ? { outcome: 'info' }
      : {
          ...{ outcome: 'ok', output: viewOf(index) as unknown as Json },
          returnEvent: index * 2 + 1,
        }),
  };
}

function viewOf(index: number): Partial<Payment> {
  return {
    ...{ paymentId: idOf(index), merchantId: merchantOf(index), status: 'succeeded' },
    ...{ amountMinor: amountOf(index), currency: 'EUR', amountCapturableMinor: 0 },
    ...{ amountReceivedMinor: amountOf(index), amountRefundedMinor: 0 },
    version: EVENTS_PER_PAYMENT,
  };
}

function answer(count: number, operation: string, input: JsonObject): JsonObject {
  switch (operation) {
    case 'listEvents':
      return { events: page(count, Number(input['after']), Number(input['limit'])) as never };
    case 'getPayment':
      return viewOf(Number(String(input['paymentId']).slice('pay-'.length))) as JsonObject;
    case 'getTrialBalance':
      return { currency: 'EUR', ...sums(0) };
    case 'getAccount':
      return sums(netOf(count, String(input['accountId'])));
    default:
      throw new Error(`${operation} is not asked of a large campaign.`);
  }
}

function sums(creditsPostedMinor: number): JsonObject {
  const none = { debitsPostedMinor: 0, debitsPendingMinor: 0, creditsPendingMinor: 0 };
  return { ...none, creditsPostedMinor };
}

function netOf(count: number, accountId: string): number {
  const first = Number(accountId.split(':')[1]?.slice('shop'.length));
  let sum = 0;
  for (let index = first; index < count; index += MERCHANTS) sum += amountOf(index);
  return sum;
}

function page(count: number, after: number, limit: number): FeedEvent[] {
  const events: FeedEvent[] = [];
  const end = Math.min(after + limit, count * EVENTS_PER_PAYMENT);
  let index = Math.floor(after / EVENTS_PER_PAYMENT);
  for (let position = index * EVENTS_PER_PAYMENT; position < end; index += 1) {
    for (const event of streamOf(index)) {
      position += 1;
      if (position > after && position <= end) {
        events.push({ position, paymentId: idOf(index), event });
      }
    }
  }
  return events;
}

function streamOf(index: number): FeedEvent['event'][] {
  const amountMinor = amountOf(index);
  const paymentMethod = { type: 'card', last4: '4242', fingerprint: 'f' };
  const settlement = {
    ...SETTLED,
    currency: 'EUR',
    grossMinor: amountMinor,
    netMinor: amountMinor,
  };
  const created = { merchantId: merchantOf(index), amountMinor, currency: 'EUR' };
  const attempt = { attempt: 1, providerId: 'prov', regionId: 'eu', reference: `${index}.1` };
  const contents: [string, object][] = [
    ['payment.created', { ...created, captureMethod: 'automatic', paymentMethod }],
    ['payment.confirmed', { regionId: 'eu', paymentMethod }],
    ['fraud.decided', { decision: 'allow', level: 'normal' }],
    ['compliance.decided', { decision: 'pass', regionId: 'eu' }],
    ['provider.attempted', attempt],
    ['provider.answered', { attempt: 1, outcome: 'approved' }],
    ['payment.authorized', { amountMinor, expiresAtMs: 1 }],
    ['payment.captured', { amountMinor, settlement, providerFeeMinor: 1 }],
    ...Array.from({ length: NOTED_EVENTS }, (): [string, object] => ['payment.noted', {}]),
  ];
  let prevHash = GENESIS_HASH;
  return contents.map(([type, data], at) => {
    const event = { seq: at + 1, type, atMs: 1, data: data as JsonObject, prevHash, hash: '' };
    event.hash = chainHash(event);
    prevHash = event.hash;
    return event;
  });
}

function chargesOf(count: number): Json {
  return Array.from({ length: count }, (_, index) => ({
    ...{ providerId: 'prov', reference: `${index}.1`, paymentId: idOf(index), token: 't' },
    ...{ merchantId: merchantOf(index), amountMinor: amountOf(index), currency: 'EUR' },
    ...{ status: 'captured', capturedMinor: amountOf(index), refundedMinor: 0, feeMinor: 1 },
    ...{ requests: 1, refunds: [] },
  }));
}

/** The scorer's calls of a merchant. */
function scoresOf(count: number, merchantId: Json | undefined): Json {
  const first = Number(String(merchantId).slice('shop'.length));
  const calls: Json[] = [];
  for (let index = first; index < count; index += MERCHANTS) {
    calls.push({ input: { paymentId: idOf(index), deviceId: `dev${index}` } });
  }
  return calls;
}
