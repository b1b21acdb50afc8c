/** createPayment and confirmPayment up to the decisions: what is checked, the vault, and which region carries it. */
import type {
  ConfirmPayment,
  CreatePayment,
  PaymentMethod,
} from '../../../../spec/payments/messages.d.ts';
import type { JsonObject } from '../../../target/target.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { declineOrRefuse, goOn, keep } from './confirm.ts';
import { keyRecord } from './keys.ts';
import { ask, goodBody, has, inTurn, paymentOf, refused, surroundingsOf } from './life.ts';
import type { Life } from './life.ts';
import { hasValidDigits, numberOf } from './methods.ts';
import { isCurrency } from './money.ts';
import { carrierOf, homeRegion } from './regions.ts';
import { joined } from './state.ts';
import type { Command, MerchantState, PaymentState } from './state.ts';
import { openStep } from './step.ts';
import type { Step } from './step.ts';
import { masked, viewPayment } from './views.ts';

export async function createPayment(
  life: Life,
  input: CreatePayment,
  command: Command,
): Promise<SystemAnswer> {
  const merchant = life.state.merchants.get(input.merchantId);
  const refusal = refusalOf(life, input, merchant);
  if (refusal || !merchant) return refusal ?? refused('UNKNOWN_MERCHANT');
  const left = leftBy503(life, command);
  if (left) {
    const paymentMethod = left.token === null ? input.paymentMethod : undefined;
    const again = { confirm: input.confirm, paymentMethod };
    return inTurn(life, left.paymentId, () => begin(life, left, again, command));
  }
  return begin(life, newPayment(life, input, merchant.networkId), input, command);
}

export async function confirmPayment(
  life: Life,
  input: ConfirmPayment,
  command: Command,
): Promise<SystemAnswer> {
  const payment = paymentOf(life, input.paymentId);
  const isDeclined = payment.status === 'requires_payment_method';
  if (payment.status !== 'requires_confirmation' && !isDeclined) return refused('INVALID_STATE');
  const { paymentMethod } = input;
  if (!paymentMethod && (isDeclined || payment.token === null)) return refused('INVALID_STATE');
  const refusal = refusalOf(life, { ...payment, splits: undefined, paymentMethod });
  return refusal ?? begin(life, payment, { paymentMethod }, command);
}

interface ToCheck extends Pick<CreatePayment, 'merchantId' | 'currency'> {
  readonly splits?: CreatePayment['splits'] | undefined;
  readonly paymentMethod?: PaymentMethod | undefined;
}

function refusalOf(
  life: Life,
  { merchantId, currency, splits, paymentMethod }: ToCheck,
  merchant: MerchantState | undefined = life.state.merchants.get(merchantId),
): SystemAnswer | undefined {
  const isMoney = isCurrency(currency) || has(life, 'takes any three letters for a currency');
  if (!isMoney) return refused('UNSUPPORTED_CURRENCY');
  const isWrong = paymentMethod && !hasValidDigits(paymentMethod);
  if (isWrong && !has(life, 'takes any digits')) return refused('INVALID_PAYMENT_METHOD');
  if (!merchant) return refused('UNKNOWN_MERCHANT');
  const { networkId, settlementCurrency } = merchant;
  const isOurs = (id: string): boolean => life.state.merchants.get(id)?.networkId === networkId;
  if (splits?.some((split) => !isOurs(split.merchantId))) return refused('UNKNOWN_MERCHANT');
  if (!homeRegion(life, merchant)) return refused('NO_ROUTE');
  const settledIn = settlementCurrency ?? currency;
  const isRated = life.state.rates.has(joined(networkId, currency, settledIn));
  return settledIn === currency || isRated ? undefined : refused('NO_RATE');
}

function leftBy503(life: Life, { idempotencyKey, identity }: Command): PaymentState | undefined {
  if (life.options.freedoms.after503 === 'new payment') return undefined;
  const kept = life.state.keys.get(idempotencyKey);
  if (kept?.identity !== identity || kept.paymentId === null) return undefined;
  const payment = life.state.payments.get(kept.paymentId);
  return payment?.status === 'requires_confirmation' ? payment : undefined;
}

function newPayment(life: Life, input: CreatePayment, networkId: string): PaymentState {
  const number = numberOf(input.paymentMethod);
  return {
    paymentId: `pay-${surroundingsOf(life).newId()}`,
    ...{ merchantId: input.merchantId, networkId },
    ...{ amountMinor: input.amountMinor, currency: input.currency },
    captureMethod: input.captureMethod ?? 'automatic',
    ...{ customer: input.customer, splits: input.splits ?? null, createdMs: life.nowMs },
    method: { type: input.paymentMethod.type, last4: number.slice(-4), fingerprint: 'none' },
    ...{ token: null, status: 'requires_confirmation', work: null, isUnresolved: false },
    ...{ regionId: null, attempts: [], earlierAttempts: 0 },
    ...{ fraud: 'undecided', compliance: 'undecided' },
    risk: { score: null, level: 'unknown', decision: 'none' },
    ...{ declineCode: null, cancellationReason: null, settlement: null, allocations: [] },
    ...{ capturableMinor: 0, receivedMinor: 0, refundedMinor: 0, refundedGrossMinor: 0 },
    ...{ providerFeeMinor: 0, expiresAtMs: null, holdEntryId: null, version: 0 },
  };
}

/** From the vault on. */
async function begin(
  life: Life,
  payment: PaymentState,
  input: {
    readonly confirm?: boolean | undefined;
    readonly paymentMethod?: PaymentMethod | undefined;
  },
  command: Command,
): Promise<SystemAnswer> {
  const { paymentMethod } = input;
  const given = paymentMethod ? await tokenize(life, payment.networkId, paymentMethod) : 'kept';
  const step = openStep(life, payment);
  const draft = step.payment;
  if (given && given !== 'kept') Object.assign(draft, given);
  if (draft.version === 0) writeCreated(life, step, given !== undefined, input.paymentMethod);
  if (!given) {
    if (life.options.freedoms.unservedPayment === 'confirmed') confirmIn(step, draft.regionId);
    return declineOrRefuse(life, step, command, { refusal: 'VAULT_UNAVAILABLE' });
  }
  if (input.confirm === false) {
    return keep(life, step, command, { output: viewPayment(draft) });
  }
  const region = carrierOf(life, draft.merchantId);
  if (!region) return declineOrRefuse(life, step, command, { refusal: 'NO_ROUTE_AVAILABLE' });
  confirmIn(step, region.regionId);
  draft.work = { kind: 'confirm', command };
  step.write({ key: keyRecord(life, command, 'in-progress', draft) });
  return goOn(life, draft.paymentId);
}

function writeCreated(
  life: Life,
  { payment, event }: Step,
  hasMethod: boolean,
  given: PaymentMethod | undefined,
): void {
  const { merchantId, amountMinor, currency, captureMethod, method } = payment;
  const paymentMethod = hasMethod ? masked(method) : null;
  const told = has(life, 'tells the number in an event') && given ? { note: numberOf(given) } : {};
  event('payment.created', {
    ...{ merchantId, amountMinor, currency, captureMethod, paymentMethod, ...told },
  });
  if (life.options.freedoms.extraEvents === 'some') event('payment.noted', { note: 'more' });
}

function confirmIn({ payment, event }: Step, regionId: string | null): void {
  Object.assign(payment, {
    ...{ status: 'processing', regionId, declineCode: null },
    ...{ fraud: 'undecided', compliance: 'undecided' },
    risk: { score: null, level: 'unknown', decision: 'none' },
    earlierAttempts: payment.attempts.length,
  } satisfies Partial<PaymentState>);
  event('payment.confirmed', { regionId, paymentMethod: masked(payment.method) });
}

async function tokenize(
  life: Life,
  networkId: string,
  method: PaymentMethod,
): Promise<Pick<PaymentState, 'method' | 'token'> | undefined> {
  const heard = await ask(life, networkId, 'tokenize', { ...method } as JsonObject);
  const { token, last4, fingerprint } = goodBody(heard) ?? {};
  if (typeof token !== 'string' || token === '') return undefined;
  const print = has(life, 'takes the number for its fingerprint') ? numberOf(method) : fingerprint;
  const shown = { last4: String(last4), fingerprint: String(print) };
  return { token, method: { type: method.type, ...shown } };
}
