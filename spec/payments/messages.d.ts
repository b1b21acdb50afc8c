/* Made from messages.schema.json by `npm run types`: change the schema, not this file. */

/**
 * A network: regions, providers, rates and merchants that belong together, chosen by the client.
 */
export type NetworkId = string;
/**
 * Region id, chosen by the client.
 */
export type RegionId = string;
/**
 * Payment provider id, chosen by the client.
 */
export type ProviderId = string;
/**
 * Merchant id, chosen by the client.
 */
export type MerchantId = string;
/**
 * Settlement batch id, chosen by the client.
 */
export type BatchId = string;
/**
 * Makes a command benign to repeat. Over HTTP the header Idempotency-Key.
 */
export type IdempotencyKey = string;
/**
 * Payment id, chosen by the implementation; never used again.
 */
export type PaymentId = string;
/**
 * Refund id, chosen by the implementation; never used again.
 */
export type RefundId = string;
/**
 * Ledger account. A merchant’s is merchant:{merchantId}:{CURRENCY}; the names of the others are free.
 */
export type AccountId = string;
/**
 * ISO 4217 code.
 */
export type Currency = string;
/**
 * ISO 3166-1 alpha-2 code.
 */
export type Country = string;
/**
 * Amount in minor units of its currency.
 */
export type AmountMinor = number;
/**
 * Sum in minor units of its currency.
 */
export type TotalMinor = number;
/**
 * Milliseconds since the epoch, by the system’s clock.
 */
export type TimeMs = number;
/**
 * seq of the last event of the payment’s stream.
 */
export type Version = number;
/**
 * SHA-256, lower-case hex.
 */
export type Sha256 = string;
/**
 * Units of the target currency for one unit of the source currency (major units), a decimal number above 0.
 */
export type Rate = string;
export type PaymentStatus =
  | 'requires_confirmation'
  | 'requires_payment_method'
  | 'requires_review'
  | 'processing'
  | 'requires_capture'
  | 'succeeded'
  | 'canceled';
export type CaptureMethod = 'automatic' | 'manual';
export type MethodType = 'card' | 'iban' | 'wallet';
/**
 * normal: below reviewFrom; elevated: from there to blockAbove; highest: above it; unknown: there was no usable score.
 */
export type RiskLevel = 'normal' | 'elevated' | 'highest' | 'unknown';
/**
 * none: no score has been asked for yet.
 */
export type RiskDecision = 'allow' | 'review' | 'block' | 'unavailable' | 'none';
export type DeclineCode =
  | 'FRAUD_SUSPECTED'
  | 'COMPLIANCE_VIOLATION'
  | 'INSUFFICIENT_FUNDS'
  | 'CARD_DECLINED'
  | 'EXPIRED_CARD'
  | 'LOST_CARD'
  | 'PROCESSING_ERROR';
export type PaymentMethod =
  | {
      type: 'card';
      /**
       * With a valid Luhn check digit.
       */
      number: string;
      expMonth: number;
      expYear: number;
      cvc: string;
    }
  | {
      type: 'iban';
      /**
       * With valid ISO 13616 check digits (mod 97).
       */
      iban: string;
    }
  | {
      type: 'wallet';
      walletToken: string;
    };

export interface Messages {}
/**
 * Creates a network or sets its policy, whole.
 */
export interface PutNetwork {
  networkId: NetworkId;
  /**
   * Default: review from 0.65, block above 0.8.
   */
  fraud?: {
    reviewFrom: number;
    blockAbove: number;
  };
  /**
   * Providers that one confirmation may try. Default 3.
   */
  maxProviderAttempts?: number;
  /**
   * How long one call of an outside service may take, in real time. Default 1000.
   */
  callTimeoutMs?: number;
  /**
   * How long an authorisation holds. Default 7 days.
   */
  authorizationTtlMs?: number;
  /**
   * What the platform keeps of a capture; never more than the capture. Default nothing.
   */
  fee?: {
    /**
     * Of the captured amount in the settlement currency, 1/10 000.
     */
    bps: number;
    fixedMinor: number;
  };
}
export interface Network {
  networkId: NetworkId;
  fraud: {
    reviewFrom: number;
    blockAbove: number;
  };
  maxProviderAttempts: number;
  callTimeoutMs: number;
  authorizationTtlMs: number;
  fee: {
    bps: number;
    fixedMinor: number;
  };
}
/**
 * Creates a region or sets it, whole; whether it is up stays as it was, up at first.
 */
export interface PutRegion {
  networkId: NetworkId;
  regionId: RegionId;
  /**
   * Merchants of these countries are served here. A country belongs to the region that named it last.
   *
   * @maxItems 300
   */
  countries: Country[];
  /**
   * Priorities are distinct.
   *
   * @minItems 1
   * @maxItems 20
   */
  providers: {
    providerId: ProviderId;
    /**
     * The lowest is tried first.
     */
    priority: number;
  }[];
  /**
   * Region id, chosen by the client.
   */
  backupRegionId?: string;
  compliance: {
    /**
     * Of the customer.
     *
     * @maxItems 300
     */
    sanctionedCountries: Country[];
    /**
     * @maxItems 3
     */
    blockedMethods: MethodType[];
    /**
     * The largest amount that passes, whatever its currency. Default: no limit.
     */
    maxAmountMinor?: number;
    /**
     * Payments of this region’s merchants may be processed nowhere else.
     */
    dataResidency: boolean;
  };
}
export interface Region {
  networkId: NetworkId;
  regionId: RegionId;
  up: boolean;
  /**
   * @maxItems 300
   */
  countries: Country[];
  /**
   * @maxItems 20
   */
  providers: {
    providerId: ProviderId;
    priority: number;
  }[];
}
/**
 * An operator takes a region out of service, or back into it.
 */
export interface SetRegionState {
  networkId: NetworkId;
  regionId: RegionId;
  up: boolean;
}
export interface PutRate {
  networkId: NetworkId;
  from: Currency;
  to: Currency;
  rate: Rate;
}
export interface ExchangeRate {
  networkId: NetworkId;
  from: Currency;
  to: Currency;
  rate: Rate;
}
/**
 * Creates a merchant or sets it, whole.
 */
export interface PutMerchant {
  merchantId: MerchantId;
  networkId: NetworkId;
  country: Country;
  /**
   * ISO 4217 code.
   */
  settlementCurrency?: string;
  webhook?: {
    url: string;
    secret: string;
  };
}
export interface Merchant {
  merchantId: MerchantId;
  networkId: NetworkId;
  country: Country;
  settlementCurrency: Currency | null;
}
export interface Customer {
  country: Country;
  /**
   * Device of the customer, chosen by the client.
   */
  deviceId: string;
  name: string;
}
export interface Split {
  merchantId: MerchantId;
  weight: number;
}
export interface CreatePayment {
  idempotencyKey: IdempotencyKey;
  merchantId: MerchantId;
  amountMinor: AmountMinor;
  currency: Currency;
  paymentMethod: PaymentMethod;
  customer: Customer;
  /**
   * Default automatic.
   */
  captureMethod?: 'automatic' | 'manual';
  /**
   * false: only record it, to be confirmed later. Default true.
   */
  confirm?: boolean;
  /**
   * The net amount is shared out among these merchants of the network by weight. Default: all of it is the merchant’s.
   *
   * @minItems 1
   * @maxItems 20
   */
  splits?: Split[];
  description?: string;
}
export interface ConfirmPayment {
  idempotencyKey: IdempotencyKey;
  paymentId: PaymentId;
  /**
   * Needed in requires_payment_method.
   */
  paymentMethod?:
    | {
        type: 'card';
        /**
         * With a valid Luhn check digit.
         */
        number: string;
        expMonth: number;
        expYear: number;
        cvc: string;
      }
    | {
        type: 'iban';
        /**
         * With valid ISO 13616 check digits (mod 97).
         */
        iban: string;
      }
    | {
        type: 'wallet';
        walletToken: string;
      };
  /**
   * The version that the client has seen: another one is refused with VERSION_CONFLICT.
   */
  expectedVersion?: number;
}
export interface ReviewPayment {
  idempotencyKey: IdempotencyKey;
  paymentId: PaymentId;
  decision: 'approve' | 'reject';
  /**
   * The version that the client has seen: another one is refused with VERSION_CONFLICT.
   */
  expectedVersion?: number;
}
export interface CapturePayment {
  idempotencyKey: IdempotencyKey;
  paymentId: PaymentId;
  /**
   * Amount in minor units of its currency.
   */
  amountMinor?: number;
  /**
   * The version that the client has seen: another one is refused with VERSION_CONFLICT.
   */
  expectedVersion?: number;
}
export interface CancelPayment {
  idempotencyKey: IdempotencyKey;
  paymentId: PaymentId;
  /**
   * The version that the client has seen: another one is refused with VERSION_CONFLICT.
   */
  expectedVersion?: number;
}
export interface GetPayment {
  paymentId: PaymentId;
}
export interface Attempt {
  attempt: number;
  providerId: ProviderId;
  outcome: 'approved' | 'declined' | 'retryable-error' | 'unknown' | 'voided' | 'pending';
}
/**
 * What a capture brought: gross = fee + net.
 */
export interface Settlement {
  currency: Currency;
  grossMinor: TotalMinor;
  feeMinor: TotalMinor;
  netMinor: TotalMinor;
  /**
   * null where nothing was converted.
   */
  rate: Rate | null;
}
export interface Allocation {
  merchantId: MerchantId;
  amountMinor: TotalMinor;
}
export interface MaskedMethod {
  type: MethodType;
  last4: string;
  /**
   * The vault’s: the same for the same number, and tells nothing about it.
   */
  fingerprint: string;
}
export interface Payment {
  paymentId: PaymentId;
  merchantId: MerchantId;
  status: PaymentStatus;
  amountMinor: AmountMinor;
  currency: Currency;
  /**
   * The amount in major units, with as many decimals as ISO 4217 gives the currency.
   */
  amountDecimal: string;
  amountCapturableMinor: TotalMinor;
  amountReceivedMinor: TotalMinor;
  amountRefundedMinor: TotalMinor;
  captureMethod: CaptureMethod;
  paymentMethod: MaskedMethod;
  /**
   * The region that carries it; null before one was chosen.
   */
  regionId: RegionId | null;
  /**
   * Every provider that was tried, in order.
   *
   * @maxItems 1000
   */
  route: Attempt[];
  risk: {
    level: RiskLevel;
    decision: RiskDecision;
  };
  /**
   * Of the last confirmation; null unless it was declined.
   */
  declineCode: DeclineCode | null;
  cancellationReason: ('requested' | 'rejected' | 'expired') | null;
  /**
   * null before the capture.
   */
  settlement: Settlement | null;
  /**
   * How the net amount was shared out; empty before the capture.
   *
   * @maxItems 20
   */
  allocations: Allocation[];
  /**
   * While requires_capture.
   */
  authorizationExpiresAtMs: TimeMs | null;
  createdMs: TimeMs;
  version: Version;
}
export interface CreateRefund {
  idempotencyKey: IdempotencyKey;
  paymentId: PaymentId;
  /**
   * Amount in minor units of its currency.
   */
  amountMinor?: number;
  reason?: 'duplicate' | 'fraudulent' | 'requested_by_customer';
  /**
   * The version that the client has seen: another one is refused with VERSION_CONFLICT.
   */
  expectedVersion?: number;
}
export interface Refund {
  refundId: RefundId;
  paymentId: PaymentId;
  amountMinor: AmountMinor;
  currency: Currency;
  /**
   * pending: the provider has not told yet; it counts as refunded until it has failed.
   */
  status: 'pending' | 'succeeded' | 'failed';
  createdMs: TimeMs;
  /**
   * seq of the last event of the payment’s stream.
   */
  version: number;
}
export interface GetRefund {
  refundId: RefundId;
}
/**
 * Asks what became of a command, by its key.
 */
export interface FindKey {
  idempotencyKey: IdempotencyKey;
}
export interface KeyRecord {
  idempotencyKey: IdempotencyKey;
  state: 'in-progress' | 'completed';
  operation: string;
  paymentId: PaymentId | null;
  refundId: RefundId | null;
}
export interface ListPaymentEvents {
  paymentId: PaymentId;
}
export interface PaymentEvent {
  /**
   * +1 in the stream of its payment.
   */
  seq: number;
  /**
   * See the brief; types that it does not name change nothing.
   */
  type: string;
  atMs: TimeMs;
  data: {};
  /**
   * Hash of the event before it in the stream; of the first one 64 zeros.
   */
  prevHash: string;
  /**
   * SHA-256(prevHash as 32 raw bytes, then the RFC 8785 form of the event without prevHash and hash).
   */
  hash: string;
}
export interface PaymentEvents {
  paymentId: PaymentId;
  /**
   * @maxItems 10000
   */
  events: PaymentEvent[];
}
export interface ListEvents {
  /**
   * Events behind this position. Default 0.
   */
  after?: number;
  /**
   * At most so many. Default 100.
   */
  limit?: number;
}
export interface FeedEvent {
  /**
   * +1 over all payments, in the order in which the events became durable.
   */
  position: number;
  paymentId: PaymentId;
  event: PaymentEvent;
}
export interface EventFeed {
  /**
   * @maxItems 1000
   */
  events: FeedEvent[];
}
export interface ListPostings {
  paymentId: PaymentId;
}
export interface Line {
  accountId: AccountId;
  direction: 'debit' | 'credit';
  layer: 'pending' | 'posted';
  amountMinor: AmountMinor;
  currency: Currency;
}
export interface Entry {
  entryId: string;
  /**
   * seq of the last event of the payment’s stream.
   */
  seq: number;
  atMs: TimeMs;
  kind: 'authorization' | 'release' | 'capture' | 'refund' | 'correction';
  /**
   * @minItems 2
   * @maxItems 200
   */
  lines: Line[];
  /**
   * entryId of the entry that it takes back, wholly or in part.
   */
  reverses: string | null;
}
export interface Postings {
  paymentId: PaymentId;
  /**
   * @maxItems 10000
   */
  entries: Entry[];
}
export interface GetAccount {
  accountId: AccountId;
}
/**
 * Sums of all lines ever; nothing is taken off them.
 */
export interface Account {
  accountId: AccountId;
  currency: Currency;
  debitsPostedMinor: TotalMinor;
  creditsPostedMinor: TotalMinor;
  debitsPendingMinor: TotalMinor;
  creditsPendingMinor: TotalMinor;
}
export interface GetTrialBalance {
  networkId: NetworkId;
  currency: Currency;
}
/**
 * Sums over every account of the network, at one moment.
 */
export interface TrialBalance {
  networkId: NetworkId;
  currency: Currency;
  debitsPostedMinor: TotalMinor;
  creditsPostedMinor: TotalMinor;
  debitsPendingMinor: TotalMinor;
  creditsPendingMinor: TotalMinor;
}
export interface GetRisk {
  merchantId: MerchantId;
  paymentId: PaymentId;
}
export interface Risk {
  paymentId: PaymentId;
  /**
   * Of the last confirmation; null when there was no usable one.
   */
  score: number | null;
  level: RiskLevel;
  decision: RiskDecision;
}
export interface SettlementLine {
  externalId: string;
  paymentId: PaymentId;
  refundId?: RefundId;
  type: 'charge' | 'refund';
  amountMinor: AmountMinor;
  currency: Currency;
  feeMinor: TotalMinor;
  settledAtMs: TimeMs;
}
/**
 * One settlement file of one provider, for what was captured and refunded in a time.
 */
export interface RunReconciliation {
  batchId: BatchId;
  networkId: NetworkId;
  providerId: ProviderId;
  fromMs: TimeMs;
  /**
   * Milliseconds since the epoch, by the system’s clock.
   */
  toMs: number;
  /**
   * @maxItems 1000
   */
  lines: SettlementLine[];
}
export interface Mismatch {
  kind:
    | 'MISSING_INTERNAL'
    | 'MISSING_EXTERNAL'
    | 'AMOUNT_MISMATCH'
    | 'CURRENCY_MISMATCH'
    | 'DUPLICATE_EXTERNAL'
    | 'STATE_MISMATCH'
    | 'FEE_MISMATCH';
  /**
   * null for MISSING_EXTERNAL.
   */
  externalId: string | null;
  paymentId: PaymentId | null;
  refundId: RefundId | null;
}
/**
 * Charges minus refunds: by the ledger, by the file, and external minus internal.
 */
export interface ReconciliationTotal {
  currency: Currency;
  internalMinor: number;
  externalMinor: number;
  differenceMinor: number;
}
export interface ReconciliationRun {
  runId: string;
  batchId: BatchId;
  matched: number;
  /**
   * @maxItems 100000
   */
  mismatches: Mismatch[];
  /**
   * @maxItems 400
   */
  totals: ReconciliationTotal[];
}
export interface SetClock {
  nowMs: TimeMs;
}
export interface Clock {
  nowMs: TimeMs;
}
