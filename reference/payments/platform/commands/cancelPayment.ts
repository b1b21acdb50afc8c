import type { CancelPayment } from '../../../../spec/payments/messages.d.ts';
import type { Answer } from '../../../kit/service.ts';
import { releaseEntries } from '../../eventStore/entries.ts';
import { chargeOf } from '../../eventStore/payment.ts';
import type { Claim } from '../keys.ts';
import { onPayment } from '../onPayment.ts';
import type { Platform } from '../platform.ts';
import { answerPayment, answerSettledPayment } from '../run.ts';
import type { Run } from '../run.ts';
import { resolvingTimeoutMs, untilKnown } from '../../../kit/untilKnown.ts';

/** What the provider is about to be asked, written before it is. */
export interface CancelIntent {
  readonly callTimeoutMs: number;
}

const CANCELABLE: readonly string[] = [
  'requires_confirmation',
  'requires_payment_method',
  'requires_review',
];

export function cancelPayment(
  platform: Platform,
  claim: Claim,
  input: CancelPayment,
): Promise<Answer> {
  return onPayment(platform, claim, input, async (run) => {
    const { status, cancellationReason, networkId } = run.payment;
    if (CANCELABLE.includes(status)) {
      addCanceled(run);
      return answerPayment(run);
    }
    if (cancellationReason === 'expired') {
      return platform.refusal('EXPIRED', 'the authorisation has expired');
    }
    if (status !== 'requires_capture') {
      return platform.refusal('INVALID_STATE', `a payment in ${status} cannot be canceled`);
    }
    const network = platform.state.networks.get(networkId);
    if (!network) throw new Error(`${networkId} is gone`);
    const intent = { callTimeoutMs: network.callTimeoutMs };
    await run.record({ kind: 'open', intent });
    return cancel(run, intent);
  });
}

async function cancel(run: Run, intent: CancelIntent): Promise<Answer> {
  const outcome = await askProvider(run, intent.callTimeoutMs);
  if (outcome.kind === 'answered') return conclude(run);
  if (outcome.kind === 'unknown') return resumeCancel(run, intent);
  await run.persist({ kind: 'free' });
  return run.platform.refusal('NO_ROUTE_AVAILABLE', 'the provider does not release it now');
}

/** Whether the provider received the void is not known: a void may be asked for again. */
export async function resumeCancel(run: Run, { callTimeoutMs }: CancelIntent): Promise<Answer> {
  const timeoutMs = resolvingTimeoutMs(callTimeoutMs);
  const known = await untilKnown(run.platform.pause, run.goToBackground, async () => {
    const outcome = await askProvider(run, timeoutMs);
    return outcome.kind === 'answered' || outcome.kind === 'impossible' ? outcome.kind : undefined;
  });
  if (known === 'answered') return conclude(run);
  await run.persist({ kind: 'free' });
  return run.platform.refusal('NO_ROUTE_AVAILABLE', 'the provider does not release it');
}

function askProvider({ payment, platform }: Run, timeoutMs: number) {
  const charge = chargeOf(payment);
  if (!charge) throw new Error(`${payment.paymentId} has no charge`);
  const { providerId, reference } = charge;
  return platform.outside.voidCharge({ providerId, reference }, timeoutMs);
}

function conclude(run: Run): Promise<Answer> {
  addCanceled(run);
  return answerSettledPayment(run);
}

function addCanceled(run: Run): void {
  run.add({
    type: 'payment.canceled',
    data: { reason: 'requested' },
    entries: releaseEntries(run.payment),
  });
}
