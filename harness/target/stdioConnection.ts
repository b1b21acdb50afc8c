/**
 * The stdio binding: JSON-RPC 2.0, one object a line. A request is `{jsonrpc, id, method: operation, params: input}`; a refusal
 * `{error: {code: -32000, message, data: problem}}`; a stream is `subscribe` {stream, input} -> {subscription}, then notifications
 * `message` {subscription, message}, ended by `unsubscribe` {subscription}. What a subscriber sends is a notification `send`
 * {subscription, message}. Anything else on stdout is an error that is quoted.
 */
import type { CaseStudy, Operation } from '../contract/caseStudy.ts';
import { MAX_REPLY_BYTES, MAX_UNSENT_BYTES } from './bounds.ts';
import type { Connection } from './connection.ts';
import { excerpt } from './excerpt.ts';
import {
  headersBeside,
  judgeOutput,
  judgeProblem,
  judgeStreamMessage,
  withReceived,
} from './judgeReply.ts';
import { createPendingCalls } from './pendingCalls.ts';
import type { Settled } from './pendingCalls.ts';
import { readLines } from './readLines.ts';
import type { ManagedProcess } from './startProcess.ts';
import type { Answer, Json, JsonObject, Problem, StreamEvent } from './target.ts';
import { valueOfText } from './valueOfText.ts';

/** JSON-RPC's own codes that the contract gives a meaning to. */
const REFUSED = -32000;
const METHOD_NOT_FOUND = -32601;
const INTERNAL_ERROR = -32603;

/** A feed may begin before the reply that names it has been read; more than this it may not run ahead. */
const MAX_EARLY_MESSAGES = 100_000;

interface RpcReply {
  result?: Json;
  error?: { code?: Json; message?: Json; data?: Json };
  headers?: Json;
}

interface Line extends RpcReply {
  /** The line itself. */
  readonly text: string;
}

export function connectStdio(caseStudy: CaseStudy, managed: ManagedProcess): Connection {
  const { child } = managed;
  const pending = createPendingCalls<Line>();
  const subscribers = new Map<string, (message: unknown) => void>();
  const closed = new Set<string>();
  const early: { subscription: string; message: unknown }[] = [];
  const ends = new Set<(reason: string) => void>();
  /** Noise that came while nothing waited: the next call hears of it. */
  let noise: string | undefined;

  const complain = (what: string, line: string): void => {
    const reason =
      `stdout is for JSON-RPC 2.0 only, one object a line, but there came ${what}: ${excerpt(line)}. ` +
      `Write logs to stderr.`;
    if (pending.size > 0) pending.breakAll('malformed', reason);
    else noise = reason;
  };

  const notify = (params: JsonObject, line: string): void => {
    const subscription = String(params['subscription']);
    const tell = subscribers.get(subscription);
    if (tell) tell(params['message']);
    else if (closed.has(subscription)) return;
    else if (early.length < MAX_EARLY_MESSAGES)
      early.push({ subscription, message: params['message'] });
    else complain('messages of a subscription that nobody has', line);
  };

  const onLine = (line: string): void => {
    const parsed = parseRpc(line);
    if (!parsed) return complain('something else', line);
    if (parsed['method'] === 'message') return notify((parsed['params'] ?? {}) as JsonObject, line);
    if (!pending.settle(parsed['id'] as number, { ...(parsed as RpcReply), text: line })) {
      complain(`a reply with the id ${JSON.stringify(parsed['id'])}, which no request has`, line);
    }
  };

  readLines(child.stdout!, MAX_REPLY_BYTES, onLine, (start) =>
    complain(`a line longer than ${MAX_REPLY_BYTES} bytes`, start),
  );
  child.stdin!.on('error', () => undefined);
  void managed.exited.then((evidence) => {
    pending.breakAll('ended', `the process ${evidence}`);
    for (const end of ends) end(`the process ${evidence}`);
  });

  const write = (line: JsonObject): void =>
    void child.stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', ...line })}\n`);
  const request = (method: string, params: JsonObject, timeoutMs: number): Promise<Settled<Line>> =>
    pending.wait(timeoutMs, (id) => write({ id, method, params }));

  const heardNoise = (): string | undefined => {
    const heard = noise;
    noise = undefined;
    return heard;
  };

  return {
    async call(operation, input, timeoutMs) {
      const before = heardNoise();
      if (before !== undefined) return { kind: 'malformed', reason: before };
      const settled = await request(operation.id, input, timeoutMs);
      return settled.kind === 'reply'
        ? withReceived(judgeRpcReply(caseStudy, operation, settled.reply), {
            headers: headersBeside(settled.reply.headers),
            body: settled.reply.text,
          })
        : unanswered(operation.id, settled, timeoutMs);
    },

    async subscribe(stream, input, onEvent, timeoutMs) {
      const settled = await request('subscribe', { stream: stream.id, input }, timeoutMs);
      if (settled.kind !== 'reply') return unanswered(stream.id, settled, timeoutMs);
      const { result } = settled.reply;
      const name = (result as JsonObject | undefined)?.['subscription'];
      if (typeof name !== 'string' && typeof name !== 'number') {
        return judgeRpcError(caseStudy, stream.id, settled.reply, 'a result {subscription: id}');
      }
      const subscription = String(name);
      let over = false;
      const tell = (event: StreamEvent): void => {
        if (!over) onEvent(event);
      };
      const hear = (message: unknown): void => tell(judgeStreamMessage(caseStudy, stream, message));
      for (const each of early.splice(0)) {
        if (each.subscription === subscription) hear(each.message);
        else early.push(each);
      }
      subscribers.set(subscription, hear);
      const end = (reason: string): void => tell({ kind: 'ended', reason });
      ends.add(end);
      const send = (message: Json): boolean => {
        if (over || managed.ended() !== undefined) return false;
        if (child.stdin!.writableLength > MAX_UNSENT_BYTES) return false;
        write({ method: 'send', params: { subscription: name, message } });
        return true;
      };
      return {
        kind: 'ok',
        subscription: {
          send,
          sendText: (text) => send(valueOfText(text)),
          canPause: false,
          pause: () => undefined,
          resume: () => undefined,
          async close() {
            over = true;
            ends.delete(end);
            subscribers.delete(subscription);
            closed.add(subscription);
            if (managed.ended() === undefined)
              await request('unsubscribe', { subscription: name }, timeoutMs);
          },
        },
      };
    },

    async responds(timeoutMs) {
      if (managed.ended() !== undefined) return false;
      // Whatever it says to a method that it does not know, it is alive.
      return (await request('ping', {}, timeoutMs)).kind !== 'timeout';
    },

    async close() {
      pending.breakAll('ended', 'the connection was closed');
    },
  };
}

function parseRpc(line: string): JsonObject | undefined {
  try {
    const value = JSON.parse(line) as Json;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return value['jsonrpc'] === '2.0' ? value : undefined;
  } catch {
    return undefined;
  }
}

function judgeRpcReply(caseStudy: CaseStudy, operation: Operation, reply: RpcReply): Answer {
  if (reply.error === undefined && reply.result !== undefined) {
    return judgeOutput(caseStudy, operation, reply.result, 'a result');
  }
  return judgeRpcError(caseStudy, operation.id, reply, 'a result or an error');
}

function judgeRpcError(
  caseStudy: CaseStudy,
  name: string,
  { error, result }: RpcReply,
  expected: string,
): Exclude<Answer, { kind: 'ok' }> {
  const code = error?.code;
  if (code === METHOD_NOT_FOUND && caseStudy.errors.has('NOT_SUPPORTED')) {
    const problem: Problem = { code: 'NOT_SUPPORTED', detail: String(error?.message ?? '') };
    return { kind: 'refused', problem };
  }
  if (code === INTERNAL_ERROR) {
    return { kind: 'indeterminate', reason: `${name} failed inside: ${excerpt(error)}` };
  }
  if (code === REFUSED) return judgeProblem(caseStudy, name, error?.data, 'a JSON-RPC error');
  return {
    kind: 'malformed',
    reason:
      `${name} answered with ${excerpt(error ?? result ?? 'neither result nor error')}: answer with ${expected}, and a ` +
      `refusal with {"code": ${REFUSED}, "message": ..., "data": the problem document}.`,
  };
}

function unanswered(
  name: string,
  settled: Exclude<Settled<Line>, { kind: 'reply' }>,
  timeoutMs: number,
): Extract<Answer, { kind: 'malformed' | 'indeterminate' }> {
  if (settled.kind === 'timeout') {
    const reason = `${name} was not answered within ${timeoutMs} ms; --patience 10x waits longer`;
    return { kind: 'indeterminate', reason };
  }
  const kind = settled.how === 'malformed' ? 'malformed' : 'indeterminate';
  return { kind, reason: `${name}: ${settled.reason}` };
}
