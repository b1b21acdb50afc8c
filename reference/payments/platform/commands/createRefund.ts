import type { CreateRefund } from '../../../../spec/payments/messages.d.ts';
import type { Answer } from '../../../kit/service.ts';
import { refundEntry } from '../../eventStore/entries.ts';
import { chargeOf } from '../../eventStore/payment.ts';
import type { Payment } from '../../eventStore/payment.ts';
import { refundSettled } from '../../regionRouters/settlement.ts';
import type { Claim } from '../keys.ts';
import { onPayment } from '../onPayment.ts';
import { refundView } from '../paymentView.ts';
import type { Platform } from '../platform.ts';
import type { Run } from '../run.ts';
import { resolvingTimeoutMs, untilKnown } from '../../../kit/untilKnown.ts';

/** What the provider is about to be asked, written before it is. */
export interface RefundIntent {
  readonly refundId: string;
  readonly amountMinor: number;
  readonly callTimeoutMs: number;
}

export function createRefund(
  platform: Platform,
  claim: Claim,
  input: CreateRefund,
): Promise<Answer> {
  return onPayment(platform, claim, input, async (run) => {
    const { status, networkId } = run.payment;
    if (status !== 'succeeded') {
      return platform.refusal('INVALID_STATE', `a payment in ${status} cannot be refunded`);
    }
    const leftMinor = refundableMinor(run.payment);
    const amountMinor = input.amountMinor ?? leftMinor;
    if (amountMinor > leftMinor || amountMinor === 0) {
      return platform.refusal('REFUND_EXCEEDS_CAPTURED', `${leftMinor} is left to refund`);
    }
    const network = platform.state.networks.get(networkId);
    if (!network) throw new Error(`${networkId} is gone`);
    const refundId = platform.newId('ref');
    claim.refundId = refundId;
    const intent = { refundId, amountMinor, callTimeoutMs: network.callTimeoutMs };
    await run.record({ kind: 'open', intent });
    return refund(run, intent);
  });
}

/** What pending refunds have not taken either. */
function refundableMinor({ receivedMinor, refunds }: Payment): number {
  return refunds.reduce(
    (left, { status, amountMinor }) => (status === 'failed' ? left : left - amountMinor),
    receivedMinor,
  );
}

type Known = 'succeeded' | 'declined';

async function refund(run: Run, intent: RefundIntent): Promise<Answer> {
  run.tellMeanwhile(() => pendingAnswer(run, intent));
  const outcome = await askProvider(run, intent, intent.callTimeoutMs);
  if (outcome === 'unknown') return resumeRefund(run, intent);
  if (outcome !== 'retryable') return conclude(run, intent, outcome);
  await run.persist({ kind: 'free' });
  return run.platform.refusal('NO_ROUTE_AVAILABLE', 'the provider does not refund now');
}

/** Whether the provider received the refund is not known: it is asked for again, under the same name. */
export async function resumeRefund(run: Run, intent: RefundIntent): Promise<Answer> {
  run.tellMeanwhile(() => pendingAnswer(run, intent));
  const timeoutMs = resolvingTimeoutMs(intent.callTimeoutMs);
  const known = await untilKnown(
    run.platform.pause,
    async () => {
      addRequested(run, intent);
      await run.persist({ kind: 'open', intent });
      run.goToBackground();
    },
    async () => {
      const outcome = await askProvider(run, intent, timeoutMs);
      return outcome === 'unknown' || outcome === 'retryable' ? undefined : outcome;
    },
  );
  return conclude(run, intent, known);
}

async function askProvider(
  { payment, platform }: Run,
  { refundId, amountMinor }: RefundIntent,
  timeoutMs: number,
): Promise<Known | 'unknown' | 'retryable'> {
  const charge = chargeOf(payment);
  if (!charge) throw new Error(`${payment.paymentId} has no charge`);
  const { providerId, reference } = charge;
  const outcome = await platform.outside.refundCharge(
    { providerId, reference, refundReference: refundId, amountMinor },
    timeoutMs,
  );
  if (outcome.kind === 'answered') return outcome.refund.status;
  return outcome.kind === 'impossible' ? 'declined' : outcome.kind;
}

async function conclude(run: Run, intent: RefundIntent, known: Known): Promise<Answer> {
  const { refundId, amountMinor } = intent;
  addRequested(run, intent);
  if (known === 'declined') run.add({ type: 'refund.failed', data: { refundId } });
  else {
    const settledMinor = refundSettled(run.payment, amountMinor);
    run.add({
      type: 'payment.refunded',
      data: { refundId, amountMinor },
      kept: { settledMinor },
      entries: [refundEntry(run.payment, amountMinor, settledMinor)],
    });
  }
  const answer = answerOf(run, refundId);
  await run.persist({ kind: 'kept', answer });
  return answer;
}

/** Unless a pending refund has been written before. */
function addRequested(run: Run, { refundId, amountMinor }: RefundIntent): void {
  if (run.payment.refunds.some((refund) => refund.refundId === refundId)) return;
  run.add({ type: 'refund.requested', data: { refundId, amountMinor } });
}

/** While the provider has not told, or what it told cannot be written. */
function pendingAnswer({ paymentId, platform }: Run, intent: RefundIntent): Answer {
  const { refundId, amountMinor } = intent;
  const payment = platform.state.streams.get(paymentId)?.payment;
  if (!payment) throw new Error(`${paymentId} has no events yet`);
  const { version } = payment;
  const unwritten = { refundId, amountMinor, createdMs: platform.clock.nowMs(), version } as const;
  const written = payment.refunds.find((refund) => refund.refundId === refundId);
  return { output: refundView(payment, written ?? { ...unwritten, status: 'pending' }) };
}

function answerOf({ payment, platform }: Run, refundId: string): Answer {
  const made = payment.refunds.find((refund) => refund.refundId === refundId);
  return made
    ? { output: refundView(payment, made) }
    : platform.refusal('UNKNOWN_REFUND', `there is no refund ${refundId}`);
}
