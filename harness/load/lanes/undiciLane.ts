/** HTTP over TLS, with HTTP/2 where the server speaks it, over undici: one connection a lane, open before its first request. */
import { Client, buildConnector } from 'undici';
import type { Dispatcher } from 'undici';
import type { Socket } from 'node:net';
import { MAX_REPLY_BYTES } from '../../target/bounds.ts';
import type { Lane, LaneEvents, LaneRequest, OpenLane } from './lane.ts';

export interface UndiciLanesOptions {
  /** `https://HOST:PORT` (or http:). */
  readonly origin: string;
  /** PEM of a certificate authority to trust instead of the well-known ones. */
  readonly ca?: string;
}

/** Longer than any load: a lane that has nothing to do for a while stays open, whatever undici's default. */
const KEEP_ALIVE_MS = 3_600_000;
const ACCEPT = 'application/json, application/problem+json';
const OF_GET = { accept: ACCEPT };
const OF_BODY = { accept: ACCEPT, 'content-type': 'application/json' };

export function undiciLanes({ origin, ca }: UndiciLanesOptions): OpenLane {
  const connect = buildConnector({ allowH2: true, ...(ca !== undefined && { ca }) });
  return (events) => new UndiciLane(new URL(origin), connect, events);
}

class UndiciLane implements Lane, Dispatcher.DispatchHandler {
  inFlight = -1;
  private state: 'opening' | 'idle' | 'busy' | 'gone' = 'opening';
  private readonly events: LaneEvents;
  private readonly origin: URL;
  private socket: Socket | undefined = undefined;
  private client: Client | undefined = undefined;
  private status = 0;
  private parts: Buffer[] = [];

  constructor(origin: URL, connect: buildConnector.connector, events: LaneEvents) {
    this.origin = origin;
    this.events = events;
    const { hostname, host, protocol, port } = origin;
    connect({ hostname: unbracketed(hostname), host, protocol, port }, (error, socket) =>
      this.opened(error, socket),
    );
  }

  send({ http: { method, path, body, headers: own } }: LaneRequest): void {
    this.state = 'busy';
    const usual = body === undefined ? OF_GET : OF_BODY;
    const headers = own ? { ...usual, ...own } : usual;
    this.client!.dispatch({ method, path, headers, body: body ?? null }, this);
  }

  close(): void {
    this.state = 'gone';
    this.destroy();
  }

  /** undici asks for it. A lane gives up with its connection, so it needs no controller. */
  onRequestStart(): void {}

  /** 1xx too, which announce the response. */
  onResponseStart(_: Dispatcher.DispatchController, status: number): void {
    this.status = status;
    this.parts = [];
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.parts.push(chunk);
  }

  onResponseEnd(): void {
    if (this.isGone()) return;
    const body = this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts);
    this.state = 'idle';
    this.events.onReply(this, { kind: 'http', status: this.status, body });
    // By then undici has closed the connection if this was the last reply on it.
    queueMicrotask(() => this.goOn());
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.end(`no whole HTTP reply: ${error.message}`);
  }

  private opened(error: Error | null, socket: Socket | null): void {
    // undici leaves the socket out where its types say null.
    if (!socket) return this.end(`the connection failed: ${error!.message}`);
    if (this.isGone()) return void socket.destroy();
    this.socket = socket;
    socket.on('error', (failure) => this.end(`the connection failed: ${failure.message}`));
    socket.once('close', () => this.end('the connection closed'));
    this.client = new Client(this.origin, {
      // The one that is open; a lane ends with its connection, so there is no second. Not at once: undici would not notice it.
      connect: (_, callback) => queueMicrotask(() => callback(null, socket)),
      allowH2: true,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      // Time is bounded by the generator.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: MAX_REPLY_BYTES,
    });
    this.state = 'idle';
    this.events.onIdle(this);
  }

  private goOn(): void {
    if (this.isGone()) return;
    if (this.socket!.destroyed) this.end('closed by the server after its reply');
    else this.events.onIdle(this);
  }

  private isGone(): boolean {
    return this.state === 'gone';
  }

  private end(reason: string): void {
    if (this.isGone()) return;
    const wasBusy = this.state === 'busy';
    this.state = 'gone';
    this.destroy();
    if (wasBusy) this.events.onBroken(this, reason);
    this.events.onGone(this, reason);
  }

  private destroy(): void {
    // It rejects nothing of ours: what was in flight has been told already.
    void this.client?.destroy();
    this.socket?.destroy();
  }
}

/** As sockets want an IPv6 address. */
function unbracketed(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
