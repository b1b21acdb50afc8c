/**
 * A server for tests of conversations: it says its tick and the highest number that it has heard of each client, so many times a second.
 * Its defects are named by what it does wrong.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

export interface FakeMatchOptions {
  readonly ticksPerS?: number;
  /** Of each message, about. */
  readonly bytes?: number;
  /** Answers only what it heard so long ago. */
  readonly delaysMs?: number;
  readonly neverAnswers?: boolean;
  /** Its tick counts this much faster than the clock: 0.01 is a hundredth. */
  readonly drifts?: number;
  /** Says nothing to anybody while one client does not read. */
  readonly waitsForEverybody?: boolean;
  /** Answers more than a client has sent. */
  readonly answersAhead?: boolean;
  /** Closes the stream of a client once it has heard so many of its messages. */
  readonly closesAfter?: number;
  readonly saysNoJson?: boolean;
}

export interface FakeMatch {
  readonly address: string;
  /** Every message that it has heard, in order. */
  readonly heard: { readonly path: string; readonly message: Record<string, unknown> }[];
  close(): Promise<void>;
}

interface Peer {
  readonly socket: WebSocket;
  readonly raw: Duplex;
  /** Numbers with the time of their arrival. */
  readonly numbers: { readonly number: number; readonly atMs: number }[];
  answered: number;
}

/** Above what a message takes, below what the kernel does not take any more of. */
const BEHIND_BYTES = 64 * 1024;

export async function fakeMatch(options: FakeMatchOptions = {}): Promise<FakeMatch> {
  const { ticksPerS = 50, bytes = 0, delaysMs = 0, drifts = 0, closesAfter = Infinity } = options;
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  const peers = new Set<Peer>();
  const heard: FakeMatch['heard'] = [];
  const beganMs = performance.now();
  const padding = 'x'.repeat(bytes);

  sockets.on('connection', (socket, request) => {
    const peer: Peer = { socket, raw: request.socket, numbers: [], answered: 0 };
    peers.add(peer);
    socket.on('error', () => undefined);
    socket.on('close', () => peers.delete(peer));
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as Record<string, unknown>;
      heard.push({ path: request.url!, message });
      if (typeof message['seq'] !== 'number') return;
      peer.numbers.push({ number: message['seq'], atMs: performance.now() });
      if (message['seq'] >= closesAfter) socket.close(1008, 'enough');
    });
  });

  const tell = (peer: Peer, tick: number, nowMs: number): void => {
    while (peer.numbers.length > 0 && peer.numbers[0]!.atMs + delaysMs <= nowMs)
      peer.answered = peer.numbers.shift()!.number;
    const answered = options.neverAnswers ? 0 : peer.answered + (options.answersAhead ? 1000 : 0);
    const snapshot = { type: 'snapshot', tick, lastInputSeq: answered, padding };
    peer.socket.send(options.saysNoJson ? 'snapshot!' : JSON.stringify(snapshot));
  };
  let told = 0;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const tick = Math.floor(((nowMs - beganMs) / 1000) * ticksPerS * (1 + drifts));
    if (tick <= told) return;
    if (
      options.waitsForEverybody &&
      [...peers].some((each) => each.socket.bufferedAmount > BEHIND_BYTES)
    )
      return;
    told = tick;
    for (const peer of peers) {
      const isBehind = peer.socket.bufferedAmount > BEHIND_BYTES;
      if (!isBehind || options.waitsForEverybody) tell(peer, tick, nowMs);
    }
  }, 2);

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    async close() {
      clearInterval(timer);
      for (const { socket } of peers) socket.terminate();
      await new Promise((done) => server.close(done));
    },
  };
}
