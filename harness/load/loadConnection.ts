/** One kept connection of a load generator: one request at a time over a plain TCP socket. */
import { connect } from 'node:net';
import { responseParser } from './responseParser.ts';
import type { ParsedResponse, ResponseParser } from './responseParser.ts';

export type SendResult =
  | { readonly kind: 'reply'; readonly response: ParsedResponse }
  /** No whole reply came: reset, cut off, or not HTTP. */
  | { readonly kind: 'broken'; readonly reason: string };

export interface LoadConnection {
  /** Only while it is open and idle. */
  send(request: string, onResult: (result: SendResult) => void): void;
  /** Gives up what is in flight; its onResult is not called. */
  close(): void;
}

export interface ConnectionEvents {
  /** Open, or done with a request and able to carry another. */
  readonly onIdle: (connection: LoadConnection) => void;
  /** It will carry no further request. Comes once, after the onResult of what was in flight. */
  readonly onGone: (connection: LoadConnection, reason: string) => void;
}

export function openLoadConnection(
  { host, port }: { host: string; port: number },
  { onIdle, onGone }: ConnectionEvents,
): LoadConnection {
  const socket = connect({ host, port, noDelay: true });
  const parser: ResponseParser = responseParser();
  let inFlight: ((result: SendResult) => void) | undefined;
  let gone = false;

  const settle = (result: SendResult): void => {
    const onResult = inFlight;
    inFlight = undefined;
    onResult?.(result);
  };
  const end = (reason: string): void => {
    if (gone) return;
    gone = true;
    socket.destroy();
    settle({ kind: 'broken', reason });
    onGone(connection, reason);
  };
  const receive = (read: () => ParsedResponse | undefined): void => {
    let response: ParsedResponse | undefined;
    try {
      response = read();
    } catch (error) {
      return end(`not a whole HTTP reply: ${(error as Error).message}`);
    }
    if (!response) return;
    if (!inFlight) return end('a reply that nobody asked for');
    settle({ kind: 'reply', response });
    if (gone) return;
    if (response.keepAlive) onIdle(connection);
    else end('closed by the server after its reply');
  };

  socket.once('connect', () => {
    if (!gone) onIdle(connection);
  });
  socket.on('data', (chunk) => {
    if (!gone) receive(() => parser.push(chunk));
  });
  socket.once('end', () => {
    if (!gone) receive(() => parser.end());
    end('the server closed the connection');
  });
  socket.once('error', (error) => end(`the connection failed: ${error.message}`));
  socket.once('close', () => end('the connection closed'));

  const connection: LoadConnection = {
    send(request, onResult) {
      inFlight = onResult;
      socket.write(request, 'utf8');
    },
    close() {
      gone = true;
      inFlight = undefined;
      socket.destroy();
    },
  };
  return connection;
}
