/**
 * One noun for reaching an implementation: whatever the binding (http, stdio, module), the harness sees a Target.
 */

import type { ProcessExit } from './startProcess.ts';
import type { StreamMessage } from './streamMessage.ts';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

export type Binding = 'http' | 'stdio' | 'module';

/** An RFC 9457 problem document, with the `code` of the case study's error table. */
export interface Problem {
  code: string;
  title?: string;
  detail?: string;
  status?: number;
  [extension: string]: Json | undefined;
}

/**
 * What became of one call. `ok` and `refused` have been validated against the contract; a reply that is not what the
 * contract says is `malformed`; when nothing tells whether the command had an effect the answer is `indeterminate`.
 */
export type Answer =
  | { kind: 'ok'; output: JsonObject; headers?: ReplyHeaders }
  | { kind: 'refused'; problem: Problem; headers?: ReplyHeaders }
  | { kind: 'malformed'; reason: string; reply?: RawReply }
  | { kind: 'indeterminate'; reason: string; reply?: RawReply };

/** Lower-case names. All that came over HTTP; by stdio and module those that stand as `headers` beside the output or problem. */
export type ReplyHeaders = Readonly<Record<string, string>>;

/** What came instead of a reply of the contract; absent where nothing came in full. */
export interface RawReply {
  /** Over HTTP only. */
  status?: number;
  headers: ReplyHeaders;
  /** As it came: JSON-RPC's whole line, what a module resolved to as JSON; its first 64 Ki characters. */
  body: string;
}

export interface CallOptions {
  /** How long to wait for the whole reply. Default: the target's own bound. */
  timeoutMs?: number;
}

export interface Subscription {
  /**
   * Sends a message up the stream, in the order of the calls; whoever calls sees that the stream takes such messages. Never throws.
   * False: not sent, for the stream has ended or so much is unsent (bounds.ts) that the other side does not read. True: handed on,
   * which says nothing about its arrival.
   */
  send(message: Json): boolean;
  /**
   * The same for a text that need be no JSON: over HTTP a text frame. By stdio and module, which carry values, text that is JSON goes as
   * that value and any other as a string.
   */
  sendText(text: string): boolean;
  /** Whether reading can be stopped for this stream alone: over HTTP only, where it has a connection of its own. */
  readonly canPause: boolean;
  /**
   * Stops reading, so that the connection fills up and the server's writes wait. What had been read already (at most 64 KiB) is still
   * told; the end of the stream is not, until resume. Sending goes on. Nothing happens where canPause is false.
   */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

/** What a subscriber is told. After `ended` nothing more comes. */
export type StreamEvent =
  StreamMessage | { kind: 'malformed'; reason: string } | { kind: 'ended'; reason: string };

export type SubscribeAnswer =
  | { kind: 'ok'; subscription: Subscription }
  | { kind: 'refused'; problem: Problem }
  | { kind: 'malformed'; reason: string }
  | { kind: 'indeterminate'; reason: string };

/** The process of a target that the harness started, for faults: the newest one, also while it is still coming up. */
export interface TargetProcess {
  readonly dataDir: string;
  /** The leader of its process group. */
  pid(): number | undefined;
  /** Undefined while it runs. */
  exit(): ProcessExit | undefined;
  /** What this process and those before it wrote to stdout and stderr, by stdio to stderr only; the last MiB of it. */
  output(): string;
  /** To the whole group, at once; nothing happens when it has ended. */
  signal(name: NodeJS.Signals): void;
}

/** A running implementation. */
export interface Target {
  readonly binding: Binding;
  /** Capabilities that the implementation declares (manifest) or was seen to have (`--url`). */
  readonly capabilities: ReadonlySet<string>;
  /** The clock's time at the start, in ms since the epoch: what `{clockMs}` stood for. */
  readonly startClockMs: number;
  /** Whether kill and restart work: false for a server that the harness did not start. */
  readonly canRestart: boolean;
  /** `http://127.0.0.1:PORT` of an http target, for load; it changes with a restart. */
  readonly address?: string | undefined;
  /** The process group of an implementation that the harness started, for what it costs; it changes with a restart. */
  readonly processGroup?: number | undefined;
  /** Undefined for a server that the harness did not start. */
  readonly process?: TargetProcess | undefined;
  /** Never rejects: whatever happens becomes an Answer. */
  call(operation: string, input: JsonObject, options?: CallOptions): Promise<Answer>;
  subscribe(
    stream: string,
    input: JsonObject,
    onEvent: (event: StreamEvent) => void,
  ): Promise<SubscribeAnswer>;
  /** How its process ended (exit code, last lines of stderr); undefined while it runs, and for a server not started here. */
  ended(): string | undefined;
  /** Whether it still answers anything at all within timeoutMs. */
  responds(timeoutMs: number): Promise<boolean>;
  /** SIGKILL to the process group (a module's host process too), and only then its connections; resolves once the exit has been seen. */
  kill(): Promise<void>;
  /** Start again on the same data directory, with the clock at clockMs (default: what it was last set to by a call, or at a start). */
  restart(clockMs?: number): Promise<void>;
  /** End it and free everything it held. Safe to call twice. */
  close(): Promise<void>;
}
