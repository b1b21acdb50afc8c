/** The load balancer: pools by their id, and the refusals. */
import type {
  CompletePick,
  GetPool,
  Pick,
  PickBackend,
  PickCompleted,
  Pool,
  PutPool,
  SetBackendHealth,
} from '../../../spec/marketplace/messages.d.ts';
import type { Outcome, Refused } from '../outcome.ts';
import { createPool } from './pool.ts';
import type { Pool as LivePool } from './pool.ts';

export interface Pools {
  putPool(input: PutPool): Outcome<Pool>;
  getPool(input: GetPool): Outcome<Pool>;
  /** UNKNOWN_POOL, NO_BACKEND, OVERLOADED. */
  pickBackend(input: PickBackend): Outcome<Pick>;
  /** UNKNOWN_POOL, UNKNOWN_PICK. */
  completePick(input: CompletePick): Outcome<PickCompleted>;
  /** UNKNOWN_POOL, UNKNOWN_BACKEND. */
  setBackendHealth(input: SetBackendHealth): Outcome<Pool>;
}

export interface PoolsOptions {
  readonly nowMs: () => number;
  /** 0 <= random() < 1. */
  readonly random: () => number;
}

/** In one pool. Bounds memory: who never completes its picks must not take the others' place. */
const MAX_IN_FLIGHT = 1_000_000;

/** Pools and picks are lost with the process; ids of picks are then others, so that none is taken for one of before. */
export function createPools({ nowMs, random }: PoolsOptions): Pools {
  const pools = new Map<string, LivePool>();
  const run = Math.floor(random() * 2 ** 48).toString(36);
  let picks = 0;

  const view = (poolId: string, pool: LivePool) => ({ output: { poolId, backends: pool.view() } });

  return {
    putPool(input) {
      const pool = createPool(input, nowMs, random);
      pools.set(input.poolId, pool);
      return view(input.poolId, pool);
    },
    getPool({ poolId }) {
      const pool = pools.get(poolId);
      return pool ? view(poolId, pool) : unknownPool(poolId);
    },
    pickBackend({ poolId }) {
      const pool = pools.get(poolId);
      if (!pool) return unknownPool(poolId);
      if (pool.inFlight >= MAX_IN_FLIGHT) {
        return { refused: 'OVERLOADED', detail: `${poolId} has ${MAX_IN_FLIGHT} in flight` };
      }
      const pickId = `${run}-${++picks}`;
      const backendId = pool.pick(pickId);
      if (backendId === undefined) {
        return { refused: 'NO_BACKEND', detail: `no backend of ${poolId} may be picked now` };
      }
      return { output: { pickId, backendId } };
    },
    completePick({ poolId, pickId, ok }) {
      const pool = pools.get(poolId);
      if (!pool) return unknownPool(poolId);
      const backendId = pool.complete(pickId, ok);
      if (backendId === undefined) {
        return { refused: 'UNKNOWN_PICK', detail: `${poolId} has no pick ${pickId}` };
      }
      return { output: { pickId, backendId } };
    },
    setBackendHealth({ poolId, backendId, healthy }) {
      const pool = pools.get(poolId);
      if (!pool) return unknownPool(poolId);
      if (!pool.setHealth(backendId, healthy)) {
        return { refused: 'UNKNOWN_BACKEND', detail: `${poolId} has no backend ${backendId}` };
      }
      return view(poolId, pool);
    },
  };
}

function unknownPool(poolId: string): Refused {
  return { refused: 'UNKNOWN_POOL', detail: `there is no pool ${poolId}` };
}
