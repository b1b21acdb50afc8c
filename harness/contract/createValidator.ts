/** One ajv for all of casemark: JSON Schema 2020-12 with formats, every error told, nothing coerced. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';

export function createValidator(): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: false,
    verbose: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    allowUnionTypes: true,
  });
  ajvFormats.default(ajv);
  return ajv;
}
