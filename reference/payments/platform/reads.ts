/** What can be looked at. Everything shown is written. */
import type {
  FindKey,
  GetAccount,
  GetPayment,
  GetRefund,
  GetRisk,
  GetTrialBalance,
  ListEvents,
} from '../../../spec/payments/messages.d.ts';
import type { Answer } from '../../kit/service.ts';
import type { EventRow } from '../eventStore/database.ts';
import { GENESIS_HASH } from '../eventStore/eventRecord.ts';
import { refundView, riskView } from './paymentView.ts';
import type { Platform } from './platform.ts';
import { presentView } from './run.ts';
import type { Stream } from './state.ts';

const DEFAULT_FEED_LIMIT = 100;

type Read = (platform: Platform, input: object) => Answer;

export const reads: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['getPayment', onStream((platform, { payment }) => presentView(payment, platform.unsettled))],
  ['listPaymentEvents', onStream(listPaymentEvents)],
  ['listPostings', onStream(listPostings)],
  ['getRefund', (platform, input) => getRefund(platform, input as GetRefund)],
  ['findKey', (platform, input) => findKey(platform, input as FindKey)],
  ['listEvents', (platform, input) => listEvents(platform, input as ListEvents)],
  ['getAccount', (platform, input) => getAccount(platform, input as GetAccount)],
  ['getTrialBalance', (platform, input) => getTrialBalance(platform, input as GetTrialBalance)],
  ['getRisk', (platform, input) => getRisk(platform, input as GetRisk)],
]);

function onStream(show: (platform: Platform, stream: Stream) => object): Read {
  return (platform, input) => {
    const { paymentId } = input as GetPayment;
    const stream = platform.state.streams.get(paymentId);
    if (!stream) return unknownPayment(platform, paymentId);
    return { output: show(platform, stream) };
  };
}

function listPaymentEvents({ database }: Platform, { payment, positions }: Stream): object {
  let prevHash = GENESIS_HASH.toString('hex');
  const events = positions.map((position) => {
    const row = database.eventAt(position);
    const event = withHashes(row, prevHash);
    prevHash = event.hash;
    return event;
  });
  return { paymentId: payment.paymentId, events };
}

function withHashes({ body, hash }: EventRow, prevHash: string) {
  return { ...(JSON.parse(body) as { seq: number }), prevHash, hash: hash.toString('hex') };
}

function listPostings({ database }: Platform, { payment, positions }: Stream): object {
  const entries = positions.flatMap((position): unknown[] => {
    const { entries } = database.eventAt(position);
    return entries === null ? [] : (JSON.parse(entries) as unknown[]);
  });
  return { paymentId: payment.paymentId, entries };
}

function listEvents(
  { database, state }: Platform,
  { after = 0, limit = DEFAULT_FEED_LIMIT }: ListEvents,
): Answer {
  const hashes = new Map<string, string>();
  const events = database.events(after, limit).map((row) => {
    const { position, payment } = row;
    const prevHash = hashes.get(payment) ?? hashBefore(database, state.streams.get(payment), row);
    const event = withHashes(row, prevHash);
    hashes.set(payment, event.hash);
    return { position, paymentId: payment, event };
  });
  return { output: { events } };
}

function hashBefore(
  database: Platform['database'],
  stream: Stream | undefined,
  { position }: EventRow,
): string {
  const index = stream?.positions.indexOf(position) ?? 0;
  const before = stream?.positions[index - 1];
  const hash = before === undefined ? GENESIS_HASH : database.eventAt(before).hash;
  return hash.toString('hex');
}

function getRefund({ state, refusal }: Platform, { refundId }: GetRefund): Answer {
  const payment = state.streams.get(state.refunds.get(refundId) ?? '')?.payment;
  const refund = payment?.refunds.find((made) => made.refundId === refundId);
  if (!payment || !refund) return refusal('UNKNOWN_REFUND', `there is no refund ${refundId}`);
  return { output: refundView(payment, refund) };
}

/** A payment or refund is named only when it can be looked at. */
function findKey({ keys, database, state, refusal }: Platform, input: FindKey): Answer {
  const { idempotencyKey } = input;
  const claim = keys.inFlight(idempotencyKey);
  const row = claim ? undefined : database.key(idempotencyKey);
  if (!claim && !row) return refusal('UNKNOWN_KEY', `nothing is kept under ${idempotencyKey}`);
  const paymentId = claim?.paymentId ?? row?.payment ?? null;
  const refundId = claim?.refundId ?? row?.refund ?? null;
  return {
    output: {
      idempotencyKey,
      state: typeof row?.reply === 'string' ? 'completed' : 'in-progress',
      operation: claim?.operation ?? row?.operation,
      paymentId: paymentId !== null && state.streams.has(paymentId) ? paymentId : null,
      refundId: refundId !== null && state.refunds.has(refundId) ? refundId : null,
    },
  };
}

function getAccount({ state, refusal }: Platform, { accountId }: GetAccount): Answer {
  const account = state.ledger.account(accountId);
  if (!account) return refusal('UNKNOWN_ACCOUNT', `${accountId} has no lines`);
  return { output: { accountId, ...account } };
}

function getTrialBalance({ state, refusal }: Platform, input: GetTrialBalance): Answer {
  const { networkId, currency } = input;
  if (!state.networks.has(networkId)) {
    return refusal('UNKNOWN_NETWORK', `there is no network ${networkId}`);
  }
  return { output: { networkId, currency, ...state.ledger.trialBalance(networkId, currency) } };
}

function getRisk(platform: Platform, { merchantId, paymentId }: GetRisk): Answer {
  const { state, refusal } = platform;
  if (!state.merchants.has(merchantId)) {
    return refusal('UNKNOWN_MERCHANT', `there is no merchant ${merchantId}`);
  }
  const payment = state.streams.get(paymentId)?.payment;
  if (payment?.merchantId !== merchantId) return unknownPayment(platform, paymentId);
  return { output: riskView(payment) };
}

function unknownPayment({ refusal }: Platform, paymentId: string): Answer {
  return refusal('UNKNOWN_PAYMENT', `there is no payment ${paymentId}`);
}
