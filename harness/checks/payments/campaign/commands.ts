/** The history by idempotency key: what was asked under each, and everything that was answered. */
import type { KeyRecord, Payment, Refund } from '../../../../spec/payments/messages.d.ts';
import type { HistoryOperation } from '../../../history/history.ts';
import type { JsonObject, Problem } from '../../../target/target.ts';

export type CommandReply =
  | { readonly kind: 'payment'; readonly payment: Payment }
  | { readonly kind: 'refund'; readonly refund: Refund }
  | { readonly kind: 'declined'; readonly problem: Problem }
  /** By findKey, when no reply came. */
  | { readonly kind: 'found'; readonly record: Pick<KeyRecord, 'paymentId' | 'refundId'> };

export interface KeyedCommand {
  readonly key: string;
  readonly operation: string;
  readonly input: JsonObject;
  attempts: number;
  /** Whether some attempt may have had an effect: not every one was refused for certain. */
  isPossible: boolean;
  readonly replies: CommandReply[];
}

/** What a definite refusal with an effect is recorded as. */
interface ObservedRefusal {
  readonly refused: string;
  readonly problem: Problem;
}

export function keyedCommands(
  operations: readonly HistoryOperation[],
): ReadonlyMap<string, KeyedCommand> {
  const commands = new Map<string, KeyedCommand>();
  for (const attempt of operations) {
    const { idempotencyKey: key, operation, input, outcome } = attempt;
    if (key === undefined) continue;
    const command = commands.get(key) ?? {
      ...{ key, operation, input, attempts: 0, isPossible: false, replies: [] },
    };
    commands.set(key, command);
    command.attempts += 1;
    if (outcome !== 'fail') command.isPossible = true;
    const reply = replyOf(attempt);
    if (reply) command.replies.push(reply);
  }
  return commands;
}

function replyOf({ operation, outcome, output }: HistoryOperation): CommandReply | undefined {
  if (outcome !== 'ok' || output === undefined) return undefined;
  const { refused } = output as JsonObject;
  if (refused !== undefined) {
    return { kind: 'declined', problem: (output as unknown as ObservedRefusal).problem };
  }
  if ('state' in (output as JsonObject)) {
    return { kind: 'found', record: output as unknown as KeyRecord };
  }
  return operation === 'createRefund'
    ? { kind: 'refund', refund: output as unknown as Refund }
    : { kind: 'payment', payment: output as unknown as Payment };
}

/** One that has not ended may be another one when it is asked for again. */
export function isFinal(reply: CommandReply): boolean {
  switch (reply.kind) {
    case 'payment':
      return reply.payment.status !== 'processing';
    case 'refund':
      return reply.refund.status !== 'pending';
    case 'declined':
      return true;
    case 'found':
      return false;
  }
}

/** Undefined where the reply does not name one. */
export function paymentIdOf(reply: CommandReply): string | undefined {
  switch (reply.kind) {
    case 'payment':
      return reply.payment.paymentId;
    case 'refund':
      return reply.refund.paymentId;
    case 'declined':
      return text(reply.problem['paymentId']);
    case 'found':
      return text(reply.record.paymentId);
  }
}

export function refundIdOf(reply: CommandReply): string | undefined {
  if (reply.kind === 'refund') return reply.refund.refundId;
  return reply.kind === 'found' ? text(reply.record.refundId) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
