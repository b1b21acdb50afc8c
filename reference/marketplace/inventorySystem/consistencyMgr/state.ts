/** What is written, in memory: made of steps, live and at recovery by the same code. */
import { deadlines } from '../../../kit/deadlines.ts';
import type { Deadlines } from '../../../kit/deadlines.ts';
import { createRing } from '../shards/ring.ts';
import type { Ring } from '../shards/ring.ts';
import { shardedStock } from '../shards/shardedStock.ts';
import type { Change, Reader, Step, TableName, Tables } from './records.ts';

export const INVENTORY = 'inventory';

/** Of the ring `inventory`, until shards are added: as many as keep one shard's part small, and show that there is more than one. */
const FIRST_SHARDS = Array.from({ length: 8 }, (_, index) => `shard-${index + 1}`);

export interface State extends Reader {
  apply(step: Step): void;
  ring(ringId: string): Ring | undefined;
  /** The shard that holds the stock of a product. */
  shardOf(productId: string): string;
  /** When reservations end; one that has moved on since may still be among them. */
  readonly deadlines: Deadlines;
  readonly pendingOrders: Set<string>;
  readonly chargesToVoid: Set<string>;
}

interface Table<T> {
  get(id: string): T | undefined;
  set(id: string, record: T): unknown;
  delete(id: string): unknown;
}

export function emptyState(): State {
  const rings = new Map([[INVENTORY, createRing(FIRST_SHARDS)]]);
  const stocks = shardedStock(createRing(FIRST_SHARDS));
  const tables: { readonly [T in TableName]: Table<Tables[T]> } = {
    stocks,
    reservations: new Map(),
    orders: new Map(),
    customerUnits: new Map(),
    keys: new Map(),
    rings: new Map([[INVENTORY, { shardIds: FIRST_SHARDS }]]),
    settings: new Map(),
  };
  const due = deadlines();
  const pendingOrders = new Set<string>();
  const chargesToVoid = new Set<string>();

  function applyChange(change: Change): void {
    const [name, id, record] = change;
    const table = tables[name] as Table<unknown>;
    if (record === null) table.delete(id);
    else table.set(id, record);
    noteFollowing(change);
  }

  /** What is looked up otherwise than by id. */
  function noteFollowing([table, id, record]: Change): void {
    if (record === null) return;
    if (table === 'reservations' && record.state === 'HELD' && record.orderId === null) {
      due.set(id, record.expiresAtMs);
    } else if (table === 'orders') {
      keepIn(pendingOrders, id, record.state === 'PENDING');
      keepIn(chargesToVoid, id, record.chargeToVoid);
    } else if (table === 'rings') {
      const ring = createRing(record.shardIds);
      rings.set(id, ring);
      if (id === INVENTORY) stocks.reshard(ring);
    }
  }

  return {
    get: <T extends TableName>(table: T, id: string) => tables[table].get(id),
    apply: (step) => step.forEach(applyChange),
    ring: (ringId) => rings.get(ringId),
    shardOf: (productId) => stocks.shardOf(productId),
    deadlines: due,
    pendingOrders,
    chargesToVoid,
  };
}

function keepIn(ids: Set<string>, id: string, isIn: boolean): void {
  if (isIn) ids.add(id);
  else ids.delete(id);
}
