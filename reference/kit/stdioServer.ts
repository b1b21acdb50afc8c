/**
 * Serves a contract as JSON-RPC 2.0, one object a line: a method an operation, its params the input; a refusal is an error whose
 * data is the problem document. Headers of a reply stand beside the result or the error. `subscribe` {stream, input} answers {subscription}; each message is then a notification
 * `message` {subscription, message}; `unsubscribe` {subscription} ends it. What the subscriber sends is a notification `send`
 * {subscription, message}.
 */
import type { Readable, Writable } from 'node:stream';
import type { Contract } from './contract.ts';
import { linesOf } from './linesOf.ts';
import type { Problem, Service, Subscription } from './service.ts';

/** JSON-RPC 2.0, section 5.1. -32000 is the first of those left to implementations: the problem document says more. */
const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;
const REFUSED = -32000;

interface Request {
  id?: unknown;
  method?: unknown;
  params?: unknown;
}

/** Serves until `input` ends; resolves then. `service` must be validated. */
export async function serveStdio(
  service: Service,
  contract: Contract,
  input: Readable,
  output: Writable,
): Promise<void> {
  const subscriptions = new Map<string, Subscription>();
  let lastSubscription = 0;
  const write = (message: object): void =>
    void output.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

  async function subscribe(params: { stream?: unknown; input?: unknown }): Promise<object> {
    const subscription = `s${++lastSubscription}`;
    let isAnswered = false;
    const early: object[] = [];
    const notify = (message: object): void =>
      write({ method: 'message', params: { subscription, message } });
    const answer = await service.subscribe(String(params.stream), params.input ?? {}, (message) => {
      if (isAnswered) notify(message);
      else early.push(message);
    });
    if ('problem' in answer) return refusal(answer.problem);
    subscriptions.set(subscription, answer);
    // The reply leaves first: a client cannot place a notification of a subscription that it does not know yet.
    setImmediate(() => {
      isAnswered = true;
      early.forEach(notify);
    });
    return { result: { subscription } };
  }

  function unsubscribe(params: { subscription?: unknown }): object {
    const key = String(params.subscription);
    subscriptions.get(key)?.close();
    return { result: { closed: subscriptions.delete(key) } };
  }

  function send(params: { subscription?: unknown; message?: unknown }): void {
    subscriptions.get(String(params.subscription))?.send?.(params.message);
  }

  async function respond(method: string, params: object): Promise<object> {
    if (method === 'subscribe') return subscribe(params);
    if (method === 'unsubscribe') return unsubscribe(params);
    if (!contract.operations.has(method)) {
      return { error: { code: METHOD_NOT_FOUND, message: `there is no operation ${method} here` } };
    }
    const answer = await service.call(method, params);
    const headers = answer.headers && { headers: answer.headers };
    return 'output' in answer
      ? { result: answer.output, ...headers }
      : { ...refusal(answer.problem), ...headers };
  }

  for await (const line of linesOf(input)) {
    if (line.trim() === '') continue;
    const request = parse(line);
    if (!request) {
      write({ id: null, error: { code: PARSE_ERROR, message: 'send one JSON object a line' } });
    } else if (typeof request.method !== 'string') {
      const message = 'a request needs a method: the id of an operation';
      write({ id: request.id ?? null, error: { code: INVALID_REQUEST, message } });
    } else if (request.method === 'send' && request.id === undefined) {
      send((request.params ?? {}) as object);
    } else {
      const { id, method } = request;
      // Not awaited: requests in flight together are the point of ids.
      void respond(method, (request.params ?? {}) as object).then((reply) =>
        write({ id, ...reply }),
      );
    }
  }
  for (const subscription of subscriptions.values()) subscription.close();
}

function parse(line: string): Request | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function refusal(problem: Problem): object {
  return { error: { code: REFUSED, message: problem.title, data: problem } };
}
