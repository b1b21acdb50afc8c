/** The stock records, each in the part of its shard. */
import type { StockRecord } from '../consistencyMgr/records.ts';
import type { Ring } from './ring.ts';

export interface ShardedStock {
  shardOf(productId: string): string;
  get(productId: string): StockRecord | undefined;
  set(productId: string, record: StockRecord): void;
  delete(productId: string): void;
  /** Moves every record to its shard of the new ring. */
  reshard(ring: Ring): void;
}

export function shardedStock(firstRing: Ring): ShardedStock {
  let ring = firstRing;
  let parts = emptyParts(ring);

  function partOf(productId: string): Map<string, StockRecord> {
    const shardId = ring.shardOf(productId);
    const part = parts.get(shardId);
    if (!part) throw new Error(`the ring names ${shardId}, which it does not have`);
    return part;
  }

  return {
    shardOf: (productId) => ring.shardOf(productId),
    get: (productId) => partOf(productId).get(productId),
    set: (productId, record) => void partOf(productId).set(productId, record),
    delete: (productId) => void partOf(productId).delete(productId),
    reshard(nextRing) {
      const records = [...parts.values()].flatMap((part) => [...part]);
      ring = nextRing;
      parts = emptyParts(ring);
      for (const [productId, record] of records) partOf(productId).set(productId, record);
    },
  };
}

function emptyParts({ shardIds }: Ring): Map<string, Map<string, StockRecord>> {
  return new Map(shardIds.map((shardId) => [shardId, new Map<string, StockRecord>()]));
}
