/**
 * Charges a payment through the providers of its plan, one after the other. Each attempt is written with its reference
 * before the provider is asked; what may have been booked is found out, or voided, before anybody else is asked.
 */
import type { DeclineCode } from '../../../spec/payments/messages.d.ts';
import type { Answer } from '../../kit/service.ts';
import { authorizationEntry, captureEntry } from '../eventStore/entries.ts';
import type { Attempt } from '../eventStore/payment.ts';
import type { AttemptOutcome, ChargePlan } from '../eventStore/paymentEvents.ts';
import type { Charge } from '../outside/outsideTypes.ts';
import { declined, refused } from '../platform/endings.ts';
import { answerSettledPayment } from '../platform/run.ts';
import type { Run } from '../platform/run.ts';
import { resolvingTimeoutMs, untilKnown } from '../../kit/untilKnown.ts';
import { settle } from './settlement.ts';

/** What came of an attempt: the charge as the provider has it, or an error that booked nothing. */
type Outcome = Charge | Refused | 'retryable-error';

/** The provider takes no such charge at all. */
type Refused = { readonly status: 'declined'; readonly declineCode: null };

/** From the first provider on. Rejects with StoreUnavailable when the first attempt cannot be written: then nobody was asked. */
export async function chargeThroughProviders(run: Run): Promise<Answer> {
  if (!attemptNext(run)) return refused(run, 'NO_ROUTE_AVAILABLE', 'the region has no provider');
  await run.record({ kind: 'open' });
  return conclude(run, await askProvider(run));
}

/** Takes up again what a crash interrupted: whether the last attempt was received is not known. */
export async function resumeCharging(run: Run): Promise<Answer> {
  return conclude(run, await resolveAttempt(run));
}

async function conclude(run: Run, first: Outcome): Promise<Answer> {
  for (let outcome = first; ;) {
    if (outcome !== 'retryable-error') {
      if (outcome.status === 'declined') return decline(run, outcome);
      if (outcome.status !== 'voided') return approve(run, outcome.feeMinor);
    }
    answered(run, outcome === 'retryable-error' ? 'retryable-error' : 'voided');
    if (!attemptNext(run)) {
      return refused(run, 'NO_ROUTE_AVAILABLE', 'no provider takes it: try again later');
    }
    await run.persist({ kind: 'open' });
    outcome = await askProvider(run);
  }
}

/** Adds the attempt at the next provider of the plan; false when there is none left. */
function attemptNext(run: Run): boolean {
  const { attempts, attemptsBefore, regionId, paymentId } = run.payment;
  const providerId = planOf(run).providers[attempts.length - attemptsBefore];
  if (providerId === undefined || regionId === null) return false;
  const attempt = attempts.length + 1;
  const reference = `${paymentId}-${attempt}`;
  run.add({ type: 'provider.attempted', data: { attempt, providerId, regionId, reference } });
  return true;
}

async function askProvider(run: Run): Promise<Outcome> {
  const { paymentId, merchantId, amountMinor, currency, captureMethod, token } = run.payment;
  const { providerId, reference } = lastAttempt(run);
  if (token === null) throw new Error(`${paymentId} is charged without a token`);
  const outcome = await run.platform.outside.createCharge(
    {
      providerId,
      reference,
      paymentId,
      merchantId,
      token,
      amountMinor,
      currency,
      capture: captureMethod === 'automatic',
    },
    planOf(run).callTimeoutMs,
  );
  switch (outcome.kind) {
    case 'answered':
      return outcome.charge;
    case 'retryable':
      return 'retryable-error';
    case 'impossible':
      return { status: 'declined', declineCode: null };
    case 'unknown':
      return resolveAttempt(run);
  }
}

/** Asks for the reference; one that was never received is voided, so that it cannot be charged any more. */
async function resolveAttempt(run: Run): Promise<Outcome> {
  const { outside } = run.platform;
  const { providerId, reference } = lastAttempt(run);
  const timeoutMs = resolvingTimeoutMs(planOf(run).callTimeoutMs);
  const inBackground = async (): Promise<void> => {
    // After a restart it may have been said before.
    if (lastAttempt(run).outcome === 'pending') answered(run, 'unknown');
    await run.persist({ kind: 'open' });
    run.goToBackground();
  };
  return untilKnown(run.platform.pause, inBackground, async () => {
    const found = await outside.getCharge({ providerId, reference }, timeoutMs);
    if (found.kind === 'answered') return found.charge;
    if (found.kind !== 'absent') return undefined;
    const voided = await outside.voidCharge({ providerId, reference }, timeoutMs);
    return voided.kind === 'answered' ? voided.charge : undefined;
  });
}

async function decline(run: Run, charge: Charge | Refused): Promise<Answer> {
  answered(run, 'declined');
  return declined(run, (charge.declineCode ?? 'PROCESSING_ERROR') as DeclineCode);
}

async function approve(run: Run, providerFeeMinor: number): Promise<Answer> {
  answered(run, 'approved');
  const { captureMethod, amountMinor } = run.payment;
  const { authorizationTtlMs, terms } = planOf(run);
  if (captureMethod === 'manual') {
    run.add({
      type: 'payment.authorized',
      data: { amountMinor, expiresAtMs: run.platform.clock.nowMs() + authorizationTtlMs },
      entries: [authorizationEntry(run.payment)],
    });
  } else {
    const share = settle(run.payment, amountMinor, terms);
    run.add({
      type: 'payment.captured',
      data: { amountMinor, ...share, providerFeeMinor },
      entries: [captureEntry(run.payment, amountMinor, share)],
    });
  }
  return answerSettledPayment(run);
}

function answered(run: Run, outcome: AttemptOutcome): void {
  run.add({ type: 'provider.answered', data: { attempt: lastAttempt(run).attempt, outcome } });
}

function lastAttempt({ payment }: Run): Attempt {
  const last = payment.attempts.at(-1);
  if (!last) throw new Error(`${payment.paymentId} has no attempt`);
  return last;
}

function planOf({ payment }: Run): ChargePlan {
  if (!payment.plan) throw new Error(`${payment.paymentId} has no plan of charging`);
  return payment.plan;
}
