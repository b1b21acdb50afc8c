/**
 * What all reference implementations are: one object that answers calls and feeds subscribers. Each binding (HTTP with
 * WebSocket, stdio, module) serves it, and none of them knows what it does.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** An RFC 9457 problem document with the code of the case's error table. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
  [extension: string]: unknown;
}

/** `output` has the operation's response shape; `headers` are those that the operation's contract names, by that name. */
export type Answer = ({ output: object } | { problem: Problem }) & {
  headers?: Record<string, string>;
};

export interface Subscription {
  close(): void;
  /** What the subscriber sends, in order; of the contract's shape once it is `validated`. On streams whose contract has `send`. */
  send?(message: unknown): void;
  /** Instead of send, for what has not that shape. Absent: it is dropped. */
  invalid?(fault: string): void;
}

/** Hands a message to the subscriber. */
export interface Deliver {
  (message: object): void;
  /**
   * Bytes that wait in this process for a subscriber that does not read; the system's own buffers hold some MiB before that. Absent: the
   * subscribers share one channel (stdio, module).
   */
  bufferedBytes?(): number;
  /** As a message that is JSON already. Absent: the subscribers share one channel, which carries values. */
  text?(json: string): void;
  /** Ends the stream behind what was handed over. Absent: only the subscriber can. */
  end?(): void;
}

/** Delivers unless more than so many bytes wait: what a later message makes worthless need not queue. False: dropped. */
export function offer(deliver: Deliver, message: object, maxBufferedBytes: number): boolean {
  if ((deliver.bufferedBytes?.() ?? 0) > maxBufferedBytes) return false;
  deliver(message);
  return true;
}

export type SubscribeAnswer = Subscription | { problem: Problem };

export interface Service {
  /** Never rejects for a reason of the contract; a rejection is a defect of the implementation (INTERNAL). */
  call(operation: string, input: unknown): Promise<Answer>;
  /** Messages come in order, each once, until close; some may come before this resolves. */
  subscribe(stream: string, input: unknown, onMessage: Deliver): Promise<SubscribeAnswer>;
  /** Settles what is in flight and frees files and threads. Safe to call twice. */
  close(): Promise<void>;
}
