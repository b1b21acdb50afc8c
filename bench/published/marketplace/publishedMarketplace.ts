/** The published inventory and autoscaler behind the operations of the marketplace case. What the design has no step for is not offered. */
import { join } from 'node:path';
import { frozenClock } from '../../../reference/kit/clock.ts';
import { loadContract } from '../../../reference/kit/contract.ts';
import type { Answer, Service } from '../../../reference/kit/service.ts';
import { validated } from '../../../reference/kit/validated.ts';
import type {
  ConfirmReservation,
  EvaluateFleet,
  GetReservation,
  GetStock,
  PutFleet,
  PutRing,
  PutStock,
  RecordLoad,
  Reservation as ReservationReport,
  Reserve,
  RouteKeys,
  SetClock,
  Stock,
} from '../../../spec/marketplace/messages.d.ts';
import { reserveInventory, shardIdOf } from './distributedInventory.ts';
import type { DistributedInventory } from './distributedInventory.ts';
import { expirationTimers } from './expirationTimers.ts';
import { openFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';
import { withGoQuantities } from './goQuantities.ts';
import { inventoryShard, NoSuchProduct, NotInStock } from './inventoryShard.ts';
import type { StockRow } from './inventoryShard.ts';
import type { Reservation } from './reservation.ts';

/**
 * `literal` has the two published functions and nothing else. `kind` adds what anybody who had to use the design would: reads of what it
 * knows, the confirmation and the release that a reservation is for, its ring, and the system's clock under the timers.
 */
export type Reading = 'literal' | 'kind';

export interface MarketplaceOptions {
  readonly clockMs: number;
}

const CASE_DIR = join(import.meta.dirname, '../../../spec/marketplace');
const SHARD_IDS = ['shard-0', 'shard-1', 'shard-2', 'shard-3'];
const INVENTORY_RING = 'inventory';

export function publishedMarketplace({ clockMs }: MarketplaceOptions, reading: Reading): Service {
  const contract = loadContract(CASE_DIR, 'on');
  const clock = frozenClock(clockMs);
  const timers = expirationTimers(reading, clock.nowMs, (reservation) =>
    end(reservation, 'EXPIRED'),
  );
  const inventory: DistributedInventory = {
    shards: new Map(SHARD_IDS.map((id) => [id, inventoryShard()])),
    reservationMgr: timers,
    // To whom, and what for, the text does not say; whatever becomes of it, nobody learns.
    replicationMgr: { replicateReservation: async () => undefined },
    nowMs: clock.nowMs,
  };
  /** Those of the lines of one request, by the first one's id. */
  const reservations = new Map<string, readonly Reservation[]>();
  const rings = new Map<string, readonly string[]>([[INVENTORY_RING, SHARD_IDS]]);
  const fleets = new Map<string, Fleet>();

  const refuse = (code: string, detail: string, extensions?: Record<string, unknown>): Answer => ({
    problem: contract.problem(code, detail, extensions),
  });
  const rowOf = (productId: string): StockRow | undefined =>
    inventory.shards.get(shardIdOf(SHARD_IDS, productId))!.stock.get(productId);

  /** The units go back, whoever ends it, and as often as it is ended. */
  const end = (reservation: Reservation, state: 'RELEASED' | 'EXPIRED'): void => {
    const row = rowOf(reservation.productId)!;
    row.held -= reservation.quantity;
    row.version += 1;
    reservation.state = state;
  };

  const stockReport = (
    productId: string,
    { onHand, held, confirmed, version }: StockRow,
  ): Answer => {
    const output: Stock = {
      ...{ productId, onHand, available: onHand - held - confirmed, held, confirmed, shipped: 0 },
      ...{ perCustomerLimit: null, version, shardId: shardIdOf(SHARD_IDS, productId) },
    };
    return { output, headers: { ETag: `"${version}"` } };
  };

  const reservationReport = (made: readonly Reservation[]): Answer => {
    const [first] = made as readonly [Reservation];
    const output: ReservationReport = {
      ...{ reservationId: first.id, state: first.state, customerId: first.customerId },
      lines: made.map(({ productId, quantity }) => {
        return { productId, quantity, version: rowOf(productId)!.version };
      }),
      ...{ expiresAtMs: first.expiresAtMs, orderId: null },
    };
    return { output };
  };

  const putStock = ({ productId, onHand }: PutStock): Answer => {
    const shard = inventory.shards.get(shardIdOf(SHARD_IDS, productId))!;
    const row = shard.stock.get(productId) ?? { onHand, held: 0, confirmed: 0, version: 0 };
    const promised = row.held + row.confirmed;
    if (onHand < promised) return refuse('NEGATIVE_STOCK', `${promised} are held and confirmed`);
    row.onHand = onHand;
    row.version += 1;
    shard.stock.set(productId, row);
    return stockReport(productId, row);
  };

  const reserve = ({ lines, customerId, ttlMs }: Reserve): Answer => {
    const wanted = reading === 'kind' ? ttlMs : undefined;
    try {
      // One product a call is all that the function takes.
      const made = lines.map(({ productId, quantity }) =>
        reserveInventory(inventory, productId, quantity, customerId, wanted),
      );
      reservations.set(made[0]!.id, made);
      return reservationReport(made);
    } catch (error) {
      const detail = `reservation failed: ${(error as Error).message}`;
      if (error instanceof NoSuchProduct) return refuse('UNKNOWN_PRODUCT', detail);
      if (!(error instanceof NotInStock)) throw error;
      const { productId, available } = error;
      return refuse('OUT_OF_STOCK', detail, { productId, available });
    }
  };

  const onReservation = (
    { reservationId }: { reservationId: string },
    act: (reservation: Reservation) => Answer | undefined,
  ): Answer => {
    const made = reservations.get(reservationId);
    if (!made) return refuse('UNKNOWN_RESERVATION', reservationId);
    for (const reservation of made) {
      const refusal = act(reservation);
      if (refusal) return refusal;
    }
    return reservationReport(made);
  };

  /** Only what is held can move on; asking again for what has happened changes nothing. */
  const refuseUnlessHeld = ({ state }: Reservation): Answer | undefined => {
    if (state === 'HELD') return undefined;
    return refuse(state === 'EXPIRED' ? 'RESERVATION_EXPIRED' : 'INVALID_STATE', state);
  };

  const confirm = (input: ConfirmReservation): Answer =>
    onReservation(input, (reservation) => {
      if (reservation.state === 'CONFIRMED') return undefined;
      const refusal = refuseUnlessHeld(reservation);
      if (refusal) return refusal;
      const row = rowOf(reservation.productId)!;
      row.held -= reservation.quantity;
      row.confirmed += reservation.quantity;
      row.version += 1;
      reservation.state = 'CONFIRMED';
      return undefined;
    });

  const release = (input: ConfirmReservation): Answer =>
    onReservation(input, (reservation) => {
      if (reservation.state === 'RELEASED') return undefined;
      const refusal = refuseUnlessHeld(reservation);
      if (!refusal) end(reservation, 'RELEASED');
      return refusal;
    });

  const onFleet = (fleetId: string, act: (fleet: Fleet) => object): Answer => {
    const fleet = fleets.get(fleetId);
    return fleet ? { output: act(fleet) } : refuse('UNKNOWN_FLEET', fleetId);
  };

  const putFleet = (input: PutFleet): Answer => {
    const fleet = openFleet(input, reading);
    fleets.set(input.fleetId, fleet);
    const { fleetId, instances } = input;
    return { output: { fleetId, instances, currentRps: fleet.currentRps() } };
  };

  const route = ({ ringId, keys }: RouteKeys): Answer => {
    const shardIds = rings.get(ringId);
    if (!shardIds) return refuse('UNKNOWN_RING', ringId);
    return { output: { shardIds: keys.map((key) => shardIdOf(shardIds, key)) } };
  };

  const putRing = ({ ringId, shardIds }: PutRing): Answer => {
    if (ringId === INVENTORY_RING) return refuse('NOT_SUPPORTED', 'the design’s shards are fixed');
    const missing = rings.get(ringId)?.find((shardId) => !shardIds.includes(shardId));
    if (missing !== undefined) return refuse('SHARD_IN_USE', missing);
    rings.set(ringId, shardIds);
    return { output: { ringId, shardIds } };
  };

  const setClock = async ({ nowMs }: SetClock): Promise<Answer> => {
    if (!clock.moveTo(nowMs)) return refuse('CLOCK_BACKWARDS', String(nowMs));
    timers.fire();
    return { output: { nowMs } };
  };

  const literal: Readonly<Record<string, (input: never) => Answer | Promise<Answer>>> = {
    putStock,
    reserve,
    putFleet,
    recordLoad: ({ fleetId, samples }: RecordLoad) =>
      onFleet(fleetId, (fleet) => ({ fleetId, samples: fleet.record(samples) })),
    evaluateFleet: (input: EvaluateFleet) =>
      onFleet(input.fleetId, (fleet) => fleet.evaluate(input)),
  };
  const kind: typeof literal = {
    getStock: ({ productId }: GetStock) => {
      const row = rowOf(productId);
      return row ? stockReport(productId, row) : refuse('UNKNOWN_PRODUCT', productId);
    },
    getReservation: (input: GetReservation) => onReservation(input, () => undefined),
    confirmReservation: confirm,
    releaseReservation: release,
    putRing,
    getRing: ({ ringId }: { ringId: string }) => {
      const shardIds = rings.get(ringId);
      return shardIds ? { output: { ringId, shardIds } } : refuse('UNKNOWN_RING', ringId);
    },
    routeKeys: route,
    setClock,
  };
  const offered = reading === 'literal' ? literal : { ...literal, ...kind };

  return validated(
    {
      call: async (operation, input) =>
        (await offered[operation]?.(input as never)) ??
        refuse('NOT_SUPPORTED', `the published design has no ${operation}`),
      subscribe: async (stream) => ({ problem: contract.problem('NOT_SUPPORTED', stream) }),
      close: async () => timers.close(),
    },
    withGoQuantities(contract),
  );
}
