/**
 * The few values that a conversation needs of each message, read from the text without parsing all of it: a snapshot of 8 kB takes
 * JSON.parse some 0.1 ms, and thousands of them come each second. What is unusual (a pointer into a member, an escape, a value
 * that is no scalar) is left to JSON.parse. Of a name that is there twice this takes the first.
 */
import { valueAt } from '../../run/placeholders.ts';
import type { Json } from '../../target/target.ts';

/** @returns what is at each of the pointers, in their order; undefined for a text that is seen to be no JSON object */
export type ReadMembers = (message: Buffer) => readonly (Json | undefined)[] | undefined;

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const SPACE = 32;

/** Of a member of the outermost object, without an escape. */
const PLAIN_POINTER = /^\/[^/~"\\]+$/;

export function membersReader(pointers: readonly string[]): ReadMembers {
  const parse: ReadMembers = (message) => parsed(message, pointers);
  if (pointers.length === 0) return () => [];
  if (!pointers.every((pointer) => PLAIN_POINTER.test(pointer))) return parse;
  const names = pointers.map((pointer) => Buffer.from(pointer.slice(1)));
  return (message) => scan(message, names) ?? parse(message);
}

function parsed(message: Buffer, pointers: readonly string[]): (Json | undefined)[] | undefined {
  let value: Json;
  try {
    value = JSON.parse(message.toString('utf8')) as Json;
  } catch {
    return undefined;
  }
  return pointers.map((pointer) => valueAt(value, pointer));
}

/** Undefined: declined. */
function scan(bytes: Buffer, names: readonly Buffer[]): (Json | undefined)[] | undefined {
  const found = new Array<Json | undefined>(names.length).fill(undefined);
  let missing = names.length;
  let at = skipBlanks(bytes, 0);
  if (bytes[at] !== OPEN_BRACE) return undefined;
  at = skipBlanks(bytes, at + 1);
  if (bytes[at] === CLOSE_BRACE) return found;
  for (;;) {
    if (bytes[at] !== QUOTE) return undefined;
    const nameEnd = bytes.indexOf(QUOTE, at + 1);
    if (nameEnd === -1) return undefined;
    const name = nameAt(bytes, at + 1, nameEnd, names);
    if (name === undefined) return undefined;
    at = skipBlanks(bytes, nameEnd + 1);
    if (bytes[at] !== COLON) return undefined;
    at = skipBlanks(bytes, at + 1);
    const end = valueEnd(bytes, at);
    if (end === -1) return undefined;
    if (name !== -1 && found[name] === undefined) {
      const value = scalar(bytes, at, end);
      if (value === undefined) return undefined;
      found[name] = value;
      missing -= 1;
      if (missing === 0) return found;
    }
    at = skipBlanks(bytes, end);
    if (bytes[at] === CLOSE_BRACE) return found;
    if (bytes[at] !== COMMA) return undefined;
    at = skipBlanks(bytes, at + 1);
  }
}

/** The place of the name that stands there, -1 for another; undefined for one with an escape. */
function nameAt(
  bytes: Buffer,
  from: number,
  to: number,
  names: readonly Buffer[],
): number | undefined {
  for (let at = from; at < to; at += 1) if (bytes[at] === BACKSLASH) return undefined;
  for (let place = 0; place < names.length; place += 1) {
    const name = names[place]!;
    if (name.length === to - from && name.compare(bytes, from, to) === 0) return place;
  }
  return -1;
}

/** Just behind the value that begins at `at`; -1 where the bytes end before it does. */
function valueEnd(bytes: Buffer, at: number): number {
  const first = bytes[at];
  if (first === QUOTE) return stringEnd(bytes, at);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return nestedEnd(bytes, at);
  for (let i = at; i < bytes.length; i += 1) {
    const byte = bytes[i]!;
    if (byte === COMMA || byte === CLOSE_BRACE || byte <= SPACE) return i > at ? i : -1;
  }
  return -1;
}

function stringEnd(bytes: Buffer, at: number): number {
  for (let i = at + 1; i < bytes.length; i += 1) {
    const byte = bytes[i]!;
    if (byte === QUOTE) return i + 1;
    if (byte === BACKSLASH) i += 1;
  }
  return -1;
}

function nestedEnd(bytes: Buffer, at: number): number {
  let depth = 0;
  for (let i = at; i < bytes.length; i += 1) {
    switch (bytes[i]) {
      case QUOTE:
        i = stringEnd(bytes, i) - 1;
        if (i < 0) return -1;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth += 1;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth -= 1;
        if (depth === 0) return i + 1;
        break;
    }
  }
  return -1;
}

/** Undefined for an object or an array, and for what is no JSON. */
function scalar(bytes: Buffer, at: number, end: number): Json | undefined {
  if (bytes[at] === OPEN_BRACE || bytes[at] === OPEN_BRACKET) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8', at, end)) as Json;
  } catch {
    return undefined;
  }
}

function skipBlanks(bytes: Buffer, at: number): number {
  let i = at;
  while (i < bytes.length && bytes[i]! <= SPACE) i += 1;
  return i;
}
