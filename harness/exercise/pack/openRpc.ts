/** The operations of an exercise as an OpenRPC 1.3 document (https://spec.open-rpc.org): the methods of the stdio binding. */
import type { CaseStudy, Operation } from '../../contract/caseStudy.ts';
import type { JsonObject } from '../../target/target.ts';

const VERSION = '1.3.2';
/** JSON-RPC's code of a refusal. */
const REFUSED = -32_000;

export function openRpc(caseStudy: CaseStudy, names: readonly string[]): JsonObject {
  const operations = names.flatMap((name) => caseStudy.operations.get(name) ?? []);
  return {
    openrpc: VERSION,
    info: {
      title: caseStudy.title,
      version: caseStudy.specVersion,
      description: `${caseStudy.summary} Streams are told of in PROTOCOL.md.`,
    },
    methods: operations.map((operation) => methodOf(caseStudy, operation)),
  };
}

function methodOf(caseStudy: CaseStudy, operation: Operation): JsonObject {
  const { id, summary, request, response, errors } = operation;
  return {
    name: id,
    summary,
    paramStructure: 'by-name',
    params: paramsOf(caseStudy, request.name),
    result: { name: response.name, schema: refTo(response.name) },
    errors: errors.map((code) => ({
      code: REFUSED,
      message: caseStudy.errors.get(code)?.title ?? code,
      data: { code },
    })),
  };
}

interface MessageSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

function paramsOf({ messages }: CaseStudy, name: string): JsonObject[] {
  const defs = messages['$defs'] as unknown as Readonly<Record<string, MessageSchema>>;
  const { properties = {}, required = [] } = defs[name] ?? {};
  return Object.keys(properties).map((property) => ({
    name: property,
    required: required.includes(property),
    schema: refTo(`${name}/properties/${property}`),
  }));
}

/** @param path below $defs */
function refTo(path: string): JsonObject {
  return { $ref: `messages.schema.json#/$defs/${path}` };
}
