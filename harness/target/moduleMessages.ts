/** What the harness and the process of a module under test say to each other, and what such a module is. */
import type { Json, JsonObject, Problem, ReplyHeaders } from './target.ts';

/** What a module's `create({ dataDir, clockMs, worldUrl })` resolves to. */
export interface ModuleInstance {
  call(
    operation: string,
    input: JsonObject,
  ): Promise<({ output: JsonObject } | { problem: Problem }) & { headers?: ReplyHeaders }>;
  subscribe?(
    stream: string,
    input: JsonObject,
    onMessage: (message: JsonObject) => void,
  ): Promise<ModuleSubscription | { problem: Problem }>;
  close?(): Promise<void>;
}

export interface ModuleSubscription {
  close(): void | Promise<void>;
  /** What the subscriber sends, in order; of a stream whose contract has `send`. May be anything: it is for the module to refuse it. */
  send?(message: Json): void | Promise<void>;
}

export type ToHost =
  | { kind: 'create'; file: string; dataDir: string; clockMs: number; worldUrl: string | undefined }
  | { kind: 'call'; id: number; operation: string; input: JsonObject }
  | { kind: 'subscribe'; id: number; stream: string; input: JsonObject }
  | { kind: 'unsubscribe'; id: number; subscription: number }
  | { kind: 'send'; subscription: number; message: Json }
  | { kind: 'ping'; id: number };

/** `json` is what the module answered; `threw` what it threw instead. */
export interface HostReply {
  json?: string;
  threw?: string;
}

/** What the host answers of a stream that is open. */
export interface OpenedStream {
  readonly takesMessages: boolean;
}

export type FromHost =
  | { kind: 'up' }
  | { kind: 'created' }
  | { kind: 'failed'; reason: string }
  | ({ kind: 'reply'; id: number } & HostReply)
  | { kind: 'message'; subscription: number; json: string }
  /** The module threw at what a subscriber sent. */
  | { kind: 'send-threw'; subscription: number; threw: string };
