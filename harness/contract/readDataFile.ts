/** Reads one JSON file of a case study, or a manifest, and holds it to its meta-schema. */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { createValidator } from './createValidator.ts';
import { describeSchemaErrors } from './describeSchemaErrors.ts';
import { packageRoot } from './packageRoot.ts';
import { SpecError } from './specError.ts';

/** Reading a data file is only ever a few: no file of a case study comes near to this. */
const MAX_DATA_FILE_BYTES = 16 * 1024 * 1024;

const ajv = createValidator('all');
const compiled = new Map<string, ValidateFunction | undefined>();

/**
 * @param file absolute path
 * @param schemaName name of the meta-schema in spec/schema, without `.schema.json`; a missing meta-schema checks nothing
 * @param advice what to do when the file is missing
 * @throws SpecError naming the file, the JSON path and what to do
 */
export function readDataFile<T>(file: string, schemaName: string, advice: string): T {
  const shown = displayPath(file);
  const value = parseFile(file, shown, advice);
  const validate = metaSchema(schemaName);
  if (validate && !validate(value)) {
    throw new SpecError(
      `${shown} is not valid: ${describeSchemaErrors(validate.errors)}. ` +
        `Compare it with spec/schema/${schemaName}.schema.json.`,
    );
  }
  return value as T;
}

/** As a person would type it: relative to where they are, unless that climbs out. */
export function displayPath(file: string): string {
  const fromHere = relative(process.cwd(), file);
  return fromHere === '' || fromHere.startsWith('..') ? file : fromHere;
}

function parseFile(file: string, shown: string, advice: string): unknown {
  if (!existsSync(file)) throw new SpecError(`${shown} does not exist: ${advice}`);
  const text = readFileSync(file, 'utf8');
  if (text.length > MAX_DATA_FILE_BYTES) {
    throw new SpecError(
      `${shown} is larger than ${MAX_DATA_FILE_BYTES} bytes: is it the right file?`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SpecError(`${shown} is not JSON: ${(error as Error).message}. Correct it there.`);
  }
}

function metaSchema(name: string): ValidateFunction | undefined {
  if (!compiled.has(name)) {
    const file = join(packageRoot, 'spec/schema', `${name}.schema.json`);
    const schema = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
    compiled.set(name, schema === undefined ? undefined : ajv.compile(schema));
  }
  return compiled.get(name);
}
