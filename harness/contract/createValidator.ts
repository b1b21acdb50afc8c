/** One ajv for all of casemark: JSON Schema 2020-12 with formats, nothing coerced. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';

/** @param report `first` is fast, for messages; `all` tells everything, for files that somebody has to mend */
export function createValidator(report: 'first' | 'all'): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: report === 'all',
    // V8 optimizes what runs often; ajv's own pass takes as long as all else that it does, and every start waits for it.
    code: { optimize: false },
    verbose: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    allowUnionTypes: true,
  });
  ajvFormats.default(ajv);
  return ajv;
}
