/** What the platform knows, in memory: all of it is made of written events and settings, live and at recovery by the same code. */
import type {
  ExchangeRate,
  Merchant,
  Network,
  PutMerchant,
  PutRegion,
} from '../../../spec/payments/messages.d.ts';
import type { EventRow, SettingRow } from '../eventStore/database.ts';
import { chainHash, GENESIS_HASH } from '../eventStore/eventRecord.ts';
import type { Entry, EventRecord, StreamEnd } from '../eventStore/eventRecord.ts';
import { ledger } from '../eventStore/ledger.ts';
import type { Ledger } from '../eventStore/ledger.ts';
import { chargeOf, fold } from '../eventStore/payment.ts';
import type { Payment } from '../eventStore/payment.ts';
import type { PaymentEvent } from '../eventStore/paymentEvents.ts';
import { deadlines } from '../../kit/deadlines.ts';
import type { Deadlines } from '../../kit/deadlines.ts';
import type { LedgerRecord } from '../reconciliation/reconcile.ts';

export interface Region extends PutRegion {
  readonly up: boolean;
  /** Later puts have higher numbers: of two regions that name a country the later one serves it. */
  readonly putNumber: number;
}

export interface Stream extends StreamEnd {
  /** Of its events, in order. */
  readonly positions: number[];
}

export interface State {
  readonly networks: Map<string, Network>;
  /** By network, then by region. */
  readonly regions: Map<string, Map<string, Region>>;
  /** By `network:from:to`. */
  readonly rates: Map<string, ExchangeRate>;
  readonly merchants: Map<string, Merchant & Pick<PutMerchant, 'webhook'>>;
  readonly streams: Map<string, Stream>;
  /** Payment of each refund. */
  readonly refunds: Map<string, string>;
  readonly ledger: Ledger;
  /** When authorisations end. */
  readonly holds: Deadlines;
  /** What reconciliation compares, by `network:provider`, in the order of the feed. */
  readonly settled: Map<string, (LedgerRecord & { readonly atMs: number })[]>;
}

export function emptyState(): State {
  return {
    networks: new Map(),
    regions: new Map(),
    rates: new Map(),
    merchants: new Map(),
    streams: new Map(),
    refunds: new Map(),
    ledger: ledger(),
    holds: deadlines(),
    settled: new Map(),
  };
}

export function applySetting(state: State, { kind, id, value }: SettingRow): void {
  const setting: unknown = JSON.parse(value);
  if (kind === 'network') state.networks.set(id, setting as Network);
  else if (kind === 'rate') state.rates.set(id, setting as ExchangeRate);
  else if (kind === 'merchant') state.merchants.set(id, setting as Merchant);
  else {
    const region = setting as Region;
    const regions = state.regions.get(region.networkId) ?? new Map<string, Region>();
    state.regions.set(region.networkId, regions.set(region.regionId, region));
  }
}

type Written = Pick<EventRecord, 'paymentId' | 'event' | 'hash' | 'entries'>;

/** Takes in a written event: its payment, its ledger entries, its deadline. */
export function applyRecord(state: State, record: Written, position: number): Stream {
  const { paymentId, event, hash } = record;
  const stream = state.streams.get(paymentId);
  const payment = fold(stream?.payment, paymentId, event);
  const positions = stream?.positions ?? [];
  positions.push(position);
  const written = { payment, lastHash: hash, positions };
  state.streams.set(paymentId, written);
  for (const { lines } of record.entries) state.ledger.post(payment.networkId, lines);
  if (event.type === 'payment.authorized') state.holds.set(paymentId, event.data.expiresAtMs);
  if (event.type === 'refund.requested') state.refunds.set(event.data.refundId, paymentId);
  noteSettled(state, payment, event);
  return written;
}

function noteSettled(state: State, payment: Payment, event: PaymentEvent): void {
  if (event.type !== 'payment.captured' && event.type !== 'payment.refunded') return;
  const account = `${payment.networkId}:${chargeOf(payment)?.providerId ?? ''}`;
  let records = state.settled.get(account);
  if (!records) state.settled.set(account, (records = []));
  const isCapture = event.type === 'payment.captured';
  records.push({
    type: isCapture ? 'charge' : 'refund',
    paymentId: payment.paymentId,
    refundId: isCapture ? null : event.data.refundId,
    amountMinor: event.data.amountMinor,
    currency: payment.currency,
    feeMinor: isCapture ? event.data.providerFeeMinor : 0,
    atMs: event.atMs,
  });
}

export class CorruptStore extends Error {
  constructor(position: number, paymentId: string) {
    super(
      `the event at position ${position} (${paymentId}) does not fit its hash: the event store is not what was written. Restore it from a copy, or start on an empty data directory.`,
    );
    this.name = 'CorruptStore';
  }
}

/** Takes in an event as it stands in the store, while checking the chain of its stream. */
export function applyRow(state: State, row: EventRow): Stream {
  const paymentId = row.payment;
  const previous = state.streams.get(paymentId)?.lastHash ?? GENESIS_HASH;
  const { position, body, hash } = row;
  if (!chainHash(previous, body).equals(hash)) throw new CorruptStore(position, paymentId);
  const event = { ...JSON.parse(body), kept: parse(row.kept) } as PaymentEvent;
  const entries = (parse(row.entries) ?? []) as Entry[];
  return applyRecord(state, { paymentId, event, hash, entries }, position);
}

function parse(json: string | null): unknown {
  return json === null ? null : JSON.parse(json);
}
