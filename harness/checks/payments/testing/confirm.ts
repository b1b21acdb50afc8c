/** Confirming a payment, from the decisions to its end. It goes by what is on disk, so that a restart can go on with it. */
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { charge } from './charge.ts';
import { decide } from './decide.ts';
import { inFlight, keyRecord } from './keys.ts';
import { has, inBackground, keepTrying, paymentOf, refused } from './life.ts';
import type { Life } from './life.ts';
import type { Command } from './state.ts';
import { openStep } from './step.ts';
import type { Step } from './step.ts';
import { viewPayment } from './views.ts';

/** How often a reply that waits for a provider looks again, a tenth of a second apart. */
const WAITING_TRIES = 10;

/** Undefined while a provider does not tell what became of a charge. */
export async function confirm(life: Life, paymentId: string): Promise<SystemAnswer | undefined> {
  return (await decide(life, paymentId)) ?? charge(life, paymentId);
}

/** Ends in a reply also while the outcome is not known; then it goes on behind it. */
export async function goOn(life: Life, paymentId: string): Promise<SystemAnswer> {
  return orProcessing(life, paymentId, () => confirm(life, paymentId));
}

export async function orProcessing(
  life: Life,
  paymentId: string,
  attempt: () => Promise<SystemAnswer | undefined>,
): Promise<SystemAnswer> {
  const { unresolvedReply } = life.options.freedoms;
  const tries = unresolvedReply === 'waits' ? WAITING_TRIES : 1;
  const answer = await keepTrying(life, attempt, tries);
  if (answer) return answer;
  const { command } = paymentOf(life, paymentId).work ?? {};
  if (!command) throw new Error('What is unresolved has its work on disk.');
  const step = openStep(life, paymentOf(life, paymentId));
  step.payment.isUnresolved = true;
  const processing: SystemAnswer = { output: viewPayment(step.payment) };
  const isTold = unresolvedReply !== '503';
  const state = isTold ? 'completed' : 'in-progress';
  step.write({
    key: keyRecord(life, command, state, step.payment, isTold ? processing : null),
  });
  const rest = keepTrying(life, attempt).then((found) => found ?? processing);
  if (!isTold) inFlight(life, command.idempotencyKey, rest);
  inBackground(life, () => rest);
  return isTold ? processing : refused('NO_ROUTE_AVAILABLE', { paymentId });
}

/** The last step of a command that was carried out: it is kept under its key. */
export function keep(
  life: Life,
  step: Step,
  command: Command,
  answer: SystemAnswer,
  refundId?: string,
): SystemAnswer {
  step.write({ key: keyRecord(life, command, 'completed', step.payment, answer, refundId) });
  return answer;
}

export type Ending = { readonly decline: string } | { readonly refusal: string };

/** Ends a confirmation with a 402 or a 503. */
export function declineOrRefuse(
  life: Life,
  step: Step,
  command: Command,
  ending: Ending,
): SystemAnswer {
  const { payment } = step;
  const { paymentId } = payment;
  Object.assign(payment, { work: null, isUnresolved: false });
  if ('decline' in ending) {
    const { decline: declineCode } = ending;
    Object.assign(payment, { status: 'requires_payment_method', declineCode });
    if (!has(life, 'records no declines')) step.event('payment.declined', { declineCode });
    const declined = refused('DECLINED', { declineCode, paymentId });
    if (!has(life, 'forgets the key of a decline')) return keep(life, step, command, declined);
    step.write({ key: keyRecord(life, command, 'released', payment) });
    return declined;
  }
  payment.status = 'requires_confirmation';
  step.event('payment.refused', { code: ending.refusal });
  step.write({ key: keyRecord(life, command, 'released', payment) });
  return refused(ending.refusal, { paymentId });
}
