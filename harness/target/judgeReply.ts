/** Holds what came back to the contract: the same judgement for every binding. */
import type { CaseStudy, Operation, Stream } from '../contract/caseStudy.ts';
import { MAX_RAW_REPLY_CHARS } from './bounds.ts';
import { excerpt } from './excerpt.ts';
import { StreamMessage } from './streamMessage.ts';
import type { Answer, JsonObject, Problem, RawReply, ReplyHeaders, StreamEvent } from './target.ts';

type Refusal = Exclude<Answer, { kind: 'ok' }>;

/** @param how what the reply looked like on the wire, for instance `status 200` */
export function judgeOutput(
  caseStudy: CaseStudy,
  operation: Operation,
  value: unknown,
  how: string,
): Answer {
  const wrong = operation.response.validate(value);
  if (wrong === undefined) return { kind: 'ok', output: value as JsonObject };
  return {
    kind: 'malformed',
    reason:
      `${operation.id} answered with ${how}, but not with the message ${operation.response.name}: ` +
      `${wrong}. It answered ${excerpt(value)}. Make it match ` +
      `spec/${caseStudy.id}/messages.schema.json, $defs/${operation.response.name}.`,
  };
}

/**
 * @param name the operation or stream that was refused
 * @param httpStatus the status that carried the document; undefined where the binding has none
 */
export function judgeProblem(
  caseStudy: CaseStudy,
  name: string,
  value: unknown,
  how: string,
  httpStatus?: number,
): Refusal {
  const problem = value as Partial<Problem> | null;
  const code = typeof problem === 'object' ? problem?.code : undefined;
  const row = typeof code === 'string' ? caseStudy.errors.get(code) : undefined;
  if (row && (httpStatus === undefined || httpStatus === row.httpStatus)) {
    if (row.definite) return { kind: 'refused', problem: value as Problem };
    return { kind: 'indeterminate', reason: `${name} was refused with ${row.code}: ${row.title}` };
  }
  const table = `spec/${caseStudy.id}/errors.json`;
  if (row) {
    return {
      kind: 'malformed',
      reason:
        `${name} was refused with ${row.code} and ${how}; ${table} gives ${row.code} the status ` +
        `${row.httpStatus}. Answer with that status.`,
    };
  }
  if (httpStatus !== undefined && httpStatus >= 500) {
    return {
      kind: 'indeterminate',
      reason: `${name} answered with ${how} and no code of ${table}, so whether it had an effect is unknown. It answered ${excerpt(value)}`,
    };
  }
  return {
    kind: 'malformed',
    reason:
      `${name} answered with ${how}, but not with a problem document whose "code" stands in ${table}. ` +
      `It answered ${excerpt(value)}. Answer a refusal with one of those codes, as application/problem+json ` +
      `(an operation that is not offered: NOT_SUPPORTED).`,
  };
}

/** What came on the wire. */
export interface Received {
  readonly status?: number;
  /** Undefined where a binding without headers gave none. */
  readonly headers: ReplyHeaders | undefined;
  readonly body: string;
}

/** A reply of the contract keeps the headers that came with it; one that is none keeps all that came, so that it can be looked at. */
export function withReceived(answer: Answer, { status, headers, body }: Received): Answer {
  if (answer.kind === 'ok' || answer.kind === 'refused')
    return headers ? { ...answer, headers } : answer;
  const reply: RawReply = {
    ...(status !== undefined && { status }),
    headers: headers ?? {},
    body: body.slice(0, MAX_RAW_REPLY_CHARS),
  };
  return { ...answer, reply };
}

/** The `headers` that a binding without headers gives beside the output or problem; undefined when there are none. */
export function headersBeside(value: unknown): ReplyHeaders | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name.toLowerCase(), String(each)]),
  );
}

/** @param text the message's JSON text as it came, where it is at hand */
export function judgeStreamMessage(
  caseStudy: CaseStudy,
  stream: Stream,
  value: unknown,
  text?: string,
): StreamEvent {
  const wrong = stream.message.validate(value);
  if (wrong === undefined) return new StreamMessage(value as JsonObject, text);
  return {
    kind: 'malformed',
    reason:
      `The stream ${stream.id} sent something other than the message ${stream.message.name}: ${wrong}. ` +
      `It sent ${excerpt(value)}. Make it match spec/${caseStudy.id}/messages.schema.json, ` +
      `$defs/${stream.message.name}.`,
  };
}
