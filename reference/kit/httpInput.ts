import type { FastifyRequest } from 'fastify';
import type { Operation, RequestShape } from './contract.ts';

/** Makes an operation's input of a request: its body, or for GET its query, the parameters of the path, and its headers. */
export function httpInput(operation: Operation): (request: FastifyRequest) => unknown {
  const headers = headerFields(operation);
  if (operation.http.method === 'GET') {
    return (request) => ({
      ...readQuery(request.query as Record<string, unknown>, operation.request),
      ...(request.params as object),
      ...headers(request),
    });
  }
  return (request) => {
    const body = request.body ?? {};
    // Left as it is, so that the validator says what is wrong with it.
    if (typeof body !== 'object' || Array.isArray(body)) return body;
    return { ...body, ...(request.params as object), ...headers(request) };
  };
}

/** What comes as a header comes as nothing else: a body's field of that name is left out. */
function headerFields(operation: Operation): (request: FastifyRequest) => object {
  const fields = Object.entries(operation.http.headers ?? {}).map(
    ([header, field]) => [header.toLowerCase(), field] as const,
  );
  if (fields.length === 0) return () => ({});
  return (request) =>
    Object.fromEntries(fields.map(([header, field]) => [field, request.headers[header]]));
}

const INTEGER = /^-?[0-9]{1,16}$/;

/** A query has only text: what the shape calls an integer or a boolean is read as one where it looks like one. */
export function readQuery(
  query: Record<string, unknown>,
  shape: RequestShape,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(query)) {
    const type = shape.propertyTypes.get(key);
    if (type === 'integer' && typeof value === 'string' && INTEGER.test(value)) {
      input[key] = Number(value);
    } else if (type === 'boolean' && (value === 'true' || value === 'false')) {
      input[key] = value === 'true';
    } else {
      input[key] = value;
    }
  }
  return input;
}
