/** What became of a command, and what one that was refused has to leave as it was. */
import type { Payment } from '../../../spec/payments/messages.d.ts';
import type { Problem } from '../../target/target.ts';
import { hold, holdSame } from '../kit/hold.ts';
import type { Reply } from '../kit/replies.ts';
import type { Shop } from './shop.ts';
import type { ProviderCharge } from './worldQuestions.ts';

/** What a reply or a refusal says, to be compared as JSON. */
export function bodyOf(reply: Reply<unknown>): unknown {
  return reply.kind === 'ok' ? reply.output : reply.problem;
}

/** `ok`, or the code of the refusal. */
export function codeOf(reply: Reply<unknown>): string {
  return reply.kind === 'ok' ? 'ok' : reply.problem.code;
}

/** @throws Violation for a refusal */
export function holdCarriedOut<T>(reply: Reply<T>, what: string): T {
  hold(
    reply.kind === 'ok',
    `${what} should be carried out, but is refused with ${codeOf(reply)}.`,
    'a reply',
    bodyOf(reply),
  );
  return reply.output;
}

/** @throws Violation unless it is refused with one of the codes */
export function holdRefused(
  reply: Reply<unknown>,
  codes: readonly string[],
  what: string,
): Problem {
  const code = codeOf(reply);
  hold(
    reply.kind === 'refused' && codes.includes(code),
    `${what} should be refused with ${codes.join(' or ')}, but ${code === 'ok' ? 'is carried out' : `is refused with ${code}`}.`,
    codes,
    bodyOf(reply),
  );
  return reply.problem;
}

/**
 * The payment that a problem document names.
 * @throws Violation when it names none
 */
export function paymentIdOf(problem: Problem): string {
  const { paymentId } = problem;
  hold(
    typeof paymentId === 'string',
    `The problem document of a ${problem.code} should name its payment in "paymentId".`,
    'paymentId',
    problem,
  );
  return paymentId;
}

/** A payment and what the providers have booked for it. */
export interface Look {
  readonly payment: Payment;
  readonly charges: readonly BookedCharge[];
}

type BookedCharge = Omit<ProviderCharge, 'requests'>;

export async function look(shop: Shop, paymentId: string): Promise<Look> {
  const [payment, charges] = await Promise.all([shop.get(paymentId), shop.chargesOf(paymentId)]);
  return { payment, charges: booked(charges) };
}

/** @throws Violation when the payment, its version or the providers' ledger is not as it was */
export async function holdUnchanged(shop: Shop, before: Look, what: string): Promise<void> {
  const { payment, charges } = await look(shop, before.payment.paymentId);
  holdSame(
    payment,
    before.payment,
    `${what} changed the payment: it was ${told(before.payment)} and is ${told(payment)}.`,
  );
  holdSame(charges, before.charges, `${what} changed what the providers have booked.`);
}

/** For sentences. */
export function told({ status, version }: Payment): string {
  return `${status} at version ${version}`;
}

/** Asking for a charge again books nothing: how often it was named is left out. */
export function booked(charges: readonly ProviderCharge[]): BookedCharge[] {
  return charges
    .map(({ requests: _, ...charge }) => charge)
    .sort((a, b) => (a.reference < b.reference ? -1 : 1));
}
