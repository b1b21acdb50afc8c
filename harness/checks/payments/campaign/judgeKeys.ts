/** PAY-IDEM-04.c: each key is one command, and nobody is charged twice, for nothing, or by nobody's wish. Pure; O(n). */
import { canonicalText } from '../../../history/canonicalText.ts';
import type { Json } from '../../../target/target.ts';
import { isFinal, paymentIdOf, refundIdOf } from './commands.ts';
import type { CommandReply, KeyedCommand } from './commands.ts';
import { chargedKeys } from './chargedKeys.ts';
import type { PaymentsFinals } from './finalReads.ts';
import { findings } from '../../kit/campaign/findings.ts';
import type { Report } from '../../kit/campaign/findings.ts';
import { wantsNoCharge } from './money.ts';

export interface JudgedKeys {
  readonly violations: readonly string[];
  /** In force. */
  readonly charges: number;
  /** Commands that were sent more than once. */
  readonly retried: number;
}

export function judgeKeys(
  commands: ReadonlyMap<string, KeyedCommand>,
  finals: PaymentsFinals,
): JudgedKeys {
  const { sentences, report } = findings();
  let retried = 0;
  for (const command of commands.values()) {
    if (command.attempts > 1) retried += 1;
    holdSameReply(command, report);
    holdSameSubject(command, finals, report);
  }
  const charges = holdChargesWanted(finals, report);
  for (const [key, paymentIds] of chargedKeys(commands, finals, report)) {
    if (paymentIds.length < 2) continue;
    report(
      `Under the key ${key} ${paymentIds.length} payments have charges in force: ${paymentIds.join(', ')}.`,
    );
  }
  holdRefundsWanted(commands, finals, report);
  return { violations: sentences, charges, retried };
}

function holdSameReply({ key, operation, replies }: KeyedCommand, report: Report): void {
  const texts = new Set(replies.filter(isFinal).map(replyText));
  if (texts.size < 2) return;
  const [one, other] = texts;
  report(`${operation} with the key ${key} was answered ${one}, and again ${other}.`);
}

/** Without a need to compare, which is the rule, without a text. */
function replyText(reply: CommandReply): string {
  switch (reply.kind) {
    case 'payment':
      return canonicalText(reply.payment as unknown as Json);
    case 'refund':
      return canonicalText(reply.refund as unknown as Json);
    case 'declined':
      return canonicalText(reply.problem as Json);
    case 'found':
      return '';
  }
}

/** A key that a refusal or a failed refund has left free may come to another payment or refund. */
function holdSameSubject(
  { key, operation, replies }: KeyedCommand,
  { streams }: PaymentsFinals,
  report: Report,
): void {
  if (replies.length < 2) return;
  const payments = new Set(replies.flatMap((reply) => paymentIdOf(reply) ?? []));
  const refunds = new Map(
    replies.flatMap((reply) => {
      const [refundId, paymentId] = [refundIdOf(reply), paymentIdOf(reply)];
      return refundId === undefined ? [] : [[refundId, paymentId ?? '']];
    }),
  );
  const bound = [...payments].filter((id) => streams.get(id)?.wasRefused !== true);
  const boundRefunds = [...refunds].filter(
    ([refundId, paymentId]) => streams.get(paymentId)?.refunds?.get(refundId) !== 'failed',
  );
  if (bound.length > 1) {
    report(`${operation} with the key ${key} was answered for payments ${bound.join(' and ')}.`);
  }
  if (boundRefunds.length > 1) {
    const ids = boundRefunds.map(([refundId]) => refundId);
    report(`${operation} with the key ${key} was answered for refunds ${ids.join(' and ')}.`);
  }
}

/** @returns how many charges are in force */
function holdChargesWanted({ streams, charges, open }: PaymentsFinals, report: Report): number {
  let count = 0;
  for (const [paymentId, own] of charges) {
    count += own.length;
    const stream = streams.get(paymentId);
    const told = own
      .map(
        (each) =>
          `${each.reference} at ${each.providerId} over ${each.amountMinor} ${each.currency}`,
      )
      .join(' and ');
    if (!stream) {
      report(`The charge ${told} is in force for payment ${paymentId}, which is not in the feed.`);
    } else if (open.has(paymentId)) {
      continue;
    } else if (own.length > 1) {
      report(`Payment ${paymentId} has ${own.length} charges in force: ${told}.`);
    } else if (wantsNoCharge(stream)) {
      report(
        `Payment ${paymentId} is in ${stream.payment?.status}, and its charge ${told} is still in force.`,
      );
    }
  }
  return count;
}

/** Each refund at the provider, and each in the stream, has a key of its own. */
function holdRefundsWanted(
  commands: ReadonlyMap<string, KeyedCommand>,
  { streams, charges, open }: PaymentsFinals,
  report: Report,
): void {
  const asked = new Map<string, number>();
  for (const { operation, input, isPossible } of commands.values()) {
    if (operation !== 'createRefund' || !isPossible) continue;
    const paymentId = String(input['paymentId']);
    asked.set(paymentId, (asked.get(paymentId) ?? 0) + 1);
  }
  for (const [paymentId, own] of charges) {
    const refunds = own.reduce((sum, each) => sum + each.refunds, 0);
    const keys = asked.get(paymentId) ?? 0;
    if (refunds <= keys || open.has(paymentId)) continue;
    report(
      `The provider has refunded payment ${paymentId} ${refunds} times, and ${keys} refunds were asked for.`,
    );
  }
  for (const { paymentId, refunds } of streams.values()) {
    if (!refunds) continue;
    const done = [...refunds.values()].filter((outcome) => outcome === 'refunded').length;
    const keys = asked.get(paymentId) ?? 0;
    if (done <= keys) continue;
    report(`Payment ${paymentId} was refunded ${done} times, and ${keys} refunds were asked for.`);
  }
}
