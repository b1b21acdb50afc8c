/** For tests: a client that sees what a library hides, namely how its connection ended. */
import { connect } from 'node:net';

/** A fault that leaves the client waiting is seen by this. */
const DEFAULT_WAIT_MS = 300;

export interface Seen {
  readonly text: string;
  /** `open`: nothing more came while it waited. */
  readonly how: 'FIN' | 'RST' | 'refused' | 'open';
  /** How many times bytes came. */
  readonly parts: number;
  readonly firstByteMs: number;
  readonly totalMs: number;
}

export interface RawRequest {
  readonly port: number;
  readonly send: string;
  readonly waitMs?: number;
  /** Done once this has come. */
  readonly until?: string;
}

export function rawClient({
  port,
  send,
  until,
  waitMs = DEFAULT_WAIT_MS,
}: RawRequest): Promise<Seen> {
  return new Promise((resolve) => {
    const startMs = performance.now();
    let text = '';
    let parts = 0;
    let firstByteMs = NaN;
    const socket = connect({ port, host: '127.0.0.1' });
    const finish = (how: Seen['how']): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, how, parts, firstByteMs, totalMs: performance.now() - startMs });
    };
    const timer = setTimeout(() => finish('open'), waitMs);
    socket.on('connect', () => socket.write(send));
    socket.on('data', (chunk) => {
      if (parts === 0) firstByteMs = performance.now() - startMs;
      parts += 1;
      text += chunk.toString('latin1');
      if (until !== undefined && text.includes(until)) finish('open');
    });
    socket.on('end', () => finish('FIN'));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      finish(error.code === 'ECONNREFUSED' ? 'refused' : 'RST'),
    );
  });
}

export function post(path: string, body: string): string {
  return `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

export function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
}
