/** For tests: an outside service in a function, over HTTP on 127.0.0.1. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StubCall {
  readonly method: string;
  /** Without the leading slash, split at slashes. */
  readonly path: readonly string[];
  readonly body: Record<string, unknown>;
}

/** silence: the connection stays open, and nothing comes. */
export type StubReply = { readonly status: number; readonly body: unknown } | 'silence';

export interface StubServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function startStubServer(answer: (call: StubCall) => StubReply): Promise<StubServer> {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      const path = (request.url ?? '/').slice(1).split('/');
      const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
      const reply = answer({ method: request.method ?? 'GET', path, body });
      if (reply === 'silence') return;
      response.writeHead(reply.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(reply.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
