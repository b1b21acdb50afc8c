/** One interface over whatever carries a load: plain sockets, TLS and HTTP/2, a child's stdio, a module. */
import type { HttpRequest } from '../../contract/httpRequest.ts';
import type { Answer, JsonObject } from '../../target/target.ts';

/** Carries one request at a time. */
export interface Lane {
  /** Index of the request in flight, -1 when idle. The generator's own note: the lane leaves it alone. */
  inFlight: number;
  /** Only while it is idle. */
  send(request: LaneRequest): void;
  /** Gives up what is in flight; none of its events is called afterwards. */
  close(): void;
}

/** Opens at once; the events come later, never before it has returned. */
export type OpenLane = (events: LaneEvents) => Lane;

/** What a lane carries. */
export interface LaneRequest {
  readonly operation: string;
  readonly input: JsonObject;
  readonly http: HttpRequest;
}

/** `body` is only valid until onReply returns: it may be a view of a shared buffer. */
export type LaneReply =
  | { readonly kind: 'http'; readonly status: number; readonly body: Buffer }
  | { readonly kind: 'answer'; readonly answer: Answer };

/** Shared by all lanes of a generator; a lane names itself. After onReply comes onIdle, or onGone where it was the last. */
export interface LaneEvents {
  /** It is open, or done with its request, and can carry another. */
  onIdle(lane: Lane): void;
  onReply(lane: Lane, reply: LaneReply): void;
  /** What was in flight has no whole reply and will have none. Followed by onGone. */
  onBroken(lane: Lane, reason: string): void;
  /** It will carry nothing more. Comes once. */
  onGone(lane: Lane, reason: string): void;
}
