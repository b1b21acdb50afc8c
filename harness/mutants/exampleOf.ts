/** The plainest value that a schema of a contract allows: what an implementation without any state would answer. */
import fc from 'fast-check';
import type { Json, JsonObject } from '../target/target.ts';

/** Schemas of messages are shallow; deeper than this one refers to itself. */
const MAX_DEPTH = 12;

/**
 * @param schema a definition of `root`, or a part of one
 * @param root messages.schema.json, in which references are found
 * @param input fields of the request: a reply's field of the same name repeats it where its schema allows
 */
export function exampleOf(schema: JsonObject, root: JsonObject, input: JsonObject = {}): Json {
  return example(schema, { root, input, depth: 0 });
}

interface Context {
  readonly root: JsonObject;
  readonly input: JsonObject;
  readonly depth: number;
}

function example(schema: JsonObject, context: Context): Json {
  if (context.depth > MAX_DEPTH) return null;
  const deeper = { ...context, depth: context.depth + 1 };
  if (typeof schema['$ref'] === 'string')
    return example(definition(schema['$ref'], context.root), deeper);
  if (schema['const'] !== undefined) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0] ?? null;
  for (const choice of ['oneOf', 'anyOf']) {
    const branches = schema[choice];
    if (Array.isArray(branches)) return example(branches[0] as JsonObject, deeper);
  }
  switch (schema['type']) {
    case 'integer':
    case 'number':
      return Math.max(0, Number(schema['minimum'] ?? 0));
    case 'boolean':
      return false;
    case 'null':
      return null;
    case 'array':
      return exampleArray(schema, deeper);
    case 'object':
      return exampleObject(schema, deeper);
    default:
      return exampleString(schema);
  }
}

/** As few as are allowed. */
function exampleArray(schema: JsonObject, context: Context): Json[] {
  const items = (schema['items'] ?? {}) as JsonObject;
  return Array.from({ length: Number(schema['minItems'] ?? 0) }, () => example(items, context));
}

function exampleObject(schema: JsonObject, context: Context): JsonObject {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonObject>;
  const required = (schema['required'] ?? []) as string[];
  return Object.fromEntries(
    required.map((name) => {
      const asked = context.input[name];
      return [name, asked ?? example(properties[name] ?? {}, context)];
    }),
  );
}

/** By pattern: to draw one takes many milliseconds where a repetition is long, and every reply has several. */
const drawn = new Map<string, string>();

function exampleString(schema: JsonObject): string {
  const { pattern } = schema;
  if (typeof pattern === 'string') {
    const text = drawn.get(pattern) ?? draw(pattern);
    drawn.set(pattern, text);
    return text;
  }
  return 'x'.repeat(Math.max(1, Number(schema['minLength'] ?? 1)));
}

/** Always the same one, so that two runs of the null implementation agree. */
function draw(pattern: string): string {
  return fc.sample(fc.stringMatching(new RegExp(pattern, 'u')), { numRuns: 1, seed: 1 })[0]!;
}

function definition(reference: string, root: JsonObject): JsonObject {
  const name = reference.replace('#/$defs/', '');
  return ((root['$defs'] as JsonObject)[name] ?? {}) as JsonObject;
}
