/** The published `DistributedInventory.ReserveInventory`, step by step. */
import { createHash } from 'node:crypto';
import type { InventoryShard } from './inventoryShard.ts';
import type { Reservation } from './reservation.ts';

export interface DistributedInventory {
  readonly shards: Map<string, InventoryShard>;
  readonly reservationMgr: ReservationManager;
  readonly replicationMgr: ReplicationManager;
  readonly nowMs: () => number;
}

export interface ReservationManager {
  setExpirationTimer(reservation: Reservation, ms: number): void;
}

export interface ReplicationManager {
  replicateReservation(reservation: Reservation): Promise<void>;
}

/** `15*time.Minute`. */
const FIFTEEN_MINUTES_MS = 15 * 60 * 1000;

/** @throws Error where the published text returns one */
export function reserveInventory(
  inventory: DistributedInventory,
  productId: string,
  quantity: number,
  customerId: string,
  ttlMs = FIFTEEN_MINUTES_MS,
): Reservation {
  // Find the shard for this product
  const shard = getShardForProduct(inventory, productId);

  // Attempt reservation with optimistic locking
  const reservation = shard.reserveWithLock(
    productId,
    quantity,
    customerId,
    inventory.nowMs() + ttlMs,
  );

  // Replicate reservation to other shards
  void inventory.replicationMgr.replicateReservation(reservation);

  // Set expiration timer
  inventory.reservationMgr.setExpirationTimer(reservation, ttlMs);

  return reservation;
}

/** The text only names it. What everybody writes first: the hash, modulo the number of shards, which a map of Go has in no order. */
export function shardIdOf(shardIds: readonly string[], productId: string): string {
  const hash = createHash('sha256').update(productId).digest().readUInt32BE(0);
  return shardIds.toSorted()[hash % shardIds.length]!;
}

function getShardForProduct({ shards }: DistributedInventory, productId: string): InventoryShard {
  return shards.get(shardIdOf([...shards.keys()], productId))!;
}
