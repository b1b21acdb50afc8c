/** How an operation's input travels over HTTP: `{field}` in the path, some fields as headers, of a GET the rest as the query, else as the JSON body. */
import type { Json, JsonObject } from '../target/target.ts';
import type { HttpMethod, Operation, Stream } from './caseStudy.ts';

export interface HttpRequest {
  readonly method: HttpMethod;
  /** With the query, percent-encoded. */
  readonly path: string;
  /** JSON text; undefined for a GET. */
  readonly body?: string;
  /** Of the contract; undefined where the operation has none. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A field that the path needs and the input lacks leaves its place empty, as a careless client would.
 * @throws Error for a header's value that would not arrive as it is: it is ours that sent it
 */
export function toHttpRequest(operation: Operation, input: JsonObject): HttpRequest {
  const { method, path: template } = operation.http;
  const { headers, left } = takeHeaders(operation, input);
  const { path, rest } = fillPath(template, left);
  return {
    method,
    ...(method === 'GET' ? { path: withQuery(path, rest) } : { path, body: JSON.stringify(rest) }),
    ...(headers && { headers }),
  };
}

function takeHeaders(
  operation: Operation,
  input: JsonObject,
): { headers?: Record<string, string>; left: JsonObject } {
  const { http } = operation;
  if (!http.headers) return { left: input };
  const fields = Object.entries(http.headers).filter(([, field]) => input[field] !== undefined);
  const taken = new Set(Object.values(http.headers));
  return {
    headers: Object.fromEntries(
      fields.map(([name, field]) => [name, headerValue(operation, name, input[field]!)]),
    ),
    left: Object.fromEntries(Object.entries(input).filter(([field]) => !taken.has(field))),
  };
}

/** Visible US-ASCII with spaces inside: what RFC 9110, section 5.5, leaves to be read in one way only. */
const HEADER_VALUE = /^([!-~]([ \t!-~]*[!-~])?)?$/;

function headerValue(operation: Operation, name: string, value: Json): string {
  const text = asText(value);
  if (HEADER_VALUE.test(text)) return text;
  throw new Error(
    `${operation.id} cannot be sent over HTTP: the value ${JSON.stringify(text)} of the header ${name} is not plain ASCII ` +
      `without control characters and outer spaces. Correct what sends it.`,
  );
}

/** Path and query of a stream's WebSocket. */
export function toStreamPath(stream: Stream, input: JsonObject): string {
  const { path, rest } = fillPath(stream.http.path, input);
  return withQuery(path, rest);
}

function fillPath(template: string, input: JsonObject): { path: string; rest: JsonObject } {
  const used = new Set<string>();
  const path = template.replace(/\{(\w+)\}/g, (_, field: string) => {
    used.add(field);
    const value = input[field];
    return value === undefined ? '' : encodeURIComponent(asText(value));
  });
  const rest = Object.fromEntries(Object.entries(input).filter(([field]) => !used.has(field)));
  return { path, rest };
}

function withQuery(path: string, fields: JsonObject): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (Array.isArray(value)) value.forEach((each) => query.append(name, asText(each)));
    else query.append(name, asText(value));
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
