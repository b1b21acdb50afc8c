/**
 * Subscribers of a stream while a load runs: what arrives, and when, so that the time from a request's intended start to the
 * arrival of the message that it caused can be told (deliveryLatency.ts).
 */
import { performance } from 'node:perf_hooks';
import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import { MAX_REPLY_BYTES } from '../../target/bounds.ts';

export interface StreamSubscribersOptions {
  /** `ws://HOST:PORT/PATH?QUERY`. */
  readonly url: string;
  readonly subscribers: number;
  /** What ties a message to its request; undefined for one that no request caused, which is only counted. */
  readonly keyOf: (message: Buffer) => string | undefined;
  /** Arrivals that a subscriber remembers; what comes beyond is only counted. */
  readonly maxArrivals: number;
  /** The first so many of them stop reading for a while. */
  readonly slow?: SlowReaders;
  /** Default: performance.now. The clock of the intended starts. */
  readonly nowMs?: () => number;
}

export interface SlowReaders {
  readonly readers: number;
  /** From its opening. */
  readonly afterMs: number;
  readonly pauseMs: number;
}

export interface StreamSubscribers {
  /** How many are open. */
  open(): number;
  /** Closes all of them. What one has seen, in the order of their opening. */
  close(): Promise<readonly StreamCount[]>;
}

export interface StreamCount {
  readonly messages: number;
  readonly bytes: number;
  /** When the first message of each key came. */
  readonly arrivals: ReadonlyMap<string, number>;
  /** Messages with a key that had come before. */
  readonly repeated: number;
  /** Messages with a key for which there was no room. */
  readonly notKept: number;
  /** It was closed before close(), or never opened. */
  readonly endedEarly?: { readonly reason: string; readonly atMs: number };
}

/** For the handshake, and for the closing one. */
const MAX_HANDSHAKE_MS = 5_000;

/** Resolves once each is open or has failed; never rejects. */
export async function openStreamSubscribers(
  options: StreamSubscribersOptions,
): Promise<StreamSubscribers> {
  const all = Array.from({ length: options.subscribers }, (_, nth) => subscriber(options, nth));
  await Promise.all(all.map((each) => each.settled));
  return {
    open: () => all.filter((each) => each.isOpen()).length,
    close: () => Promise.all(all.map((each) => each.close())),
  };
}

interface Subscriber {
  /** Open, or failed. */
  readonly settled: Promise<void>;
  isOpen(): boolean;
  close(): Promise<StreamCount>;
}

function subscriber(options: StreamSubscribersOptions, nth: number): Subscriber {
  const { url, keyOf, maxArrivals, slow, nowMs = () => performance.now() } = options;
  const socket = new WebSocket(url, {
    handshakeTimeout: MAX_HANDSHAKE_MS,
    maxPayload: MAX_REPLY_BYTES,
    perMessageDeflate: false,
  });
  const arrivals = new Map<string, number>();
  const counts = { messages: 0, bytes: 0, repeated: 0, notKept: 0 };
  const timers = new Set<NodeJS.Timeout>();
  let failure: string | undefined;
  let endedEarly: StreamCount['endedEarly'];
  let isClosing = false;

  socket.on('message', (data: RawData) => {
    const atMs = nowMs();
    // ws hands over one Buffer unless it is told otherwise.
    const message = data as Buffer;
    counts.messages += 1;
    counts.bytes += message.length;
    const key = keyOf(message);
    if (key === undefined) return;
    if (arrivals.has(key)) counts.repeated += 1;
    else if (arrivals.size >= maxArrivals) counts.notKept += 1;
    else arrivals.set(key, atMs);
  });
  socket.on('error', (error) => {
    failure = error.message;
  });
  const closed = new Promise<void>((resolve) => {
    socket.once('close', (code) => {
      for (const timer of timers) clearTimeout(timer);
      if (!isClosing) endedEarly = { reason: failure ?? `closed with code ${code}`, atMs: nowMs() };
      resolve();
    });
  });
  const opened = new Promise<void>((resolve) => {
    socket.once('open', () => {
      if (slow !== undefined && nth < slow.readers) pauseOnce(socket, slow, timers);
      resolve();
    });
  });

  return {
    settled: Promise.race([opened, closed]),
    isOpen: () => socket.readyState === WebSocket.OPEN,
    async close() {
      isClosing = true;
      for (const timer of timers) clearTimeout(timer);
      // Paused, it would not read the other side's part of the closing handshake.
      if (socket.isPaused) socket.resume();
      socket.close();
      const giveUp = setTimeout(() => socket.terminate(), MAX_HANDSHAKE_MS);
      await closed;
      clearTimeout(giveUp);
      return { ...counts, arrivals, ...(endedEarly !== undefined && { endedEarly }) };
    },
  };
}

function pauseOnce(socket: WebSocket, slow: SlowReaders, timers: Set<NodeJS.Timeout>): void {
  timers.add(setTimeout(() => socket.pause(), slow.afterMs));
  timers.add(setTimeout(() => socket.resume(), slow.afterMs + slow.pauseMs));
}
