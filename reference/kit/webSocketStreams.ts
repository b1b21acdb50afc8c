/**
 * The streams of a contract as WebSockets: the input is the query of the upgrade request, a refusal is an HTTP problem
 * document instead of the upgrade, and every message is one text frame.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Contract, Stream } from './contract.ts';
import { readQuery } from './httpInput.ts';
import type { Problem, Service } from './service.ts';

/** A subscriber this far behind is cut off: it resumes from its last sequence number. Bounds the venue's memory. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;

/** Subscribers say nothing, so nothing long is read from them. */
const MAX_INCOMING_BYTES = 1024;

/** RFC 6455, section 7.4.1: "try again later" of the IANA registry. */
const TRY_AGAIN_LATER = 1013;

/** Answers upgrade requests of `server`; the returned function ends every stream. */
export function serveStreams(server: Server, service: Service, contract: Contract): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_INCOMING_BYTES });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const stream = [...contract.streams.values()].find((s) => s.http.path === url.pathname);
    if (!stream) {
      const problem = contract.problem('NOT_SUPPORTED', `no stream at ${url.pathname}`);
      return refuse(socket, { ...problem, status: 404 });
    }
    const input = readQuery(Object.fromEntries(url.searchParams), stream.request);
    const upgrade = (accept: (webSocket: WebSocket) => void) =>
      sockets.handleUpgrade(request, socket, head, accept);
    serveOne(service, stream, input, socket, upgrade).catch((error: unknown) => {
      console.error(error);
      socket.destroy();
    });
  });
  return () => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  };
}

async function serveOne(
  service: Service,
  stream: Stream,
  input: Record<string, unknown>,
  socket: Duplex,
  upgrade: (accept: (webSocket: WebSocket) => void) => void,
): Promise<void> {
  // What comes before the upgrade is done: at most a snapshot and one group of events.
  const early: object[] = [];
  let deliver = (message: object): void => void early.push(message);
  const subscription = await service.subscribe(stream.id, input, (message) => deliver(message));
  if ('problem' in subscription) return refuse(socket, subscription.problem);
  if (socket.destroyed) return subscription.close();
  upgrade((webSocket) => {
    webSocket.on('close', () => subscription.close());
    webSocket.on('error', () => webSocket.terminate());
    deliver = (message) => {
      if (webSocket.bufferedAmount > MAX_BUFFERED_BYTES) {
        subscription.close();
        webSocket.close(TRY_AGAIN_LATER, 'too far behind: resume from the last seq');
      } else webSocket.send(JSON.stringify(message));
    };
    for (const message of early) deliver(message);
  });
  // A handshake that ws refuses calls nobody back, but it ends the connection.
  socket.on('close', () => subscription.close());
}

function refuse(socket: Duplex, problem: Problem): void {
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.code}\r\n` +
      'Content-Type: application/problem+json\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
