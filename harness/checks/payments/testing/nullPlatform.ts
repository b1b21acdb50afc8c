/** Implementations of the right shape that do nothing: what each command answers is always the same, whatever came before. */
import type { Payment, PaymentEvent, Refund } from '../../../../spec/payments/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import type { OpenPlatform } from './judgePayments.ts';

export const NULL_KINDS = [
  'captures everything',
  'authorises everything',
  'reviews everything',
  'declines everything',
  'refuses every command',
] as const;
export type NullKind = (typeof NULL_KINDS)[number];

interface Given {
  readonly paymentId?: string;
  readonly merchantId?: string;
  readonly idempotencyKey?: string;
  readonly amountMinor?: number;
  readonly currency?: string;
}

const COMMANDS: ReadonlySet<string> = new Set([
  ...['createPayment', 'confirmPayment', 'reviewPayment', 'capturePayment', 'cancelPayment'],
  'createRefund',
]);

const STATUS: Readonly<Record<NullKind, Payment['status']>> = {
  'captures everything': 'succeeded',
  'authorises everything': 'requires_capture',
  'reviews everything': 'requires_review',
  'declines everything': 'requires_payment_method',
  'refuses every command': 'requires_confirmation',
};

export function nullPlatform(kind: NullKind): OpenPlatform {
  return (clockMs) => ({
    call: (operation, input) => answer(kind, clockMs, operation, input),
    restart: () => undefined,
  });
}

function answer(kind: NullKind, nowMs: number, operation: string, given: Given): SystemAnswer {
  const { paymentId = 'p', currency = 'EUR' } = given;
  if (COMMANDS.has(operation) && kind === 'declines everything') {
    return { problem: { code: 'DECLINED', ...{ declineCode: 'CARD_DECLINED', paymentId } } };
  }
  if (COMMANDS.has(operation) && kind === 'refuses every command') {
    return { problem: { code: 'NO_ROUTE_AVAILABLE', ...{ paymentId } } };
  }
  switch (operation) {
    case 'createRefund':
    case 'getRefund':
      return { output: refund(nowMs, given) };
    case 'findKey': {
      const { idempotencyKey = 'k' } = given;
      const record = { idempotencyKey, state: 'completed', operation: 'createPayment', paymentId };
      return { output: { ...record, refundId: null } };
    }
    case 'listPaymentEvents':
      return { output: { paymentId, events: [event(nowMs)] } };
    case 'listEvents':
      return { output: { events: [] } };
    case 'listPostings':
      return { output: { paymentId, entries: [] } };
    case 'getAccount':
    case 'getTrialBalance':
      return { output: { ...given, currency, ...ZEROS } };
    case 'getRisk':
      return { output: { paymentId, score: 0.1, level: 'normal', decision: 'allow' } };
    case 'runReconciliation':
      return { output: { ...given, runId: 'r', matched: 0, mismatches: [], totals: [] } };
    case 'setClock':
      return { output: given };
    default:
      return COMMANDS.has(operation) || operation === 'getPayment'
        ? { output: payment(kind, nowMs, given) }
        : { output: { ...PUT_DEFAULTS, ...given } };
  }
}

const ZEROS = {
  ...{ debitsPostedMinor: 0, creditsPostedMinor: 0 },
  ...{ debitsPendingMinor: 0, creditsPendingMinor: 0 },
};

/** Of networks, regions and merchants; each message takes what it knows. */
const PUT_DEFAULTS = {
  fraud: { reviewFrom: 0.65, blockAbove: 0.8 },
  ...{ maxProviderAttempts: 3, callTimeoutMs: 1_000, authorizationTtlMs: 604_800_000 },
  fee: { bps: 0, fixedMinor: 0 },
  ...{ up: true, countries: [], providers: [], settlementCurrency: null },
};

function payment(kind: NullKind, nowMs: number, given: Given): Payment {
  const { paymentId = 'p', merchantId = 'm', amountMinor = 1_000, currency = 'EUR' } = given;
  const isCaptured = kind === 'captures everything';
  const isHeld = kind === 'authorises everything';
  const settlement = { currency, grossMinor: amountMinor, feeMinor: 0, netMinor: amountMinor };
  return {
    ...{ paymentId, merchantId, status: STATUS[kind], amountMinor, currency },
    amountDecimal: (amountMinor / 100).toFixed(2),
    amountCapturableMinor: isHeld ? amountMinor : 0,
    amountReceivedMinor: isCaptured ? amountMinor : 0,
    amountRefundedMinor: 0,
    captureMethod: isHeld ? 'manual' : 'automatic',
    paymentMethod: { type: 'card', last4: '4242', fingerprint: 'f' },
    ...{ regionId: 'home', route: [{ attempt: 1, providerId: 'p', outcome: 'approved' }] },
    risk: { level: 'normal', decision: 'allow' },
    ...{ declineCode: null, cancellationReason: null },
    settlement: isCaptured ? { ...settlement, rate: null } : null,
    allocations: [],
    authorizationExpiresAtMs: isHeld ? nowMs : null,
    ...{ createdMs: nowMs, version: 1 },
  };
}

function refund(nowMs: number, { paymentId = 'p', amountMinor = 1 }: Given): Refund {
  return {
    ...{ refundId: 'r', paymentId, amountMinor, currency: 'EUR', status: 'succeeded' },
    ...{ createdMs: nowMs, version: 1 },
  };
}

function event(atMs: number): PaymentEvent {
  const zeros = '0'.repeat(64);
  return { seq: 1, type: 'payment.created', atMs, data: {}, prevHash: zeros, hash: zeros };
}
