/** What checks hold of a reply as such. */
import { Violation } from '../check.ts';
import type { Problem, ReplyHeaders } from '../../target/target.ts';

export type Reply<T> =
  | { kind: 'ok'; output: T; headers?: ReplyHeaders }
  | { kind: 'refused'; problem: Problem; headers?: ReplyHeaders };

/** @throws Violation for a refusal */
export function okOutput<T>(operation: string, reply: Reply<T>): T {
  if (reply.kind === 'ok') return reply.output;
  const { code, detail } = reply.problem;
  throw new Violation(
    `${operation} was refused with ${code}${detail === undefined ? '' : ` (${detail})`}.`,
    'a reply',
    reply.problem,
  );
}

/** Asserts a refusal with one of the codes and answers its problem document. @throws Violation for a reply or another code */
export function refusedWith(
  operation: string,
  reply: Reply<unknown>,
  ...codes: readonly string[]
): Problem {
  if (reply.kind === 'refused' && codes.includes(reply.problem.code)) return reply.problem;
  throw new Violation(
    `${operation} should be refused with ${codes.join(' or ')}.`,
    codes,
    reply.kind === 'ok' ? reply.output : reply.problem,
  );
}
