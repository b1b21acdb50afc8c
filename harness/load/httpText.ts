/** A request as it goes over the wire. */
import type { HttpRequest } from '../contract/httpRequest.ts';

/** @param request of toHttpRequest, which refuses values of headers that would end one; @param host with the port, for the Host header */
export function httpText({ method, path, body, headers }: HttpRequest, host: string): string {
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\naccept: application/json, application/problem+json\r\n`;
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
  if (body === undefined) return `${head}\r\n`;
  const length = Buffer.byteLength(body);
  return `${head}content-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`;
}
