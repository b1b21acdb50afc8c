/**
 * The placeholders of a workload's inputs. A string that is wholly one of these is replaced each time a request is made; within a text they
 * stand in braces, as in `Patient/{$key:patient}`:
 *
 * - `$id:NAME` the same in the whole run, used by no other run
 * - `$client:NAME` the same for one client
 * - `$serial:PREFIX` another one for every request, used by no other client and no other run: what an idempotency key has to be
 * - `$key:NAME` one of the keys of this name, the same in one request; as likely as the workload file says
 * - `$uniform:LOW:HIGH:STEP` an integer of LOW, LOW + STEP, ... up to HIGH, all equally likely
 * - `$zipf:LOW:HIGH` an integer; the k-th from LOW is 1/k times as likely as LOW itself
 * - `$choice:A|B|C` one of these strings
 * - `$held:NAME` of the record that the request has taken
 * - `$saved:NAME` of a reply that a step of the set-up has saved for this client
 * - `$number` only in what a client sends by schedule over a stream: 1, 2, 3, ... of that client
 * - `$received:POINTER` only in what a client sends because of a message: what stands there in that message
 */
import { SpecError } from '../contract/specError.ts';
import type { Json, JsonObject } from '../target/target.ts';
import type { Random } from './seededRandom.ts';

export interface Draw {
  readonly random: Random;
  readonly runId: (name: string) => string;
  readonly client: number;
  /** One of the workload's keys of this name. */
  readonly key: (name: string) => string;
  /** A number that no other request of the run has. */
  readonly serial: () => number;
  /** What no other run has. */
  readonly runToken: string;
  readonly held: Readonly<Record<string, Json>>;
  /** Of this client. */
  readonly saved: ReadonlyMap<string, Json>;
  /** Of this client's message over a stream. */
  readonly number?: number;
  /** What stands at a JSON pointer in the message that this one is because of. */
  readonly received?: (pointer: string) => Json | undefined;
}

export type Template = (draw: Draw) => Json;

/** A table of cumulated weights for more values than this would be a mistake in the file. */
const MAX_ZIPF_VALUES = 100_000;

/** @throws SpecError for a placeholder that is not one of the above */
export function compileTemplate(input: JsonObject): (draw: Draw) => JsonObject {
  return compile(input) as (draw: Draw) => JsonObject;
}

function compile(value: Json): Template {
  if (Array.isArray(value)) {
    const items = value.map(compile);
    return (draw) => items.map((item) => item(draw));
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([name, each]) => [name, compile(each)] as const);
    return (draw) => {
      const made: JsonObject = {};
      for (const [name, template] of fields) made[name] = template(draw);
      return made;
    };
  }
  if (typeof value !== 'string') return () => value;
  return value.startsWith('$') ? placeholder(value) : text(value);
}

const IN_BRACES = /\{(\$[^{}]+)\}/;

/** A text with placeholders in braces. */
function text(value: string): Template {
  // What split gives of a pattern with one group: texts at the even places, placeholders at the odd ones.
  const parts = value.split(IN_BRACES);
  if (parts.length === 1) return () => value;
  const templates = parts.map((part, index) => (index % 2 === 1 ? placeholder(part) : () => part));
  return (draw) => templates.map((template) => String(template(draw))).join('');
}

function placeholder(text: string): Template {
  const [kind, ...rest] = text.slice(1).split(':');
  const name = rest.join(':');
  switch (kind) {
    case 'id':
      return ({ runId }) => runId(name);
    case 'client':
      return ({ runId, client }) => runId(`${name}${client}`);
    case 'serial':
      return ({ serial, runToken }) => `${name}${serial().toString(36)}.${runToken}`;
    case 'key':
      return ({ key }) => key(name);
    case 'uniform': {
      const [low, high, step = 1] = integers(text, rest);
      const count = Math.floor((high! - low!) / step) + 1;
      return ({ random }) => low! + step * Math.floor(random() * count);
    }
    case 'zipf': {
      const [low, high] = integers(text, rest);
      return zipf(text, low!, high!);
    }
    case 'choice': {
      const choices = name.split('|');
      return ({ random }) => choices[Math.floor(random() * choices.length)]!;
    }
    case 'held':
      return ({ held }) => held[name] ?? missing(text, 'in the record that the request has taken');
    case 'saved':
      return ({ saved }) =>
        saved.get(name) ?? missing(text, 'among what the set-up has saved for the client');
    case 'number':
      return ({ number }) => number ?? missing(text, 'a number here: nothing is sent by schedule');
    case 'received':
      return ({ received }) => received?.(name) ?? missing(text, 'in the message received');
    default:
      throw new SpecError(
        `"${text}" is no placeholder of a workload: see harness/load/templates.ts.`,
      );
  }
}

/** The JSON pointers that a template's `$received:` names. */
export function receivedPointers(input: Json): string[] {
  const named = JSON.stringify(input).matchAll(/\$received:(\/[^"{}]*)/g);
  return [...new Set([...named].map(([, pointer]) => pointer!))];
}

function zipf(text: string, low: number, high: number): Template {
  const count = high - low + 1;
  if (count > MAX_ZIPF_VALUES) {
    throw new SpecError(`"${text}" has ${count} values, at most ${MAX_ZIPF_VALUES} are allowed.`);
  }
  const rank = zipfRank(count);
  return ({ random }) => low + rank(random);
}

/** @returns a function that draws 0 .. count - 1, the k-th from 0 being 1/(k + 1) times as likely as 0 (Zipf's law, exponent 1) */
export function zipfRank(count: number): (random: Random) => number {
  const cumulated = new Float64Array(count);
  let sum = 0;
  for (let rank = 1; rank <= count; rank += 1) cumulated[rank - 1] = sum += 1 / rank;
  return (random) => {
    const drawn = random() * sum;
    let from = 0;
    let to = count - 1;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (cumulated[middle]! <= drawn) from = middle + 1;
      else to = middle;
    }
    return from;
  };
}

/** @returns a function that draws 0 .. count - 1, all equally likely */
export function evenRank(count: number): (random: Random) => number {
  return (random) => Math.floor(random() * count);
}

function integers(text: string, parts: readonly string[]): number[] {
  const numbers = parts.map(Number);
  const [low, high, step = 1] = numbers;
  const sound =
    numbers.every(Number.isSafeInteger) && numbers.length >= 2 && low! <= high! && step > 0;
  if (sound) return numbers;
  throw new SpecError(`"${text}" needs integers, the lower one first, as in $uniform:1:100.`);
}

function missing(text: string, where: string): never {
  throw new SpecError(`"${text}" is not ${where}.`);
}
