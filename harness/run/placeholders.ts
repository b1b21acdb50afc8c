/** The placeholders of smoke steps and examples: `$id:NAME`, `$saved:NAME`, `$clockMs`; within a text `{$id:NAME}` and `{$saved:NAME}`. */
import type { Json, JsonObject } from '../target/target.ts';

export interface Values {
  /** Makes a name unique. */
  readonly id: (name: string) => string;
  readonly saved: Map<string, Json>;
  readonly clockMs: number;
}

/** A step that was to give a value gave none. */
export class MissingValue extends Error {
  constructor(name: string) {
    super(`needs "${name}" of an earlier reply, which did not come`);
    this.name = 'MissingValue';
  }
}

/** @throws MissingValue */
export function fillPlaceholders(input: JsonObject, values: Values): JsonObject {
  return fill(input, values) as JsonObject;
}

function fill(value: Json, values: Values): Json {
  if (Array.isArray(value)) return value.map((each) => fill(each, values));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, fill(each, values)]),
    );
  }
  if (typeof value !== 'string') return value;
  if (value === '$clockMs') return values.clockMs;
  if (value.startsWith('$id:')) return values.id(value.slice('$id:'.length));
  if (value.startsWith('$saved:')) return savedValue(value.slice('$saved:'.length), values);
  return value.replace(/\{\$(id|saved):([^{}]+)\}/g, (_all, kind: string, name: string) =>
    kind === 'id' ? values.id(name) : String(savedValue(name, values)),
  );
}

function savedValue(name: string, { saved }: Values): Json {
  const value = saved.get(name);
  if (value === undefined) throw new MissingValue(name);
  return value;
}

/** What a JSON pointer (RFC 6901) finds; undefined where there is nothing. */
export function valueAt(document: Json, pointer: string): Json | undefined {
  let at: Json | undefined = document;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null) return undefined;
    at = Array.isArray(at) ? at[Number(key)] : at[key];
  }
  return at;
}
