/**
 * A case study's contract as data: operations, streams and errors out of spec/<case>, with a compiled validator for each
 * request. Whatever serves the case derives its routes, methods and refusals from here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import type { Problem } from './service.ts';

export interface Operation {
  readonly id: string;
  readonly effect: 'mutation' | 'read' | 'control';
  readonly http: {
    readonly method: string;
    readonly path: string;
    /** Fields of the input that come as headers: header -> field. */
    readonly headers?: Readonly<Record<string, string>>;
  };
  readonly request: RequestShape;
  /** Codes of the error table that it may be refused with. */
  readonly errors: readonly string[];
}

export interface Stream {
  readonly id: string;
  readonly http: { readonly path: string };
  readonly request: RequestShape;
  /** What a subscriber may send; absent: nothing. */
  readonly send?: RequestShape;
}

export interface RequestShape {
  /** JSON types by property: what an HTTP query, which has only text, is read as. */
  readonly propertyTypes: ReadonlyMap<string, string>;
  /** Undefined when the input has the shape, else a sentence for the client. */
  fault(input: unknown): string | undefined;
}

export interface Contract {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly streams: ReadonlyMap<string, Stream>;
  /** The problem document of an error of the table; `extensions` are added to it. Throws on a code that is not there. */
  problem(code: string, detail: string, extensions?: Record<string, unknown>): Problem;
}

interface CaseFile {
  operations: {
    id: string;
    effect: Operation['effect'];
    http: Operation['http'];
    request: string;
    errors: string[];
  }[];
  streams: { id: string; http: Stream['http']; request: string; send?: string }[];
}

interface ErrorsFile {
  errors: { code: string; httpStatus: number; title: string }[];
}

interface SchemaFile {
  $id: string;
  $defs: Record<string, { type?: string; properties?: Record<string, { $ref?: string }> }>;
}

/**
 * Reads spec/<case>. testMode 'off' leaves the control operations out, so that no binding offers them.
 */
export function loadContract(caseDir: string, testMode: 'on' | 'off'): Contract {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(caseDir, name), 'utf8'));
  const caseFile = read('case.json') as CaseFile;
  const schema = read('messages.schema.json') as SchemaFile;
  const errors = new Map((read('errors.json') as ErrorsFile).errors.map((e) => [e.code, e]));
  const shape = requestShapes(schema);
  const offered = caseFile.operations.filter((op) => testMode === 'on' || op.effect !== 'control');
  return {
    operations: new Map(offered.map((op) => [op.id, { ...op, request: shape(op.request) }])),
    streams: new Map(
      caseFile.streams.map(({ send, ...stream }) => [
        stream.id,
        {
          ...stream,
          request: shape(stream.request),
          ...(send !== undefined && { send: shape(send) }),
        },
      ]),
    ),
    problem(code, detail, extensions) {
      const error = errors.get(code);
      if (!error) throw new Error(`${caseDir}/errors.json has no code ${code}`);
      return {
        type: `urn:casemark:error:${code}`,
        title: error.title,
        status: error.httpStatus,
        code,
        detail,
        ...extensions,
      };
    },
  };
}

function requestShapes(schema: SchemaFile): (name: string) => RequestShape {
  // V8 optimizes what runs often; ajv's own pass would double the time that a start takes here.
  const ajv = new Ajv2020({ strict: false, code: { optimize: false } });
  ajv.addSchema(schema);
  return (name) => {
    const validate = ajv.compile({ $ref: `${schema.$id}#/$defs/${name}` });
    return {
      propertyTypes: propertyTypes(schema, name),
      fault: (input) => (validate(input) ? illFormed(input) : sentence(validate)),
    };
  };
}

function propertyTypes(schema: SchemaFile, name: string): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const [key, property] of Object.entries(schema.$defs[name]?.properties ?? {})) {
    const target = property.$ref ? schema.$defs[property.$ref.replace('#/$defs/', '')] : property;
    types.set(key, (target as { type?: string } | undefined)?.type ?? 'string');
  }
  return types;
}

/** A lone surrogate has no UTF-8 and so no canonical form (RFC 8785, section 3.2.2.2): it could not be journaled. */
function illFormed(input: unknown, path = ''): string | undefined {
  if (typeof input === 'string') {
    const place = path || 'the request';
    return input.isWellFormed()
      ? undefined
      : `${place} holds half of a surrogate pair: send whole characters`;
  }
  if (typeof input !== 'object' || input === null) return undefined;
  for (const key in input) {
    const value = (input as Record<string, unknown>)[key];
    const fault = illFormed(value, path === '' ? key : `${path}.${key}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function sentence(validate: ValidateFunction): string {
  const error = validate.errors?.[0];
  if (!error) return 'the request does not have the shape of its message';
  const field = error.instancePath.slice(1).replaceAll('/', '.') || 'the request';
  const extra = error.params['additionalProperty'];
  return `${field} ${error.message ?? 'is invalid'}${extra === undefined ? '' : `: ${String(extra)}`}`;
}
