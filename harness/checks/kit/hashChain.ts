/** Hash chains of events: a hash covers its event and the hash before it, so a changed byte is found at the event that has it. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

export interface Chained {
  /** SHA-256 in lower-case hex, like `hash`. */
  readonly prevHash: string;
  readonly hash: string;
}

/** The prevHash of the first event. */
export const GENESIS_HASH = '0'.repeat(64);

/** SHA-256(prevHash as 32 raw bytes || RFC 8785 form of the event without its hashes), in hex. */
export function chainHash({ prevHash, hash: _claimed, ...body }: Chained): string {
  return createHash('sha256')
    .update(Buffer.from(prevHash, 'hex'))
    .update(canonicalize(body) ?? '')
    .digest('hex');
}

export interface BrokenLink<T extends Chained> {
  /** The first event whose prevHash is not the hash before it, or whose hash is not its own. */
  readonly event: T;
  readonly wrong: 'prevHash' | 'hash';
  readonly expected: string;
}

/** @param prevHash of the first event given, where the chain began earlier */
export function findBrokenLink<T extends Chained>(
  events: readonly T[],
  prevHash = GENESIS_HASH,
): BrokenLink<T> | undefined {
  let before = prevHash;
  for (const event of events) {
    if (event.prevHash !== before) return { event, wrong: 'prevHash', expected: before };
    const expected = chainHash(event);
    if (event.hash !== expected) return { event, wrong: 'hash', expected };
    before = event.hash;
  }
  return undefined;
}
