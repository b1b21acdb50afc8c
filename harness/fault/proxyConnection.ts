/** One client's connection through the proxy: knows which exchange is under way and does to it what the installed faults say. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { httpFramer } from './httpFraming.ts';
import type { HttpFramer, MessageHead, Piece } from './httpFraming.ts';
import { pacedLane } from './pacedLane.ts';
import type { Lane } from './pacedLane.ts';
import { matches } from './proxyFault.ts';
import type { ActiveFault, Direction } from './proxyFault.ts';
import type { Hooks } from './proxyHook.ts';

/** A client that was sent FIN gets so long to close: closing first with unread bytes would turn our FIN into RST. */
const MAX_LINGER_MS = 2_000;

export interface ConnectionContext {
  readonly upstreamPort: number;
  readonly active: ReadonlySet<ActiveFault>;
  readonly hooks: Hooks;
  readonly onClosed: () => void;
}

export interface ProxyConnection {
  /** RST to both sides. */
  reset(): void;
  /** A fault was removed: what it held goes on, what has lost bytes by it is reset. */
  removed(fault: ActiveFault): void;
}

interface Exchange {
  readonly requestLine: string;
  requestEnded: boolean;
  /** The fault by which the reply is to be lost. */
  losing: ActiveFault | undefined;
  replyStatus: string;
}

interface Side {
  readonly direction: Direction;
  readonly framer: HttpFramer;
  readonly lane: Lane;
  /** By which fault bytes were lost. */
  hole: ActiveFault | undefined;
  /** How many bytes still go before FIN. */
  cut: { readonly by: ActiveFault; left: number } | undefined;
  over: boolean;
}

export function proxyConnection(client: Socket, context: ConnectionContext): ProxyConnection {
  const { active, hooks } = context;
  // Half-open on both sides: an end is passed on as an end, not answered in the other's name.
  const upstream = connect({ port: context.upstreamPort, host: '127.0.0.1', allowHalfOpen: true });
  client.setNoDelay(true);
  upstream.setNoDelay(true);
  let exchange: Exchange | undefined;
  /** What came before the reply to the request before it was there: the next exchange. */
  const waiting: (Piece | Buffer)[] = [];
  let done = false;

  const clientFlow = flowOf(client);
  const upstreamFlow = flowOf(upstream);
  const request: Side = {
    direction: 'request',
    framer: httpFramer(),
    lane: pacedLane(upstream, (full) => clientFlow.hold('full', full)),
    hole: undefined,
    cut: undefined,
    over: false,
  };
  const reply: Side = {
    direction: 'reply',
    framer: httpFramer(() => exchange?.requestLine.split(' ', 1)[0] ?? ''),
    lane: pacedLane(client, (full) => upstreamFlow.hold('full', full)),
    hole: undefined,
    cut: undefined,
    over: false,
  };

  const finish = (how: 'reset' | 'destroy'): void => {
    if (done) return;
    done = true;
    request.lane.discard();
    reply.lane.discard();
    for (const socket of [client, upstream]) {
      if (how === 'reset') socket.resetAndDestroy();
      else socket.destroy();
    }
    context.onClosed();
  };

  const applying = (direction: Direction): ActiveFault[] => {
    const found: ActiveFault[] = [];
    for (const each of active) {
      const { fault } = each;
      if ('direction' in fault && fault.direction === direction) {
        if (matches(fault.target, exchange?.requestLine)) found.push(each);
      }
    }
    return found;
  };

  /** FIN in the middle: then this direction is over, and whatever else comes is read and thrown away. */
  const endAt = (side: Side, piece: Piece): void => {
    const cut = side.cut!;
    const bytes = piece.bytes.subarray(0, cut.left);
    side.lane.send(bytes, []);
    if (piece.bytes.length < cut.left) {
      cut.left -= bytes.length;
      return;
    }
    side.over = true;
    cut.by.counts.socketsEnded += 1;
    cut.by.counts.bytesDropped += piece.bytes.length - bytes.length;
    if (side.direction === 'request') {
      side.lane.finish(() => upstream.end());
      return;
    }
    request.over = true;
    side.lane.finish(() => {
      client.end();
      upstream.destroy();
      setTimeout(() => finish('destroy'), MAX_LINGER_MS).unref();
    });
  };

  const deliver = (side: Side, piece: Piece, afterWrite?: () => void): void => {
    const { bytes } = piece;
    if (side.over || bytes.length === 0) return;
    const faults = active.size === 0 ? [] : applying(side.direction);
    const by = (kind: ActiveFault['fault']['kind']): ActiveFault | undefined =>
      faults.find(({ fault }) => fault.kind === kind);
    side.hole ??= by('net.blackhole');
    if (side.hole) {
      side.hole.counts.bytesDropped += bytes.length;
      return;
    }
    const resets = by('net.reset');
    if (resets) {
      resets.counts.socketsReset += 1;
      resets.counts.bytesDropped += bytes.length;
      finish('reset');
      return;
    }
    const ends = by('net.end');
    if (ends) side.cut ??= { by: ends, left: half(piece.head, bytes.length) };
    if (side.cut) endAt(side, piece);
    else side.lane.send(bytes, faults, afterWrite);
  };

  const takeRequest = (piece: Piece): void => {
    if (piece.head) {
      const requestLine = piece.head.firstLine;
      exchange = { requestLine, requestEnded: false, losing: undefined, replyStatus: '' };
    }
    if (!exchange || !piece.ends) return deliver(request, piece);
    exchange.requestEnded = true;
    const hook = hooks.at('request-sent', exchange.requestLine);
    if (hook?.order === 'before-forwarding') hook.fire();
    deliver(request, piece, hook?.order === 'after-forwarding' ? () => hook.fire() : undefined);
  };

  const awaitsReply = (): boolean => exchange?.requestEnded === true && request.framer.framed();

  const takeWaiting = (): void => {
    while (waiting.length > 0 && !awaitsReply() && !done) {
      const next = waiting.shift()!;
      if (Buffer.isBuffer(next)) waiting.unshift(...request.framer.push(next));
      else takeRequest(next);
    }
    clientFlow.hold('waiting', waiting.length > 0);
  };

  const loseReply = (by: ActiveFault, piece: Piece): void => {
    by.counts.replyBytesSwallowed += piece.bytes.length;
    if (!piece.ends) return;
    by.counts.repliesSwallowed += 1;
    if (/^2\d\d$/.test(exchange!.replyStatus)) by.counts.successesSwallowed += 1;
    by.counts.socketsReset += 1;
    finish('reset');
  };

  const takeReply = (piece: Piece): void => {
    const { head } = piece;
    let afterWrite: (() => void) | undefined;
    if (head && !head.interim && exchange) {
      exchange.replyStatus = head.firstLine.split(' ')[1] ?? '';
      if (head.upgrade === 'no') exchange.losing = chooseLoser(active, exchange);
      const hook = hooks.at('reply-first-byte', exchange.requestLine);
      if (hook?.order === 'before-forwarding') hook.fire();
      else if (hook) afterWrite = () => hook.fire();
    }
    if (exchange?.losing) return loseReply(exchange.losing, piece);
    deliver(reply, piece, afterWrite);
    if (head?.upgrade === 'granted') {
      request.framer.stopFraming();
      takeWaiting();
    } else if (piece.ends && head?.interim !== true) {
      exchange = undefined;
      takeWaiting();
    }
  };

  client.on('data', (chunk: Buffer) => {
    waiting.push(chunk);
    takeWaiting();
  });
  upstream.on('data', (chunk: Buffer) => {
    for (const piece of reply.framer.push(chunk)) {
      if (done) return;
      takeReply(piece);
    }
  });
  client.on('end', () => {
    if (request.over || request.hole) return;
    request.lane.finish(() => upstream.end());
  });
  upstream.on('end', () => {
    const ending = reply.framer.end();
    const losing = exchange?.losing;
    if (losing) {
      if (ending === 'ends-message') loseReply(losing, { bytes: Buffer.alloc(0), ends: true });
      else losing.counts.repliesCut += 1;
      finish('reset');
      return;
    }
    if (reply.over || reply.hole) return;
    reply.lane.finish(() => client.end());
  });
  client.on('error', () => finish('reset'));
  upstream.on('error', () => {
    const losing = exchange?.losing;
    if (losing) losing.counts.repliesCut += 1;
    // In a hole the client does not hear of it either.
    if (reply.over || reply.hole) return;
    reply.lane.finish(() => finish('reset'));
  });
  client.on('close', () => finish('destroy'));
  upstream.on('close', () => {
    if (client.writableEnded && client.readableEnded) finish('destroy');
  });

  return {
    reset: () => finish('reset'),
    removed(fault) {
      if (request.hole === fault || reply.hole === fault) {
        fault.counts.socketsReset += 1;
        finish('reset');
        return;
      }
      request.lane.release();
      reply.lane.release();
    },
  };
}

/** A reply that may be lost: the whole request has been delivered, so that the reply's bytes prove what the server did. */
function chooseLoser(
  active: ReadonlySet<ActiveFault>,
  exchange: Exchange,
): ActiveFault | undefined {
  if (!exchange.requestEnded) return undefined;
  for (const each of active) {
    const { fault } = each;
    if (fault.kind !== 'net.lost-reply' || each.chosen >= fault.most) continue;
    if (!matches(fault.target, exchange.requestLine)) continue;
    each.chosen += 1;
    return each;
  }
  return undefined;
}

/** Where a message is cut: in the middle of its body, of what is there of it, or of its head where it has none. */
function half(head: MessageHead | undefined, pieceBytes: number): number {
  if (!head) return Math.floor(pieceBytes / 2);
  if (head.bodyBytes === 0) return Math.floor(head.bytes / 2);
  return head.bytes + Math.floor((head.bodyBytes ?? pieceBytes - head.bytes) / 2);
}

/** Reads a socket only while nothing speaks against it. */
function flowOf(socket: Socket): { hold(reason: string, held: boolean): void } {
  const reasons = new Set<string>();
  return {
    hold(reason, held) {
      if (held === reasons.has(reason)) return;
      if (held) reasons.add(reason);
      else reasons.delete(reason);
      if (reasons.size > 0) socket.pause();
      else socket.resume();
    },
  };
}
