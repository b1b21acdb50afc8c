/**
 * Reads HTTP/1.1 responses from the bytes of one connection, one request at a time (no pipelining). It is strict where leniency
 * would turn a broken reply into a good one: what is cut off, contradicts itself or comes unasked is an error.
 */
import { MAX_REPLY_BYTES } from '../target/bounds.ts';

export interface ParsedResponse {
  readonly status: number;
  readonly body: Buffer;
  /** Whether the connection may carry another request. */
  readonly keepAlive: boolean;
}

export interface ResponseParser {
  /** @returns the response once its last byte is there; throws MalformedResponse */
  push(chunk: Buffer): ParsedResponse | undefined;
  /** The connection has ended: a response without a length is complete now. Throws MalformedResponse when one is cut off. */
  end(): ParsedResponse | undefined;
}

export class MalformedResponse extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MalformedResponse';
  }
}

/** As much as node:http takes of headers, four times over. */
const MAX_HEAD_BYTES = 64 * 1024;
/** A chunk's size in hexadecimal, with an extension that nobody sends. */
const MAX_CHUNK_LINE_BYTES = 1024;

const CR = 13;
const LF = 10;

interface Head {
  readonly status: number;
  readonly keepAlive: boolean;
  readonly length: number | 'chunked' | 'until-close' | 'none';
}

type State =
  | { at: 'head' }
  | { at: 'body'; left: number }
  | { at: 'chunk-size' }
  | { at: 'chunk-data'; left: number }
  | { at: 'chunk-end' }
  | { at: 'trailers' }
  | { at: 'until-close' };

export function responseParser(): ResponseParser {
  let state: State = { at: 'head' };
  let head: Head | undefined;
  let rest: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let bodyBytes = 0;

  const finish = (): ParsedResponse => {
    const { status, keepAlive } = head!;
    if (rest.length > 0) {
      throw new MalformedResponse(`${rest.length} bytes more than the reply came with it`);
    }
    const body = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    state = { at: 'head' };
    head = undefined;
    parts = [];
    bodyBytes = 0;
    return { status, body, keepAlive };
  };

  const takeBody = (most: number): number => {
    const part = rest.subarray(0, most);
    rest = rest.subarray(part.length);
    bodyBytes += part.length;
    if (bodyBytes > MAX_REPLY_BYTES) {
      throw new MalformedResponse(`a body of more than ${MAX_REPLY_BYTES} bytes`);
    }
    if (part.length > 0) parts.push(part);
    return part.length;
  };

  /** @returns the bytes up to the next CRLF, or undefined until it is there */
  const takeLine = (max: number, what: string): string | undefined => {
    const end = rest.indexOf('\r\n');
    if (end === -1 ? rest.length > max : end > max) {
      throw new MalformedResponse(`${what} of more than ${max} bytes`);
    }
    if (end === -1) return undefined;
    const line = rest.toString('latin1', 0, end);
    rest = rest.subarray(end + 2);
    return line;
  };

  /** @returns `more` when the next bytes have to come first, `again` when there is more to do, or the response */
  const step = (): 'more' | 'again' | ParsedResponse => {
    switch (state.at) {
      case 'head': {
        const end = rest.indexOf('\r\n\r\n');
        if (end === -1 ? rest.length > MAX_HEAD_BYTES : end > MAX_HEAD_BYTES) {
          throw new MalformedResponse(`headers of more than ${MAX_HEAD_BYTES} bytes`);
        }
        if (end === -1) return 'more';
        const parsed = parseHead(rest.toString('latin1', 0, end));
        rest = rest.subarray(end + 4);
        // 1xx announces the response, it is none. 101 would change the protocol, which nobody asked for.
        if (parsed.status < 200 && parsed.status !== 101) return rest.length > 0 ? 'again' : 'more';
        head = parsed;
        state = bodyState(parsed);
        return 'again';
      }
      case 'body': {
        state.left -= takeBody(state.left);
        return state.left === 0 ? finish() : 'more';
      }
      case 'chunk-size': {
        const line = takeLine(MAX_CHUNK_LINE_BYTES, 'a chunk size');
        if (line === undefined) return 'more';
        const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/.exec(line)?.[1];
        if (size === undefined) throw new MalformedResponse(`"${line}" is no chunk size`);
        const left = Number.parseInt(size, 16);
        state = left === 0 ? { at: 'trailers' } : { at: 'chunk-data', left };
        return 'again';
      }
      case 'chunk-data': {
        state.left -= takeBody(state.left);
        if (state.left > 0) return 'more';
        state = { at: 'chunk-end' };
        return 'again';
      }
      case 'chunk-end': {
        if (rest.length < 2) return 'more';
        if (rest[0] !== CR || rest[1] !== LF) {
          throw new MalformedResponse('a chunk that is longer than its size');
        }
        rest = rest.subarray(2);
        state = { at: 'chunk-size' };
        return 'again';
      }
      case 'trailers': {
        const line = takeLine(MAX_HEAD_BYTES, 'a trailer');
        if (line === undefined) return 'more';
        return line === '' ? finish() : 'again';
      }
      case 'until-close': {
        takeBody(rest.length);
        return 'more';
      }
    }
  };

  return {
    push(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (;;) {
        const done = step();
        if (done === 'more') return undefined;
        if (done !== 'again') return done;
      }
    },
    end() {
      if (state.at === 'until-close') return finish();
      if (state.at === 'head' && rest.length === 0) return undefined;
      throw new MalformedResponse(`the connection ended within the reply (${state.at})`);
    },
  };
}

function parseHead(text: string): Head {
  const [statusLine, ...lines] = text.split('\r\n');
  const matched = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: .*)?$/.exec(statusLine!);
  if (!matched)
    throw new MalformedResponse(`"${statusLine!.slice(0, 80)}" is no HTTP/1.1 status line`);
  const [, minor, digits] = matched;
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1 || /\s/.test(line[0]!)) {
      throw new MalformedResponse(`"${line.slice(0, 80)}" is no header`);
    }
    const name = line.slice(0, colon).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  const status = Number(digits);
  const connection = (headers.get('connection') ?? []).join(',').toLowerCase();
  const keepAlive =
    minor === '1' ? !connection.includes('close') : connection.includes('keep-alive');
  const length = status === 204 || status === 304 ? 'none' : bodyLength(headers);
  return { status, keepAlive: keepAlive && length !== 'until-close', length };
}

/** RFC 9112, section 6.3. Both ways of telling the length at once is what request smuggling looks like: refused. */
function bodyLength(headers: ReadonlyMap<string, string[]>): Head['length'] {
  const codings = headers.get('transfer-encoding');
  const lengths = headers.get('content-length');
  if (codings && lengths) {
    throw new MalformedResponse('both Content-Length and Transfer-Encoding');
  }
  if (codings) {
    if (codings.join(',').toLowerCase() === 'chunked') return 'chunked';
    throw new MalformedResponse(
      `the transfer coding "${codings.join(',')}", which nobody asked for`,
    );
  }
  if (!lengths) return 'until-close';
  const [first] = lengths;
  if (!/^\d{1,15}$/.test(first!) || lengths.some((each) => each !== first)) {
    throw new MalformedResponse(`the content length "${lengths.join(', ')}"`);
  }
  return Number(first);
}

function bodyState({ length }: Head): State {
  switch (length) {
    case 'chunked':
      return { at: 'chunk-size' };
    case 'until-close':
      return { at: 'until-close' };
    case 'none':
      return { at: 'body', left: 0 };
    default:
      return { at: 'body', left: length };
  }
}
