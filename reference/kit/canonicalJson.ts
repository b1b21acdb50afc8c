/**
 * The RFC 8785 canonical form (JCS) of a value out of JSON.parse. The package `canonicalize` does the same with a stack, a
 * cycle guard and toJSON, none of which plain messages need: this is several times faster, on the path of every reply. A
 * property test holds the two equal.
 *
 * Members that are undefined are left out. Throws on what JSON cannot say: NaN, infinities, lone surrogates.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return canonicalString(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (Array.isArray(value)) return canonicalArray(value);
  if (typeof value === 'object') return canonicalObject(value as Record<string, unknown>);
  throw new TypeError(`JSON has no ${typeof value}`);
}

function canonicalObject(value: Record<string, unknown>): string {
  const keys = sortKeys(Object.keys(value));
  let text = '{';
  for (const key of keys) {
    const member = value[key];
    if (member === undefined) continue;
    if (text.length > 1) text += ',';
    text += canonicalString(key) + ':' + canonicalJson(member);
  }
  return text + '}';
}

/** Above this the insertion sort's squares cost more than what sort() costs to begin. */
const FEW_KEYS = 32;

/** By UTF-16 code unit, which is how strings compare and what RFC 8785 asks for. In place. */
function sortKeys(keys: string[]): string[] {
  if (keys.length > FEW_KEYS) return keys.sort();
  for (let index = 1; index < keys.length; index++) {
    const key = keys[index]!;
    let place = index;
    while (place > 0 && keys[place - 1]! > key) {
      keys[place] = keys[place - 1]!;
      place--;
    }
    keys[place] = key;
  }
  return keys;
}

function canonicalArray(value: unknown[]): string {
  let text = '[';
  for (let index = 0; index < value.length; index++) {
    if (index > 0) text += ',';
    text += canonicalJson(value[index]);
  }
  return text + ']';
}

/** What JSON.stringify escapes, and how, is what RFC 8785 asks for; names and ids need no escape at all. */
const PLAIN = /^[ !#-[\]-~]*$/;

function canonicalString(value: string): string {
  if (PLAIN.test(value)) return '"' + value + '"';
  if (!value.isWellFormed()) throw new TypeError('a lone surrogate has no canonical form');
  return JSON.stringify(value);
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`);
  return Object.is(value, -0) ? '0' : String(value);
}
