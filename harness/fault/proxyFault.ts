/** The faults of the network, as data, and what each counts while it is installed. */
import { evidence } from './evidence.ts';
import type { Evidence } from './evidence.ts';

/** `request`: from the client to the server. `reply`: back. */
export type Direction = 'request' | 'reply';

/** Which exchanges: all, or those whose request line (`POST /v1/orders HTTP/1.1`) fits. A WebSocket's is that of its upgrade. */
export type FaultTarget = 'any' | ((requestLine: string) => boolean);

export type ProxyFault = { readonly target: FaultTarget } & (
  | {
      readonly kind: 'net.latency';
      readonly direction: Direction;
      readonly latencyMs: number;
      /** Up to so much more, drawn for each piece. */
      readonly jitterMs: number;
      readonly seed: number;
    }
  | { readonly kind: 'net.bandwidth'; readonly direction: Direction; readonly bytesPerS: number }
  | {
      readonly kind: 'net.slice';
      readonly direction: Direction;
      readonly sliceBytes: number;
      readonly gapMs: number;
    }
  /** Bytes vanish. What has lost some cannot go on: it is reset when the fault is removed. */
  | { readonly kind: 'net.blackhole'; readonly direction: Direction }
  /** RST to both sides on the first byte in this direction, which is not forwarded. */
  | { readonly kind: 'net.reset'; readonly direction: Direction }
  /** FIN in the middle of a message in this direction. */
  | { readonly kind: 'net.end'; readonly direction: Direction }
  /**
   * Nobody listens: new connections are refused. Clients that keep theirs open notice it only when those are reset. The target is
   * of no account.
   */
  | { readonly kind: 'net.refuse'; readonly open: 'stay' | 'reset' }
  /** The whole request reaches the server, the server's whole reply reaches the proxy, and the client gets RST instead. */
  | { readonly kind: 'net.lost-reply'; readonly most: number }
);

export interface FaultCounts {
  bytesDelayed: number;
  bytesDropped: number;
  slices: number;
  socketsReset: number;
  socketsEnded: number;
  /** Connects of the proxy's own probe: those of clients cannot be seen where nobody listens. */
  probesRefused: number;
  repliesSwallowed: number;
  /** Of these, the ones with a 2xx status. */
  successesSwallowed: number;
  replyBytesSwallowed: number;
  /** Replies that were to be lost, and that the server never finished: no proof of a commit. */
  repliesCut: number;
}

/** A fault while it is installed. */
export interface ActiveFault {
  readonly fault: ProxyFault;
  readonly counts: FaultCounts;
  /** Uniform in [0, 1), of the fault's own seed. */
  readonly random: () => number;
  /** Replies chosen to be lost. */
  chosen: number;
}

export function noCounts(): FaultCounts {
  return {
    bytesDelayed: 0,
    bytesDropped: 0,
    slices: 0,
    socketsReset: 0,
    socketsEnded: 0,
    probesRefused: 0,
    repliesSwallowed: 0,
    successesSwallowed: 0,
    replyBytesSwallowed: 0,
    repliesCut: 0,
  };
}

export function matches(target: FaultTarget, requestLine: string | undefined): boolean {
  return target === 'any' || (requestLine !== undefined && target(requestLine));
}

const DECIDING: Readonly<Record<ProxyFault['kind'], { count: keyof FaultCounts; what: string }>> = {
  'net.latency': { count: 'bytesDelayed', what: 'bytes were delayed' },
  'net.bandwidth': { count: 'bytesDelayed', what: 'bytes were held back' },
  'net.slice': { count: 'slices', what: 'slices were sent' },
  'net.blackhole': { count: 'bytesDropped', what: 'bytes were dropped' },
  'net.reset': { count: 'socketsReset', what: 'connections were reset' },
  'net.end': { count: 'socketsEnded', what: 'messages were cut off by an end of the connection' },
  'net.refuse': { count: 'probesRefused', what: 'connects of the probe were refused' },
  'net.lost-reply': {
    count: 'repliesSwallowed',
    what: 'whole replies reached the proxy and were swallowed',
  },
};

export function evidenceOf({ fault, counts }: ActiveFault): Evidence {
  const facts = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  const { count, what } = DECIDING[fault.kind];
  if (counts[count] > 0) return evidence('installed', `${counts[count]} ${what}`, facts);
  if (counts.repliesCut > 0) {
    return evidence('indeterminate', 'the server did not finish the reply to be lost', facts);
  }
  return evidence('skipped', `no ${what}: nothing that it is meant for came by`, facts);
}
