import type { CapturePayment } from '../../../../spec/payments/messages.d.ts';
import type { Answer } from '../../../kit/service.ts';
import { captureEntry, releaseEntries } from '../../eventStore/entries.ts';
import { chargeOf } from '../../eventStore/payment.ts';
import type { CaptureTerms } from '../../eventStore/paymentEvents.ts';
import type { Charge } from '../../outside/outsideTypes.ts';
import { settle } from '../../regionRouters/settlement.ts';
import type { Claim } from '../keys.ts';
import { onPayment } from '../onPayment.ts';
import type { Platform } from '../platform.ts';
import { termsFor } from '../rules.ts';
import { answerSettledPayment } from '../run.ts';
import type { Run } from '../run.ts';
import { resolvingTimeoutMs, untilKnown } from '../../../kit/untilKnown.ts';

/** What the provider is about to be asked, written before it is. */
export interface CaptureIntent {
  readonly amountMinor: number;
  readonly terms: CaptureTerms;
  readonly callTimeoutMs: number;
}

export function capturePayment(
  platform: Platform,
  claim: Claim,
  input: CapturePayment,
): Promise<Answer> {
  return onPayment(platform, claim, input, async (run) => {
    const { payment } = run;
    const { status, cancellationReason, capturableMinor } = payment;
    if (cancellationReason === 'expired') {
      return platform.refusal('EXPIRED', 'the authorisation has expired');
    }
    if (status !== 'requires_capture') {
      return platform.refusal('INVALID_STATE', `a payment in ${status} cannot be captured`);
    }
    const amountMinor = input.amountMinor ?? capturableMinor;
    if (amountMinor > capturableMinor) {
      return platform.refusal(
        'AMOUNT_EXCEEDS_AUTHORIZED',
        `${capturableMinor} is authorised, not ${amountMinor}`,
      );
    }
    const network = platform.state.networks.get(payment.networkId);
    if (!network) throw new Error(`${payment.networkId} is gone`);
    const terms = termsFor(platform, payment, network);
    if ('refusal' in terms) return terms.refusal;
    const intent = { amountMinor, terms, callTimeoutMs: network.callTimeoutMs };
    await run.record({ kind: 'open', intent });
    return capture(run, intent);
  });
}

async function capture(run: Run, intent: CaptureIntent): Promise<Answer> {
  const outcome = await askProvider(run, intent, intent.callTimeoutMs);
  if (outcome.kind === 'answered') return conclude(run, intent, outcome.charge);
  if (outcome.kind === 'unknown') return resumeCapture(run, intent);
  await run.persist({ kind: 'free' });
  return run.platform.refusal('NO_ROUTE_AVAILABLE', 'the provider does not capture now');
}

/** Whether the provider received the capture is not known: it is asked for it, and then again for the same capture. */
export async function resumeCapture(run: Run, intent: CaptureIntent): Promise<Answer> {
  const { outside } = run.platform;
  const timeoutMs = resolvingTimeoutMs(intent.callTimeoutMs);
  const charge = await untilKnown(run.platform.pause, run.goToBackground, async () => {
    const outcome = await askProvider(run, intent, timeoutMs);
    if (outcome.kind === 'answered') return outcome.charge;
    if (outcome.kind !== 'impossible') return undefined;
    const found = await outside.getCharge(chargeIn(run), timeoutMs);
    return found.kind === 'answered' ? found.charge : undefined;
  });
  return conclude(run, intent, charge);
}

function askProvider(run: Run, { amountMinor }: CaptureIntent, timeoutMs: number) {
  const { providerId, reference } = chargeIn(run);
  // A payment is captured once, so its name of the capture is always the same: asking again is benign.
  const captureReference = `${reference}-capture`;
  const request = { providerId, reference, captureReference, amountMinor };
  return run.platform.outside.captureCharge(request, timeoutMs);
}

async function conclude(run: Run, { terms }: CaptureIntent, charge: Charge): Promise<Answer> {
  if (charge.status !== 'captured') {
    await run.persist({ kind: 'free' });
    return run.platform.refusal('NO_ROUTE_AVAILABLE', `the provider has it as ${charge.status}`);
  }
  const { capturedMinor, feeMinor } = charge;
  const share = settle(run.payment, capturedMinor, terms);
  run.add({
    type: 'payment.captured',
    data: { amountMinor: capturedMinor, ...share, providerFeeMinor: feeMinor },
    entries: [...releaseEntries(run.payment), captureEntry(run.payment, capturedMinor, share)],
  });
  return answerSettledPayment(run);
}

function chargeIn({ payment }: Run) {
  const charge = chargeOf(payment);
  if (!charge) throw new Error(`${payment.paymentId} has no charge`);
  return { providerId: charge.providerId, reference: charge.reference };
}
