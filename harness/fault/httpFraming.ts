/**
 * Finds the borders of HTTP/1.1 messages in the bytes of one direction of one connection, and keeps every byte as it came: a proxy has
 * to know where a message ends, and must not mend what it forwards. What it cannot follow is passed on as bytes without borders.
 * (load/responseParser.ts judges replies, takes them apart and refuses what is wrong: the opposite.)
 */

export interface MessageHead {
  /** Request line or status line. */
  readonly firstLine: string;
  /** Whether the sender asks for, or grants, another protocol on this connection. */
  readonly upgrade: 'asked' | 'granted' | 'no';
  /** A 1xx reply: it announces the reply, it is none. */
  readonly interim: boolean;
  readonly bytes: number;
  /** The body's length where it is known beforehand. */
  readonly bodyBytes: number | undefined;
}

/** Bytes of one message, or bytes without borders. */
export interface Piece {
  readonly bytes: Buffer;
  /** Present where the message begins in this piece. */
  readonly head?: MessageHead;
  /** Whether the message's last byte is in this piece. */
  readonly ends: boolean;
}

export interface HttpFramer {
  push(chunk: Buffer): Piece[];
  /** The sender has sent its last byte: a reply without a length ends here. */
  end(): 'ends-message' | 'between-messages' | 'cut';
  /** From now on there are no borders: another protocol was agreed upon. */
  stopFraming(): void;
  /** False after an upgrade, and after bytes that are not HTTP/1.1. */
  framed(): boolean;
}

/** As much as node:http takes of headers, four times over; what is longer passes without borders. */
const MAX_HEAD_BYTES = 64 * 1024;
/** A chunk's size in hexadecimal, with an extension that nobody sends. */
const MAX_LINE_BYTES = 1024;

type State =
  | { at: 'head'; held: Buffer }
  | { at: 'body'; left: number }
  | { at: 'chunk-size' | 'trailers'; line: string }
  | { at: 'chunk-data'; left: number }
  | { at: 'until-close' }
  | { at: 'unframed' };

/** @param isReplyTo the method of the request being answered, for the replies' side; undefined frames requests */
export function httpFramer(isReplyTo?: () => string): HttpFramer {
  let state: State = { at: 'head', held: Buffer.alloc(0) };

  const push = (chunk: Buffer): Piece[] => {
    const pieces: Piece[] = [];
    let bytes = chunk;
    let start = 0;
    let at = 0;
    let head: MessageHead | undefined;
    const emit = (ends: boolean): void => {
      if (at > start || ends)
        pieces.push({ bytes: bytes.subarray(start, at), ...(head && { head }), ends });
      start = at;
      head = undefined;
    };
    const finish = (): void => {
      const granted = head?.upgrade === 'granted';
      emit(true);
      state = granted ? { at: 'unframed' } : { at: 'head', held: Buffer.alloc(0) };
    };
    const giveUp = (): void => {
      at = bytes.length;
      emit(false);
      state = { at: 'unframed' };
    };

    // Bounded by the chunk: each round takes a byte or leaves the loop, but for the change from a head to its body.
    while (at < bytes.length) {
      switch (state.at) {
        case 'head': {
          if (state.held.length > 0) {
            bytes = Buffer.concat([state.held, bytes]);
            state.held = Buffer.alloc(0);
          }
          const end = bytes.indexOf('\r\n\r\n', start);
          if (end === -1 && bytes.length - start <= MAX_HEAD_BYTES) {
            state.held = Buffer.from(bytes.subarray(start));
            return pieces;
          }
          const read =
            end === -1 ? undefined : readHead(bytes.toString('latin1', start, end), isReplyTo);
          if (!read) {
            giveUp();
            return pieces;
          }
          at = end + 4;
          head = { ...read.head, bytes: at - start };
          if (read.body === 'until-close') state = { at: 'until-close' };
          else if (read.body === 'chunked') state = { at: 'chunk-size', line: '' };
          else if (read.body === 0) finish();
          else state = { at: 'body', left: read.body };
          break;
        }
        case 'body': {
          const taken = Math.min(state.left, bytes.length - at);
          at += taken;
          state.left -= taken;
          if (state.left === 0) finish();
          break;
        }
        case 'chunk-data': {
          const taken = Math.min(state.left, bytes.length - at);
          at += taken;
          state.left -= taken;
          if (state.left === 0) state = { at: 'chunk-size', line: '' };
          break;
        }
        case 'chunk-size':
        case 'trailers': {
          const lineEnd = bytes.indexOf('\n', at);
          const until = lineEnd === -1 ? bytes.length : lineEnd + 1;
          const line: string = state.line + bytes.toString('latin1', at, until);
          at = until;
          state.line = line;
          if (line.length > MAX_LINE_BYTES) {
            giveUp();
            return pieces;
          }
          if (lineEnd === -1) break;
          if (state.at === 'trailers') {
            if (line === '\r\n') finish();
            else state.line = '';
            break;
          }
          const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?\r\n$/.exec(line)?.[1];
          if (size === undefined) {
            giveUp();
            return pieces;
          }
          const length = Number.parseInt(size, 16);
          state =
            length === 0 ? { at: 'trailers', line: '' } : { at: 'chunk-data', left: length + 2 };
          break;
        }
        case 'until-close':
        case 'unframed':
          at = bytes.length;
          break;
      }
    }
    emit(false);
    return pieces;
  };

  return {
    push,
    end() {
      switch (state.at) {
        case 'until-close':
          return 'ends-message';
        case 'head':
          return state.held.length === 0 ? 'between-messages' : 'cut';
        case 'unframed':
          return 'between-messages';
        case 'body':
        case 'chunk-size':
        case 'chunk-data':
        case 'trailers':
          return 'cut';
      }
    },
    stopFraming() {
      state = { at: 'unframed' };
    },
    framed: () => state.at !== 'unframed',
  };
}

interface ReadHead {
  readonly head: Omit<MessageHead, 'bytes'>;
  readonly body: number | 'chunked' | 'until-close';
}

/** RFC 9112, section 6.3. Undefined for what is not HTTP/1.x or tells two lengths. */
function readHead(text: string, isReplyTo?: () => string): ReadHead | undefined {
  const lineEnd = text.indexOf('\r\n');
  const firstLine = lineEnd === -1 ? text : text.slice(0, lineEnd);
  const headers = lineEnd === -1 ? '' : text.slice(lineEnd);
  const status = /^HTTP\/1\.[01] ([1-9]\d\d)(?: |$)/.exec(firstLine)?.[1];
  const isRequest = /^[A-Z]+ \S+ HTTP\/1\.[01]$/.test(firstLine);
  if (isReplyTo === undefined ? !isRequest : status === undefined) return undefined;

  const chunked = /\r\ntransfer-encoding:[^\r]*\bchunked[ \t]*(?:\r|$)/i.test(headers);
  const length = /\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*(?:\r|$)/i.exec(headers)?.[1];
  if (chunked && length !== undefined) return undefined;
  const stated = chunked ? 'chunked' : length === undefined ? undefined : Number(length);

  const code = Number(status ?? 0);
  const interim = code >= 100 && code < 200 && code !== 101;
  const bodiless =
    isReplyTo !== undefined &&
    (code < 200 || code === 204 || code === 304 || isReplyTo() === 'HEAD');
  const body = bodiless ? 0 : (stated ?? (isReplyTo === undefined ? 0 : 'until-close'));
  const asked = isReplyTo === undefined && /\r\nupgrade:/i.test(headers);
  return {
    head: {
      firstLine,
      upgrade: asked ? 'asked' : code === 101 ? 'granted' : 'no',
      interim,
      bodyBytes: typeof body === 'number' ? body : undefined,
    },
    body,
  };
}
