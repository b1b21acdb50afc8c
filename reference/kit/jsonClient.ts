/** HTTP with JSON bodies, one attempt a call: what failed is tried again only by those who know that it may be. */
import { Agent } from 'undici';

export type HttpAnswer =
  /** `body` is undefined when it was broken, or longer than MAX_BODY_BYTES. */
  | { kind: 'answer'; status: number; body: unknown }
  /** No connection: the request was not sent. */
  | { kind: 'unsent' }
  /** Sent, or perhaps sent, and no whole answer in time. */
  | { kind: 'lost' };

export interface JsonCall {
  readonly origin: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body?: string;
  /** For the whole call, connecting included. */
  readonly timeoutMs: number;
}

/** Never rejects. */
export type JsonClient = ((call: JsonCall) => Promise<HttpAnswer>) & { close(): Promise<void> };

/** The longest answer of an outside service is below 1 KiB. */
const MAX_BODY_BYTES = 64 * 1024;

/** A busy service must not keep the others' calls waiting: 2 000 calls/s of 100 ms are 200 at once. */
const CONNECTIONS = 512;

export function jsonClient(): JsonClient {
  // Time is bounded here for the whole answer, so undici's own coarser timeouts stay off.
  const agent = new Agent({
    connections: CONNECTIONS,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const call = (request: JsonCall) => send(agent, request);
  return Object.assign(call, { close: () => agent.destroy() });
}

function send(agent: Agent, request: JsonCall): Promise<HttpAnswer> {
  const { origin, method, path, body } = request;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let status = 0;
    let length = 0;
    let hasEnded = false;
    let abort: ((reason: Error) => void) | undefined;

    function settle(answer: HttpAnswer): void {
      clearTimeout(timer);
      resolve(answer);
    }
    const timer = setTimeout(() => {
      hasEnded = true;
      settle({ kind: abort ? 'lost' : 'unsent' });
      abort?.(new Error('no answer in time'));
    }, request.timeoutMs);

    agent.dispatch(
      {
        origin,
        method,
        path,
        body: body ?? null,
        headers:
          body === undefined ? {} : { 'content-type': 'application/json', ...request.headers },
      },
      {
        onRequestStart(controller) {
          // The caller was told that nothing was sent, so nothing may be.
          if (hasEnded) return controller.abort(new Error('no connection in time'));
          abort = (reason) => controller.abort(reason);
        },
        onResponseStart(_, statusCode) {
          status = statusCode;
        },
        onResponseData(controller, chunk) {
          length += chunk.length;
          if (length <= MAX_BODY_BYTES) chunks.push(chunk);
          else controller.abort(new Error(`a body of more than ${MAX_BODY_BYTES} bytes`));
        },
        onResponseEnd() {
          settle({ kind: 'answer', status, body: parsed(Buffer.concat(chunks).toString()) });
        },
        onResponseError(_, error) {
          settle(isUnsent(error) ? { kind: 'unsent' } : { kind: 'lost' });
        },
      },
    );
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Errors of connecting, when no byte of the request has left. */
const UNSENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function isUnsent(error: Error & { code?: string }): boolean {
  return error.code !== undefined && UNSENT.has(error.code);
}
