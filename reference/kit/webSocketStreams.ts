/**
 * The streams of a contract as WebSockets: the input is the query of the upgrade request, a refusal is an HTTP problem
 * document instead of the upgrade, and every message is one text frame, either way.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Contract, Stream } from './contract.ts';
import { readQuery } from './httpInput.ts';
import type { Deliver, Problem, Service, Subscription } from './service.ts';

/** A subscriber this far behind is cut off: it resumes from its last sequence number. Bounds the venue's memory. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;

/** Where subscribers may send nothing, nothing long is read from them. */
const MAX_UNWANTED_BYTES = 1024;
/** What is longer is no message of any contract: it ends the connection. */
const MAX_INCOMING_BYTES = 64 * 1024;

/** RFC 6455, section 7.4.1: what it was for is done. */
const NORMAL = 1000;
/** RFC 6455, section 7.4.1: "try again later" of the IANA registry. */
const TRY_AGAIN_LATER = 1013;
/** RFC 6455, section 7.4.1: data of a kind that is not accepted. */
const UNSUPPORTED_DATA = 1003;

/** Answers upgrade requests of `server`; the returned function ends every stream. */
export function serveStreams(server: Server, service: Service, contract: Contract): () => void {
  const [silent, sending] = [MAX_UNWANTED_BYTES, MAX_INCOMING_BYTES].map(
    (maxPayload) => new WebSocketServer({ noServer: true, maxPayload }),
  ) as [WebSocketServer, WebSocketServer];
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
      (stream.send ? sending : silent).handleUpgrade(request, socket, head, accept);
    serveOne(service, stream, input, socket, upgrade).catch((error: unknown) => {
      console.error(error);
      socket.destroy();
    });
  });
  return () => {
    for (const sockets of [silent, sending]) {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    }
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
  const early: string[] = [];
  let deliver = (text: string): void => void early.push(text);
  let bufferedBytes = (): number => 0;
  let end = (): void => void (isEndedEarly = true);
  let isEndedEarly = false;
  const onMessage: Deliver = Object.assign(
    (message: object): void => deliver(JSON.stringify(message)),
    {
      bufferedBytes: () => bufferedBytes(),
      text: (json: string) => deliver(json),
      end: () => end(),
    },
  );
  const answer = await service.subscribe(stream.id, input, onMessage);
  if ('problem' in answer) return refuse(socket, answer.problem);
  const subscription = closingOnce(answer);
  if (socket.destroyed) return subscription.close();
  upgrade((webSocket) => {
    webSocket.on('close', () => subscription.close());
    webSocket.on('error', () => webSocket.terminate());
    bufferedBytes = () => webSocket.bufferedAmount;
    if (stream.send) hear(webSocket, subscription);
    end = () => webSocket.close(NORMAL);
    deliver = (text) => {
      if (webSocket.bufferedAmount > MAX_BUFFERED_BYTES) {
        subscription.close();
        webSocket.close(TRY_AGAIN_LATER, 'too far behind: resume from the last seq');
      } else webSocket.send(text);
    };
    for (const text of early) deliver(text);
    if (isEndedEarly) end();
  });
  // A handshake that ws refuses calls nobody back, but it ends the connection.
  socket.on('close', () => subscription.close());
}

/** More than one event tells that a connection has ended. */
function closingOnce(inner: Subscription): Subscription {
  let isClosed = false;
  return {
    send: (message) => inner.send?.(message),
    close() {
      if (!isClosed) inner.close();
      isClosed = true;
    },
  };
}

/** What is no JSON goes on as the text that it is, which is no message of the contract either. */
function hear(webSocket: WebSocket, subscription: Subscription): void {
  webSocket.on('message', (data: Buffer, isBinary) => {
    // After a close of ours it may still be talking.
    if (webSocket.readyState !== webSocket.OPEN) return;
    if (isBinary) return webSocket.close(UNSUPPORTED_DATA, 'send text frames');
    subscription.send?.(parse(data.toString('utf8')));
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function refuse(socket: Duplex, problem: Problem): void {
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.code}\r\n` +
      'Content-Type: application/problem+json\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
