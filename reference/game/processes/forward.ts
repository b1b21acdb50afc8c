/**
 * Hands requests and streams on to a port of 127.0.0.1. Own code on node:http, because fastify's proxy would be one package more for what
 * pipes do here: bodies and frames pass unread, and who does not read stops the worker's socket, as if there were nothing between.
 */
import { Agent, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { pipeline } from 'node:stream';
import type { Duplex } from 'node:stream';

/** Of one connection, RFC 9110, section 7.6.1. How a body is framed goes on with the request, whose method may say otherwise. */
const OF_CONNECTION = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade'],
  // Each server answers it by itself.
  'expect',
]);

/** Connections to workers are kept. */
export function workersAgent(): Agent {
  return new Agent({ keepAlive: true, maxFreeSockets: 256 });
}

/** `body`: what was read of the request already, which is all of it. Where the worker is lost before its reply, so is the caller's connection. */
export function forwardRequest(
  { agent, port }: { agent: Agent; port: number },
  request: IncomingMessage,
  response: ServerResponse,
  body?: Buffer,
): void {
  const onward = httpRequest({
    ...{ agent, host: '127.0.0.1', port, method: request.method, path: request.url },
    headers: endToEnd(request.rawHeaders, () => true),
  });
  onward.on('response', (reply) => {
    const headers = endToEnd(reply.rawHeaders, (name) => name !== 'transfer-encoding');
    response.writeHead(reply.statusCode ?? 502, reply.statusMessage, headers);
    pipeline(reply, response, () => undefined);
  });
  onward.on('error', () => {
    if (!response.writableEnded) response.destroy();
  });
  response.on('close', () => {
    if (!response.writableFinished) onward.destroy();
  });
  if (body) onward.end(body);
  else request.pipe(onward);
}

/** `head`: what was read behind the request. The worker's answer goes back as it is, whether it accepts or refuses. */
export function forwardUpgrade(
  port: number,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const onward = connect({ port, host: '127.0.0.1', noDelay: true });
  onward.on('error', () => socket.destroy());
  socket.on('error', () => onward.destroy());
  socket.on('close', () => onward.destroy());
  onward.write(requestHead(request));
  onward.write(head);
  onward.pipe(socket);
  socket.pipe(onward);
}

function requestHead({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let i = 0; i < rawHeaders.length; i += 2)
    lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function endToEnd(rawHeaders: readonly string[], isKept: (name: string) => boolean): string[] {
  const kept: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (!OF_CONNECTION.has(name) && isKept(name)) kept.push(rawHeaders[i]!, rawHeaders[i + 1]!);
  }
  return kept;
}
