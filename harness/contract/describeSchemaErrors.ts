/** What ajv found, as sentences for somebody who has to mend the value. */
import type { ErrorObject } from 'ajv/dist/2020.js';

/** A value that is wrong in twenty places is understood from the first few. */
const MAX_ERRORS_SHOWN = 3;

/** One line: the most telling errors first, each with its JSON path. */
export function describeSchemaErrors(errors: readonly ErrorObject[] | null | undefined): string {
  const telling = (errors ?? []).filter(isTelling).sort((a, b) => rank(a) - rank(b));
  const told = [...new Set(telling.map(describe))];
  const shown = told.slice(0, MAX_ERRORS_SHOWN).join('; ');
  const more = told.length - MAX_ERRORS_SHOWN;
  return more > 0 ? `${shown}; and ${more} more` : shown || 'it does not match';
}

/** `oneOf failed` says nothing that the errors of its branches do not say. */
function isTelling(error: ErrorObject, _index: number, all: readonly ErrorObject[]): boolean {
  const summary = ['oneOf', 'anyOf', 'if', 'then', 'else', 'allOf'].includes(error.keyword);
  return !summary || all.length === 1;
}

/** A name that is not known is most often the typo behind the name that is missing. */
function rank({ keyword }: ErrorObject): number {
  return ['additionalProperties', 'unevaluatedProperties'].includes(keyword) ? 0 : 1;
}

function describe(error: ErrorObject): string {
  const path = error.instancePath === '' ? '/' : error.instancePath;
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const allowed = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
      const known = allowed.length > 0 ? ` (known here: ${allowed.join(', ')})` : '';
      const name = params['additionalProperty'] ?? params['unevaluatedProperty'];
      return `${path} has the unknown property "${String(name)}"${known}`;
    }
    case 'enum':
      return `${path} must be one of ${JSON.stringify(params['allowedValues'])}`;
    case 'const':
      return `${path} must be ${JSON.stringify(params['allowedValue'])}`;
    default:
      return `${path} ${error.message ?? 'is wrong'}`;
  }
}
