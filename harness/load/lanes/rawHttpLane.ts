/**
 * HTTP/1.1 over plain TCP, as fast as Node can: all sockets of the thread read into one buffer, and a reply that arrives whole is
 * looked at there. Nothing is made for a request but its text, and for a reply but what is handed on.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { httpText } from '../httpText.ts';
import type { ParsedResponse } from '../responseParser.ts';
import type { Lane, LaneEvents, LaneRequest, OpenLane } from './lane.ts';
import { ReplyReader } from './replyReader.ts';
import { MAX_SCANNED_BYTES } from './scanReply.ts';

export interface HttpAddress {
  readonly host: string;
  readonly port: number;
}

/** One for all sockets: what a read brought has been dealt with before the next one. */
const shared = Buffer.allocUnsafeSlow(MAX_SCANNED_BYTES);

export function rawHttpLanes(address: HttpAddress): OpenLane {
  return (events) => new RawHttpLane(address, events);
}

class RawHttpLane implements Lane {
  inFlight = -1;
  private state: 'opening' | 'idle' | 'busy' | 'gone' = 'opening';
  private readonly reader = new ReplyReader();
  private readonly events: LaneEvents;
  private readonly hostHeader: string;
  private readonly socket: Socket;

  constructor({ host, port }: HttpAddress, events: LaneEvents) {
    this.events = events;
    this.hostHeader = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    const callback = (bytes: number): boolean => this.receive(bytes);
    this.socket = connect({ host, port, noDelay: true, onread: { buffer: shared, callback } });
    this.socket.once('connect', () => this.becomeIdle());
    this.socket.once('end', () => this.endOfStream());
    this.socket.on('error', (error) => this.end(`the connection failed: ${error.message}`));
    this.socket.once('close', () => this.end('the connection closed'));
  }

  send(request: LaneRequest): void {
    this.state = 'busy';
    this.socket.write(httpText(request.http, this.hostHeader), 'utf8');
  }

  close(): void {
    this.state = 'gone';
    this.socket.destroy();
  }

  /** @returns true: go on reading */
  private receive(bytes: number): boolean {
    if (this.state !== 'busy') {
      this.end('a reply that nobody asked for');
      return true;
    }
    let reply: ParsedResponse | undefined;
    try {
      reply = this.reader.read(shared, bytes);
    } catch (error) {
      this.end(`not a whole HTTP reply: ${(error as Error).message}`);
    }
    if (reply !== undefined) this.settle(reply);
    return true;
  }

  private settle({ status, body, keepAlive }: ParsedResponse): void {
    this.state = 'idle';
    this.events.onReply(this, { kind: 'http', status, body });
    if (!keepAlive) this.end('closed by the server after its reply');
    else if (!this.isGone()) this.events.onIdle(this);
  }

  private becomeIdle(): void {
    if (this.isGone()) return;
    this.state = 'idle';
    this.events.onIdle(this);
  }

  private endOfStream(): void {
    if (this.state === 'busy') this.readToTheEnd();
    this.end('the server closed the connection');
  }

  /** A reply without a length is whole now. */
  private readToTheEnd(): void {
    let reply: ParsedResponse | undefined;
    try {
      reply = this.reader.end();
    } catch (error) {
      return this.end(`not a whole HTTP reply: ${(error as Error).message}`);
    }
    if (reply !== undefined) this.settle(reply);
  }

  private isGone(): boolean {
    return this.state === 'gone';
  }

  /** Does nothing the second time: one failure may show in several ways. */
  private end(reason: string): void {
    if (this.isGone()) return;
    const wasBusy = this.state === 'busy';
    this.state = 'gone';
    this.socket.destroy();
    if (wasBusy) this.events.onBroken(this, reason);
    this.events.onGone(this, reason);
  }
}
