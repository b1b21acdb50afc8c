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
}

export type SubscribeAnswer = Subscription | { problem: Problem };

export interface Service {
  /** Never rejects for a reason of the contract; a rejection is a defect of the implementation (INTERNAL). */
  call(operation: string, input: unknown): Promise<Answer>;
  /** Messages come in order, each once, until close; some may come before this resolves. */
  subscribe(
    stream: string,
    input: unknown,
    onMessage: (message: object) => void,
  ): Promise<SubscribeAnswer>;
  /** Settles what is in flight and frees files and threads. Safe to call twice. */
  close(): Promise<void>;
}
