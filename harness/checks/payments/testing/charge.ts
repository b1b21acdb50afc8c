/** The providers of the region, one after the other, until one has answered. */
import type { Network } from '../../../../spec/payments/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { declineOrRefuse, keep } from './confirm.ts';
import { commandOf } from './decide.ts';
import { bookCapture, release, reserve, settle } from './ledger.ts';
import { has, inBackground, keepTrying, paymentOf } from './life.ts';
import type { Life } from './life.ts';
import { requestCharge, resolveCharge, voidCharge } from './providers.ts';
import type { ChargeOutcome } from './providers.ts';
import { joined } from './state.ts';
import type { Attempt, PaymentState } from './state.ts';
import { openStep } from './step.ts';
import type { Step } from './step.ts';
import { viewPayment } from './views.ts';

/** Undefined while a provider that may have booked the charge does not tell. */
export async function charge(life: Life, paymentId: string): Promise<SystemAnswer | undefined> {
  for (;;) {
    const payment = paymentOf(life, paymentId);
    const open = payment.attempts.findLast(
      ({ outcome }) => outcome === 'pending' || outcome === 'unknown',
    );
    const isFirst = payment.attempts.length === payment.earlierAttempts;
    const isLast = !isFirst && has(life, 'asks the first provider only');
    const attempt = open ?? (isLast ? undefined : nextAttempt(life, payment));
    if (!attempt) {
      const step = openStep(life, payment);
      return declineOrRefuse(life, step, commandOf(payment), { refusal: 'NO_ROUTE_AVAILABLE' });
    }
    const outcome = open
      ? await resolveCharge(life, payment, attempt)
      : await firstAnswer(life, paymentOf(life, paymentId), attempt);
    const answer = record(life, paymentId, attempt, outcome);
    if (answer) return answer;
    if (open && outcome.kind === 'unknown') return undefined;
  }
}

async function firstAnswer(
  life: Life,
  payment: PaymentState,
  attempt: Attempt,
): Promise<ChargeOutcome> {
  const outcome = await requestCharge(life, payment, attempt);
  const isAskedAgain = life.options.freedoms.sameProvider === 'asked again';
  if (outcome.kind !== 'retryable-error' || !isAskedAgain) return outcome;
  return requestCharge(life, payment, attempt);
}

/** On disk before the provider is asked; undefined when nobody is left. */
function nextAttempt(life: Life, payment: PaymentState): Attempt | undefined {
  const { networkId, regionId, attempts, earlierAttempts, paymentId } = payment;
  const region = life.state.regions.get(joined(networkId, regionId ?? ''));
  const tried = attempts.slice(earlierAttempts);
  const network = life.state.networks.get(networkId);
  const isOver = tried.length >= (network?.maxProviderAttempts ?? 3);
  if (!region || (isOver && !has(life, 'tries every provider'))) return undefined;
  const turn = has(life, 'tries the highest priority number first') ? -1 : 1;
  const next = [...region.providers]
    .sort((one, other) => turn * (one.priority - other.priority))
    .find(({ providerId }) => !tried.some((each) => each.providerId === providerId));
  if (!next) return undefined;
  const number = attempts.length + 1;
  const attempt: Attempt = {
    ...{ attempt: number, providerId: next.providerId, regionId: region.regionId },
    ...{ reference: `${paymentId}.${number}`, outcome: 'pending' },
  };
  const step = openStep(life, payment);
  step.payment.attempts.push(attempt);
  const { providerId, reference } = attempt;
  step.event('provider.attempted', {
    ...{ attempt: number, providerId, regionId: region.regionId, reference },
  });
  step.write();
  return attempt;
}

/** The answer of the command when this was its end. */
function record(
  life: Life,
  paymentId: string,
  { attempt, outcome: before }: Attempt,
  outcome: ChargeOutcome,
): SystemAnswer | undefined {
  if (outcome.kind === 'unknown' && before === 'unknown') return undefined;
  const payment = paymentOf(life, paymentId);
  const step = openStep(life, payment);
  const draft = step.payment;
  const own = draft.attempts.find((each) => each.attempt === attempt);
  if (own) own.outcome = outcome.kind;
  step.event('provider.answered', { attempt, outcome: outcome.kind });
  switch (outcome.kind) {
    case 'approved':
      return approve(life, step, outcome.feeMinor);
    case 'declined':
      if (has(life, 'tries a decline elsewhere')) return void step.write();
      return declineOrRefuse(life, step, commandOf(payment), { decline: outcome.declineCode });
    case 'retryable-error':
    case 'voided':
    case 'unknown':
      step.write();
      return undefined;
  }
}

function approve(life: Life, step: Step, feeMinor: number): SystemAnswer {
  const { payment } = step;
  const command = commandOf(payment);
  Object.assign(payment, { work: null, isUnresolved: false });
  if (has(life, 'records the fraud decision after the charge')) {
    const { decision, level } = payment.risk;
    step.event('fraud.decided', { decision, level });
  }
  const isAutomatic = payment.captureMethod === 'automatic';
  if (!isAutomatic || life.options.freedoms.automaticCapture === 'authorized first') {
    authorize(life, step);
  }
  if (isAutomatic) capture(life, step, payment.amountMinor, feeMinor);
  return keep(life, step, command, { output: viewPayment(payment) });
}

function authorize(life: Life, step: Step): void {
  const { payment } = step;
  const network: Network | undefined = life.state.networks.get(payment.networkId);
  const { amountMinor } = payment;
  const expiresAtMs = life.nowMs + (network?.authorizationTtlMs ?? 0);
  Object.assign(payment, { status: 'requires_capture', capturableMinor: amountMinor, expiresAtMs });
  step.event('payment.authorized', { amountMinor, expiresAtMs });
  reserve(life, step);
}

export function capture(life: Life, step: Step, amountMinor: number, feeMinor: number): void {
  const { payment } = step;
  const settlement = settle(life, payment, amountMinor);
  if (!settlement) throw new Error('The rate was there when the capture began.');
  Object.assign(payment, {
    ...{ status: 'succeeded', settlement, capturableMinor: 0, receivedMinor: amountMinor },
    ...{ providerFeeMinor: feeMinor, expiresAtMs: null },
  } satisfies Partial<PaymentState>);
  const told = amountMinor + (has(life, 'tells another amount in an event') ? 1 : 0);
  step.event('payment.captured', { amountMinor: told, settlement, providerFeeMinor: feeMinor });
  release(life, step);
  bookCapture(life, step, amountMinor);
}

/** Behind the replies, until the provider has taken it. */
export function voidInBackground(life: Life, payment: PaymentState): void {
  const approved = payment.attempts.find(({ outcome }) => outcome === 'approved');
  if (!approved) return;
  inBackground(life, () =>
    keepTrying(life, async () => {
      const outcome = await voidCharge(life, payment, approved);
      return outcome.kind === 'unknown' ? undefined : outcome;
    }),
  );
}
