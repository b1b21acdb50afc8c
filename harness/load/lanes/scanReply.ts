/**
 * The short way through the common HTTP/1.1 reply: bytes that are one whole reply with a Content-Length and nothing else, read
 * without making a string. It declines whatever is unusual, and the strict parser decides then: what it takes, the parser takes
 * alike.
 */

/** Filled in, so that a reply costs no object. */
export interface ScannedReply {
  status: number;
  /** The body goes on to the end of the bytes. */
  bodyStart: number;
}

/** Below what the strict parser bounds heads and bodies by, so that only the parser has to know those bounds. */
export const MAX_SCANNED_BYTES = 64 * 1024;

const CR = 13;
const LF = 10;
const TAB = 9;
const SPACE = 32;
const ZERO = 48;
const COLON = 58;
const DELETE = 127;
/** What distinguishes an upper-case letter from its lower-case one. */
const LOWER_CASE_BIT = 0x20;

const VERSION = Buffer.from('HTTP/1.1 ');
const CONTENT_LENGTH = Buffer.from('content-length');
const TRANSFER_ENCODING = Buffer.from('transfer-encoding');
const CONNECTION = Buffer.from('connection');
const KEEP_ALIVE = Buffer.from('keep-alive');
/** "HTTP/1.1 200" with the first byte after it. */
const SHORTEST_BYTES = 13;
/** As many as the strict parser takes. */
const MAX_LENGTH_DIGITS = 15;

/** @returns whether bytes[0, end) are one whole, plain reply after which the connection stays open; `into` is filled only then */
export function scanReply(bytes: Uint8Array, end: number, into: ScannedReply): boolean {
  if (end < SHORTEST_BYTES || end > MAX_SCANNED_BYTES) return false;
  if (!matches(bytes, 0, VERSION, 0)) return false;
  const status = digit(bytes[9]!) * 100 + digit(bytes[10]!) * 10 + digit(bytes[11]!);
  // 1xx announce a reply; 204 and 304 have no body, whatever their length says. A NaN is no status either.
  if (!(status >= 200 && status <= 999) || status === 204 || status === 304) return false;
  if (bytes[12] !== SPACE && bytes[12] !== CR) return false;
  let at = nextLine(bytes, 12, end);
  let length = -1;
  while (at !== -1 && bytes[at] !== CR) {
    const nameStart = at;
    const colon = colonOf(bytes, at, end);
    if (colon === -1) return false;
    const valueStart = skipBlanks(bytes, colon + 1, end);
    const lineEnd = nextLine(bytes, valueStart, end);
    if (lineEnd === -1) return false;
    switch (colon - nameStart) {
      case CONTENT_LENGTH.length:
        if (!matches(bytes, nameStart, CONTENT_LENGTH, LOWER_CASE_BIT)) break;
        if (length !== -1) return false;
        length = decimal(bytes, valueStart, lineEnd - 2);
        if (length === -1) return false;
        break;
      case TRANSFER_ENCODING.length:
        if (matches(bytes, nameStart, TRANSFER_ENCODING, LOWER_CASE_BIT)) return false;
        break;
      case CONNECTION.length:
        if (!matches(bytes, nameStart, CONNECTION, LOWER_CASE_BIT)) break;
        if (lineEnd - 2 - valueStart !== KEEP_ALIVE.length) return false;
        if (!matches(bytes, valueStart, KEEP_ALIVE, LOWER_CASE_BIT)) return false;
        break;
    }
    at = lineEnd;
  }
  if (at === -1 || at + 1 >= end || bytes[at + 1] !== LF) return false;
  const bodyStart = at + 2;
  if (length !== end - bodyStart) return false;
  into.status = status;
  into.bodyStart = bodyStart;
  return true;
}

/** NaN for what is no digit. */
function digit(byte: number): number {
  return byte >= ZERO && byte <= ZERO + 9 ? byte - ZERO : NaN;
}

/** Where the line after the one that `at` is in begins, if that is within the bytes; -1 if not, or after half a line end. */
function nextLine(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at; i < end; i += 1) {
    const byte = bytes[i]!;
    if (byte === CR) return i + 2 < end && bytes[i + 1] === LF ? i + 2 : -1;
    if (byte === LF) return -1;
  }
  return -1;
}

/** The end of a header's name; -1 where there is none, or it is empty or begins with a blank or a byte beyond ASCII. */
function colonOf(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  if (first <= SPACE || first >= DELETE || first === COLON) return -1;
  for (let i = at + 1; i < end; i += 1) {
    const byte = bytes[i]!;
    if (byte === COLON) return i;
    if (byte === CR || byte === LF) return -1;
  }
  return -1;
}

function skipBlanks(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && (bytes[i] === SPACE || bytes[i] === TAB)) i += 1;
  return i;
}

/** @param bit set in each byte before it is compared: LOWER_CASE_BIT takes either case (and a CR for "-", which no name has) */
function matches(bytes: Uint8Array, at: number, expected: Uint8Array, bit: number): boolean {
  for (let i = 0; i < expected.length; i += 1) {
    if ((bytes[at + i]! | bit) !== expected[i]) return false;
  }
  return true;
}

/** -1 for what is not only digits. */
function decimal(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end || end - at > MAX_LENGTH_DIGITS) return -1;
  let value = 0;
  for (let i = at; i < end; i += 1) {
    const byte = bytes[i]!;
    if (byte < ZERO || byte > ZERO + 9) return -1;
    value = value * 10 + byte - ZERO;
  }
  return value;
}
