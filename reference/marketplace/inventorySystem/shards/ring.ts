/** Which shard a key is on: consistent hashing over the shards' names, so that the order in which they were named does not count. */
import { namedHashRing } from '../../../kit/hashRing.ts';

export interface Ring {
  /** In the order in which they were given. */
  readonly shardIds: readonly string[];
  /** The same for the same set of shards, on every machine and after every restart. */
  shardOf(key: string): string;
}

/**
 * A shard's share spreads by about 1/sqrt(512) = 4.4 % around the mean: 1.25 times the mean is five of that away with 8 shards, and
 * 1.35 times is seven with 100, whatever the shards are called.
 */
const POINTS_PER_SHARD = 512;

/** @param shardIds one or more, each once */
export function createRing(shardIds: readonly string[]): Ring {
  const names = [...shardIds].sort();
  const ring = namedHashRing(names, POINTS_PER_SHARD);
  return { shardIds: [...shardIds], shardOf: (key) => names[ring.nodeOf(key)]! };
}
