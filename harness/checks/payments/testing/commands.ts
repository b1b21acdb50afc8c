/** Commands on a payment that is there: review, capture, cancel, refund, and the deadline. */
import type { CapturePayment, ReviewPayment } from '../../../../spec/payments/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { capture, voidInBackground } from './charge.ts';
import { goOn, keep, orProcessing } from './confirm.ts';
import { keyRecord } from './keys.ts';
import { release, settle } from './ledger.ts';
import { has, paymentOf, refused } from './life.ts';
import type { Life } from './life.ts';
import { request } from './providers.ts';
import type { Done } from './providers.ts';
import type { Attempt, Command, PaymentState } from './state.ts';
import { openStep } from './step.ts';
import { viewPayment } from './views.ts';

export async function reviewPayment(
  life: Life,
  { paymentId, decision }: ReviewPayment,
  command: Command,
): Promise<SystemAnswer> {
  const payment = paymentOf(life, paymentId);
  if (payment.status !== 'requires_review') return refused('INVALID_STATE');
  const step = openStep(life, payment);
  step.event('payment.review_decided', { decision });
  if (decision === 'reject') {
    if (!has(life, 'keeps a rejected payment in review')) {
      Object.assign(step.payment, { status: 'canceled', cancellationReason: 'rejected' });
    }
    return keep(life, step, command, { output: viewPayment(step.payment) });
  }
  Object.assign(step.payment, {
    ...{ status: 'processing', fraud: 'approved', compliance: 'undecided' },
    work: { kind: 'confirm', command },
  } satisfies Partial<PaymentState>);
  step.write({ key: keyRecord(life, command, 'in-progress', step.payment) });
  return goOn(life, paymentId);
}

export async function capturePayment(
  life: Life,
  { paymentId, amountMinor }: CapturePayment,
  command: Command,
): Promise<SystemAnswer> {
  const payment = paymentOf(life, paymentId);
  if (payment.cancellationReason === 'expired') return refused('EXPIRED');
  if (payment.status !== 'requires_capture') return refused('INVALID_STATE');
  const amount = amountMinor ?? payment.capturableMinor;
  const isTooMuch = amount > payment.capturableMinor;
  if (isTooMuch && !has(life, 'captures more than is authorised'))
    return refused('AMOUNT_EXCEEDS_AUTHORIZED');
  if (!settle(life, payment, amount)) return refused('NO_RATE');
  begin(life, payment, { kind: 'capture', command, amountMinor: amount });
  return orProcessing(life, paymentId, () => carryOutWork(life, paymentId));
}

export async function cancelPayment(
  life: Life,
  { paymentId }: { paymentId: string },
  command: Command,
): Promise<SystemAnswer> {
  const payment = paymentOf(life, paymentId);
  if (payment.cancellationReason === 'expired') return refused(life.options.freedoms.cancelExpired);
  switch (payment.status) {
    case 'requires_confirmation':
    case 'requires_payment_method':
    case 'requires_review':
      return cancel(life, payment, command);
    case 'requires_capture':
      begin(life, payment, { kind: 'cancel', command });
      return orProcessing(life, paymentId, () => carryOutWork(life, paymentId));
    case 'succeeded':
      if (has(life, 'cancels what has succeeded')) return cancel(life, payment, command);
      return refused('INVALID_STATE');
    case 'processing':
    case 'canceled':
      return refused('INVALID_STATE');
  }
}

/** What was begun is on disk before the provider is asked. */
function begin(life: Life, payment: PaymentState, work: NonNullable<PaymentState['work']>): void {
  const step = openStep(life, payment);
  step.payment.work = work;
  step.write({ key: keyRecord(life, work.command, 'in-progress', step.payment) });
}

/** Asks the provider for what was begun; undefined while it does not answer. */
export async function carryOutWork(
  life: Life,
  paymentId: string,
): Promise<SystemAnswer | undefined> {
  const payment = paymentOf(life, paymentId);
  const { work, networkId } = payment;
  if (!work || work.kind === 'confirm') throw new Error('Nothing was begun.');
  const { providerId, reference } = approvedAttempt(payment);
  const done =
    work.kind === 'capture'
      ? await request(life, networkId, 'captureCharge', {
          ...{ providerId, reference, captureReference: `${reference}.c` },
          amountMinor: Math.min(work.amountMinor, payment.amountMinor),
        })
      : await request(life, networkId, 'voidCharge', { providerId, reference });
  if (done === undefined) return undefined;
  if (typeof done === 'string') return giveUp(life, paymentId, work.command, done);
  if (work.kind === 'cancel') return cancel(life, paymentOf(life, paymentId), work.command);
  const step = openStep(life, paymentOf(life, paymentId));
  Object.assign(step.payment, { work: null, isUnresolved: false });
  capture(life, step, work.amountMinor, Number(done.body['feeMinor']));
  return keep(life, step, work.command, { output: viewPayment(step.payment) });
}

function giveUp(
  life: Life,
  paymentId: string,
  command: Command,
  done: Extract<Done, string>,
): SystemAnswer {
  const step = openStep(life, paymentOf(life, paymentId));
  Object.assign(step.payment, { work: null, isUnresolved: false });
  step.write({ key: { ...keyRecord(life, command, 'released', step.payment), paymentId: null } });
  return refused(done === 'refused' ? 'NO_ROUTE_AVAILABLE' : 'INVALID_STATE');
}

function cancel(life: Life, payment: PaymentState, command: Command): SystemAnswer {
  const step = openStep(life, payment);
  Object.assign(step.payment, {
    ...{ status: 'canceled', cancellationReason: 'requested', capturableMinor: 0 },
    ...{ work: null, isUnresolved: false, expiresAtMs: null },
  } satisfies Partial<PaymentState>);
  step.event('payment.canceled', { reason: 'requested' });
  release(life, step);
  return keep(life, step, command, { output: viewPayment(step.payment) });
}

/** From the deadline on the payment is canceled, whenever it is looked at. */
export function expire(life: Life, payment: PaymentState): void {
  const { status, expiresAtMs, work } = payment;
  if (has(life, 'never expires')) return;
  if (status !== 'requires_capture' || work || life.nowMs < (expiresAtMs ?? Infinity)) return;
  const step = openStep(life, payment);
  Object.assign(step.payment, {
    ...{ status: 'canceled', cancellationReason: 'expired', capturableMinor: 0 },
    expiresAtMs: null,
  } satisfies Partial<PaymentState>);
  step.event('payment.expired');
  if (!has(life, 'keeps the hold of what has expired')) release(life, step);
  step.write();
  if (life.options.freedoms.expiredCharge === 'is voided') voidInBackground(life, payment);
}

export function approvedAttempt({ attempts }: PaymentState): Attempt {
  const approved = attempts.find(({ outcome }) => outcome === 'approved');
  if (approved) return approved;
  throw new Error('No provider has approved this payment.');
}
