/** The validators of a case study's messages, compiled from messages.schema.json. */
import type { JsonObject } from '../target/target.ts';
import type { Message } from './caseStudy.ts';
import { createValidator } from './createValidator.ts';
import { describeSchemaErrors } from './describeSchemaErrors.ts';
import { SpecError } from './specError.ts';

/**
 * @param schema messages.schema.json
 * @param file how to name it in an error
 * @returns a function from the name of a definition to its message; it throws SpecError for a name that is not there
 */
export function compileMessages(schema: JsonObject, file: string): (name: string) => Message {
  const ajv = createValidator('first');
  const definitions = (schema['$defs'] ?? {}) as Record<string, unknown>;
  const base = String(schema['$id'] ?? 'messages.schema.json');
  addSchema(() => ajv.addSchema(schema, base), file);
  const messages = new Map<string, Message>();

  return (name) => {
    const known = messages.get(name);
    if (known) return known;
    if (definitions[name] === undefined) {
      throw new SpecError(`${file} has no definition "${name}" in $defs, but case.json names it.`);
    }
    const check = addSchema(() => ajv.compile({ $ref: `${base}#/$defs/${name}` }), file);
    const message: Message = {
      name,
      validate: (value) => (check(value) ? undefined : describeSchemaErrors(check.errors)),
    };
    messages.set(name, message);
    return message;
  };
}

function addSchema<T>(compile: () => T, file: string): T {
  try {
    return compile();
  } catch (error) {
    throw new SpecError(`${file} is not a JSON Schema 2020-12: ${(error as Error).message}.`);
  }
}
