/** What the test platform knows: a fold over what is on its disk, and over nothing else. */
import type {
  Allocation,
  Customer,
  Entry,
  MaskedMethod,
  Merchant,
  Network,
  Payment,
  PaymentEvent,
  PutMerchant,
  PutRegion,
  ReconciliationRun,
  Refund,
  Settlement,
  Split,
} from '../../../../spec/payments/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';

/** A command with the key that it came under. */
export interface Command {
  readonly idempotencyKey: string;
  readonly operation: string;
  /** Operation and body as canonical JSON. */
  readonly identity: string;
}

export interface Attempt {
  readonly attempt: number;
  readonly providerId: string;
  readonly regionId: string;
  readonly reference: string;
  outcome: Payment['route'][number]['outcome'];
}

/** What a payment has begun and not yet ended: a restart goes on from here. */
export type Work =
  | { readonly kind: 'confirm'; readonly command: Command }
  | { readonly kind: 'capture'; readonly command: Command; readonly amountMinor: number }
  | { readonly kind: 'cancel'; readonly command: Command };

export interface PaymentState {
  readonly paymentId: string;
  readonly merchantId: string;
  readonly networkId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly captureMethod: 'automatic' | 'manual';
  readonly customer: Customer;
  readonly splits: readonly Split[] | null;
  readonly createdMs: number;
  method: MaskedMethod;
  /** Null when the vault has given none. */
  token: string | null;
  status: Payment['status'];
  work: Work | null;
  /** The provider has not told the outcome of `work` in time. */
  isUnresolved: boolean;
  regionId: string | null;
  attempts: Attempt[];
  /** Attempts of earlier confirmations. */
  earlierAttempts: number;
  fraud: 'undecided' | 'allow' | 'review' | 'approved';
  compliance: 'undecided' | 'pass';
  risk: Payment['risk'] & { score: number | null };
  declineCode: Payment['declineCode'];
  cancellationReason: Payment['cancellationReason'];
  settlement: Settlement | null;
  allocations: Allocation[];
  capturableMinor: number;
  receivedMinor: number;
  refundedMinor: number;
  /** Of the refunds, in the settlement currency. */
  refundedGrossMinor: number;
  providerFeeMinor: number;
  expiresAtMs: number | null;
  holdEntryId: string | null;
  version: number;
}

export interface RefundState extends Refund {
  readonly command: Command;
  /** Whether the stream has its refund.requested. */
  isRequested: boolean;
}

export interface KeptKey extends Command {
  /** `released`: refused with a 503; the next request under the key may go on with the payment. */
  readonly state: 'in-progress' | 'completed' | 'released';
  readonly paymentId: string | null;
  readonly refundId: string | null;
  readonly answer: SystemAnswer | null;
  readonly keptMs: number;
}

/** All of it is written at once, or nothing. */
export interface StepRecord {
  readonly kind: 'step';
  readonly payment: PaymentState;
  readonly events: readonly PaymentEvent[];
  readonly entries: readonly Entry[];
  readonly refund?: RefundState | undefined;
  readonly key?: KeptKey | undefined;
}

export interface KeptRun {
  readonly runKey: string;
  readonly identity: string;
  readonly run: ReconciliationRun;
}

export type DiskRecord =
  | StepRecord
  | { readonly kind: 'network'; readonly network: Network }
  | { readonly kind: 'region'; readonly region: PutRegion }
  | {
      readonly kind: 'region-state';
      readonly networkId: string;
      readonly regionId: string;
      readonly up: boolean;
    }
  | { readonly kind: 'rate'; readonly rateKey: string; readonly rate: string }
  | { readonly kind: 'merchant'; readonly merchant: MerchantState }
  | { readonly kind: 'run'; readonly kept: KeptRun }
  | { readonly kind: 'key'; readonly key: KeptKey }
  | { readonly kind: 'delivered'; readonly eventId: string };

export type MerchantState = Merchant & Pick<PutMerchant, 'webhook'>;

export interface RegionState extends PutRegion {
  readonly up: boolean;
}

export interface State {
  readonly networks: Map<string, Network>;
  /** In the order in which they were put, the last one at the end. */
  readonly regions: Map<string, RegionState>;
  readonly rates: Map<string, string>;
  readonly merchants: Map<string, MerchantState>;
  readonly payments: Map<string, PaymentState>;
  readonly events: Map<string, PaymentEvent[]>;
  readonly entries: Map<string, Entry[]>;
  readonly feed: { position: number; paymentId: string; event: PaymentEvent }[];
  readonly refunds: Map<string, RefundState>;
  readonly keys: Map<string, KeptKey>;
  readonly runs: Map<string, KeptRun>;
  readonly delivered: Set<string>;
}

export function emptyState(): State {
  return {
    networks: new Map(),
    regions: new Map(),
    rates: new Map(),
    merchants: new Map(),
    payments: new Map(),
    events: new Map(),
    entries: new Map(),
    feed: [],
    refunds: new Map(),
    keys: new Map(),
    runs: new Map(),
    delivered: new Set(),
  };
}

/** Ids have no slash. */
export const joined = (...ids: readonly string[]): string => ids.join('/');

export function apply(state: State, record: DiskRecord): void {
  switch (record.kind) {
    case 'network':
      return void state.networks.set(record.network.networkId, record.network);
    case 'region': {
      const { region } = record;
      const id = joined(region.networkId, region.regionId);
      const up = state.regions.get(id)?.up ?? true;
      state.regions.delete(id);
      return void state.regions.set(id, { ...region, up });
    }
    case 'region-state': {
      const id = joined(record.networkId, record.regionId);
      const region = state.regions.get(id);
      if (region) state.regions.set(id, { ...region, up: record.up });
      return;
    }
    case 'rate':
      return void state.rates.set(record.rateKey, record.rate);
    case 'merchant':
      return void state.merchants.set(record.merchant.merchantId, record.merchant);
    case 'run':
      return void state.runs.set(record.kept.runKey, record.kept);
    case 'key':
      return void state.keys.set(record.key.idempotencyKey, record.key);
    case 'delivered':
      return void state.delivered.add(record.eventId);
    case 'step':
      return applyStep(state, record);
  }
}

function applyStep(state: State, { payment, events, entries, refund, key }: StepRecord): void {
  const { paymentId } = payment;
  state.payments.set(paymentId, payment);
  state.events.set(paymentId, [...(state.events.get(paymentId) ?? []), ...events]);
  state.entries.set(paymentId, [...(state.entries.get(paymentId) ?? []), ...entries]);
  for (const event of events) {
    state.feed.push({ position: state.feed.length + 1, paymentId, event });
  }
  if (refund) state.refunds.set(refund.refundId, refund);
  if (key) state.keys.set(key.idempotencyKey, key);
}
