/** The http binding: JSON over HTTP/1.1 with kept connections and no retries, streams over WebSocket. */
import { Pool } from 'undici';
import type { Dispatcher } from 'undici';
import type { CaseStudy, Operation } from '../contract/caseStudy.ts';
import { toHttpRequest } from '../contract/httpRequest.ts';
import { MAX_REPLY_BYTES } from './bounds.ts';
import type { Connection } from './connection.ts';
import { excerpt } from './excerpt.ts';
import { judgeOutput, judgeProblem, withReceived } from './judgeReply.ts';
import { replyDeadline } from './replyDeadline.ts';
import { subscribeByWebSocket } from './webSocketStream.ts';
import type { Answer, JsonObject, ReplyHeaders } from './target.ts';

/** More than any check has in flight; a bound so that a bug cannot open sockets without end. */
const MAX_CONNECTIONS = 256;

/**
 * @param readyPath asked by `responds`: whatever it answers is an answer
 * @param connections at most so many sockets; calls beyond them wait
 */
export function connectHttp(
  caseStudy: CaseStudy,
  address: string,
  readyPath: string,
  connections: number = MAX_CONNECTIONS,
): Connection {
  // Time is bounded here for the whole reply, so undici's own coarser timeouts stay off.
  const pool = new Pool(address, {
    connections,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    address,
    call: (operation, input, timeoutMs) => callHttp(pool, caseStudy, operation, input, timeoutMs),
    subscribe: (stream, input, onEvent, timeoutMs) =>
      subscribeByWebSocket({ caseStudy, stream, address, input, onEvent, timeoutMs }),
    responds: async (timeoutMs) => (await statusOf(pool, readyPath, timeoutMs)) !== undefined,
    close: () => pool.destroy(),
  };
}

async function callHttp(
  pool: Pool,
  caseStudy: CaseStudy,
  operation: Operation,
  input: JsonObject,
  timeoutMs: number,
): Promise<Answer> {
  const { method, path, body, headers: own } = toHttpRequest(operation, input);
  const where = `${operation.id} (${method} ${path})`;
  const late = new AbortController();
  const deadline = replyDeadline(timeoutMs, () => late.abort());
  try {
    const reply = await pool.request({
      method,
      path,
      headers: {
        accept: 'application/json, application/problem+json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...own,
      },
      body: body ?? null,
      signal: late.signal,
    });
    const read = await readText(reply.body);
    const answer: Answer =
      read.kind === 'wrong'
        ? { kind: 'malformed', reason: `${where} ${read.reason}` }
        : judgeHttpReply(caseStudy, operation, where, reply, read.text);
    const { statusCode: status, headers } = reply;
    return withReceived(answer, { status, headers: headersOf(headers), body: read.text });
  } catch (error) {
    if (late.signal.aborted) {
      return {
        kind: 'indeterminate',
        reason: `${where} was not answered in full within ${timeoutMs} ms; --patience 10x waits longer`,
      };
    }
    return asAnswer(where, error as NodeJS.ErrnoException);
  } finally {
    deadline.clear();
  }
}

function judgeHttpReply(
  caseStudy: CaseStudy,
  operation: Operation,
  where: string,
  reply: Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'>,
  text: string,
): Answer {
  const { statusCode } = reply;
  const contentType = String(reply.headers['content-type'] ?? '');
  const success = statusCode >= 200 && statusCode < 300;
  const value = parseJson(contentType, text);
  const how = `status ${statusCode}`;
  if (!success) return judgeProblem(caseStudy, operation.id, value ?? text, how, statusCode);
  if (value !== undefined) return judgeOutput(caseStudy, operation, value, how);
  return {
    kind: 'malformed',
    reason:
      `${where} answered with status ${statusCode} and content type "${contentType}", which is not a JSON ` +
      `document: ${excerpt(text)}. Answer with application/json and the message ${operation.response.name}.`,
  };
}

function headersOf(headers: Dispatcher.ResponseData['headers']): ReplyHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value ?? '')]),
  );
}

/** Undefined unless the media type is JSON's or a problem document's and the text is JSON. */
export function parseJson(contentType: string, text: string): unknown {
  const mediaType = contentType.split(';')[0]!.trim().toLowerCase();
  if (mediaType !== 'application/json' && mediaType !== 'application/problem+json')
    return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `text` of what is wrong: as much of it as was read, with what is not UTF-8 replaced. */
type ReadText = { kind: 'text'; text: string } | { kind: 'wrong'; reason: string; text: string };

/** Reads a body as UTF-8 and stops where it is longer than any reply may be. */
export async function readText(body: AsyncIterable<Buffer>): Promise<ReadText> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_REPLY_BYTES) {
      return {
        kind: 'wrong',
        text: Buffer.concat(chunks).toString('utf8'),
        reason: `answered with more than ${MAX_REPLY_BYTES} bytes, reading stopped there. It begins ${excerpt(chunks[0]?.toString('utf8'))}. Answer in pages`,
      };
    }
    chunks.push(chunk);
  }
  const all = Buffer.concat(chunks);
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(all) };
  } catch {
    return {
      kind: 'wrong',
      text: all.toString('utf8'),
      reason: 'answered with bytes that are not UTF-8; JSON travels as UTF-8',
    };
  }
}

/** What a failing connection says about the call. */
function asAnswer(where: string, error: NodeJS.ErrnoException): Answer {
  const code = error.code ?? '';
  if (code.startsWith('HPE_') || code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return {
      kind: 'malformed',
      reason: `${where} was answered with something that is not HTTP/1.1 (${error.message}). Does another protocol listen there?`,
    };
  }
  if (code === 'ECONNREFUSED') {
    return { kind: 'indeterminate', reason: `${where} could not be sent: nothing listens there` };
  }
  return {
    kind: 'indeterminate',
    reason: `${where} lost its connection before the whole reply was there (${code} ${error.message})`,
  };
}

/** The status of a GET, or undefined when nothing came in time. */
export async function statusOf(
  pool: Pool,
  path: string,
  timeoutMs: number,
): Promise<number | undefined> {
  const late = new AbortController();
  const deadline = replyDeadline(timeoutMs, () => late.abort());
  try {
    const reply = await pool.request({ method: 'GET', path, signal: late.signal });
    await reply.body.dump();
    return reply.statusCode;
  } catch {
    return undefined;
  } finally {
    deadline.clear();
  }
}
