/** For tests: a server that keeps what is posted to it, lists it, streams, and echoes over WebSocket. */
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

export interface LedgerServer {
  readonly port: number;
  /** Bodies that it has taken. */
  readonly entries: string[];
  /** How much of GET /large has been taken from it. */
  sentBytes(): number;
  close(): void;
}

/** GET /large: more than all buffers of the system between two sockets, written as fast as it is taken. */
export const LARGE_BYTES = 48 * 1024 * 1024;
const PART = Buffer.alloc(64 * 1024, 'x');

export async function startLedgerServer(): Promise<LedgerServer> {
  const entries: string[] = [];
  let sentBytes = 0;
  const sendLarge = (response: ServerResponse): void => {
    while (sentBytes < LARGE_BYTES) {
      sentBytes += PART.length;
      if (!response.write(PART)) {
        response.once('drain', () => sendLarge(response));
        return;
      }
    }
    response.end();
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
    request.on('error', () => undefined);
    request.on('end', () => {
      if (request.method === 'POST') entries.push(body);
      if (request.url === '/chunked') {
        response.write('first,');
        setTimeout(() => response.end('last'), 20);
      } else if (request.url === '/refused') response.writeHead(409).end('no');
      else if (request.url === '/never') response.write('begun');
      else if (request.url === '/large') sendLarge(response);
      else response.setHeader('content-length', 10).end('0123456789');
    });
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    entries,
    sentBytes: () => sentBytes,
    close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
}
