/** createRefund, and what becomes of one whose provider does not answer. */
import type { CreateRefund } from '../../../../spec/payments/messages.d.ts';
import { copyPlain } from '../../testing/copyPlain.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { approvedAttempt } from './commands.ts';
import { keyRecord } from './keys.ts';
import { bookRefund } from './ledger.ts';
import { has, inBackground, keepTrying, paymentOf, refused, surroundingsOf } from './life.ts';
import type { Life } from './life.ts';
import { request } from './providers.ts';
import type { Command, PaymentState, RefundState } from './state.ts';
import { openStep } from './step.ts';
import type { Step } from './step.ts';
import { viewRefund } from './views.ts';

export async function createRefund(
  life: Life,
  input: CreateRefund,
  command: Command,
): Promise<SystemAnswer> {
  const payment = paymentOf(life, input.paymentId);
  if (payment.status !== 'succeeded') {
    return refused(payment.cancellationReason === 'expired' ? 'EXPIRED' : 'INVALID_STATE');
  }
  const left = payment.receivedMinor - payment.refundedMinor - pendingMinor(life, payment);
  const amountMinor = input.amountMinor ?? left;
  const isTooMuch = amountMinor > left || left === 0;
  if (isTooMuch && !has(life, 'refunds more than was captured'))
    return refused('REFUND_EXCEEDS_CAPTURED');
  const { paymentId, currency } = payment;
  const step = openStep(life, payment);
  const refund: RefundState = {
    ...{ refundId: `ref-${surroundingsOf(life).newId()}`, paymentId, amountMinor, currency },
    ...{ status: 'pending', createdMs: life.nowMs, version: payment.version, command },
    isRequested: false,
  };
  if (life.options.freedoms.refundRequested === 'before') requestIn(step, refund);
  const key = keyRecord(life, command, 'in-progress', payment, null, refund.refundId);
  step.write({ refund, key });
  return goOnRefunding(life, refund.refundId);
}

/** Ends in a reply also while the outcome is not known; then it goes on behind it. */
export async function goOnRefunding(life: Life, refundId: string): Promise<SystemAnswer> {
  const answer = await askForRefund(life, refundId);
  if (answer) return answer;
  const { step, refund } = openRefund(life, refundId);
  if (!refund.isRequested) requestIn(step, refund);
  refund.version = step.payment.version;
  const pending: SystemAnswer = { output: viewRefund(refund) };
  const key = keyRecord(life, refund.command, 'completed', step.payment, pending, refundId);
  step.write({ refund, key });
  inBackground(life, () => keepTrying(life, () => askForRefund(life, refundId)));
  return pending;
}

/** The same refundReference is the same refund, so that it can be asked again. Undefined while nobody tells. */
async function askForRefund(life: Life, refundId: string): Promise<SystemAnswer | undefined> {
  const { paymentId, amountMinor } = refundOf(life, refundId);
  const payment = paymentOf(life, paymentId);
  const { providerId, reference } = approvedAttempt(payment);
  const isAgain = life.isRestarted && has(life, 'refunds anew after a crash');
  const done = await request(life, payment.networkId, 'refundCharge', {
    ...{ providerId, reference, refundReference: `${refundId}${isAgain ? '.again' : ''}` },
    amountMinor,
  });
  if (done === undefined) return undefined;
  const { step, refund } = openRefund(life, refundId);
  if (done === 'refused') return giveUp(life, step, refund);
  if (!refund.isRequested) requestIn(step, refund);
  const isRefunded =
    done === 'impossible'
      ? has(life, 'refunds more than was captured')
      : done.body['status'] === 'succeeded';
  refund.status = isRefunded ? 'succeeded' : 'failed';
  if (isRefunded) {
    step.payment.refundedMinor += amountMinor;
    step.event('payment.refunded', { refundId, amountMinor });
    bookRefund(life, step, amountMinor);
  } else step.event('refund.failed', { refundId });
  refund.version = step.payment.version;
  const answer: SystemAnswer = { output: viewRefund(refund) };
  const key = keyRecord(life, refund.command, 'completed', step.payment, answer, refundId);
  step.write({ refund, key });
  return answer;
}

/** Without effect, unless it was told as pending already: then it has failed. */
function giveUp(life: Life, step: Step, refund: RefundState): SystemAnswer {
  refund.status = 'failed';
  if (refund.isRequested) step.event('refund.failed', { refundId: refund.refundId });
  refund.version = step.payment.version;
  const wasTold = life.state.keys.get(refund.command.idempotencyKey)?.state === 'completed';
  const answer: SystemAnswer = { output: viewRefund(refund) };
  if (wasTold) {
    const key = keyRecord(life, refund.command, 'completed', step.payment, answer, refund.refundId);
    step.write({ refund, key });
    return answer;
  }
  const key = { ...keyRecord(life, refund.command, 'released', step.payment), paymentId: null };
  step.write({ refund, key });
  return refused('NO_ROUTE_AVAILABLE');
}

function requestIn({ event }: Step, refund: RefundState): void {
  const { refundId, amountMinor } = refund;
  event('refund.requested', { refundId, amountMinor });
  refund.isRequested = true;
}

function openRefund(life: Life, refundId: string): { step: Step; refund: RefundState } {
  const refund = copyPlain(refundOf(life, refundId));
  return { step: openStep(life, paymentOf(life, refund.paymentId)), refund };
}

function refundOf(life: Life, refundId: string): RefundState {
  const refund = life.state.refunds.get(refundId);
  if (refund) return refund;
  throw new Error(`There is no refund ${refundId}.`);
}

export function pendingMinor(life: Life, { paymentId }: PaymentState): number {
  return [...life.state.refunds.values()]
    .filter((refund) => refund.paymentId === paymentId && refund.status === 'pending')
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}
