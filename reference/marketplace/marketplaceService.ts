/** The marketplace as the contract's service: files, clock and outside services are joined to it here, and only here. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Durability } from '../kit/sqliteFile.ts';
import { frozenClock, systemClock } from '../kit/clock.ts';
import { commitQueue, StoreUnavailable } from '../kit/commitQueue.ts';
import { loadContract } from '../kit/contract.ts';
import type { Contract, Operation } from '../kit/contract.ts';
import type { Shedding } from '../kit/httpServer.ts';
import { lifetime } from '../kit/lifetime.ts';
import { loadShedder } from '../kit/loadShedder.ts';
import type { Answer, Service } from '../kit/service.ts';
import { validated } from '../kit/validated.ts';
import { createFleets } from './autoScaler/fleets.ts';
import { createCatalogue } from './cacheManager/catalogue.ts';
import { createPageCache } from './cacheManager/pageCache.ts';
import { memorySecondLevel } from './cacheManager/secondLevel.ts';
import { layerOver } from './inventorySystem/consistencyMgr/layer.ts';
import { emptyState } from './inventorySystem/consistencyMgr/state.ts';
import type { State } from './inventorySystem/consistencyMgr/state.ts';
import { openStore } from './inventorySystem/consistencyMgr/store.ts';
import type { Store } from './inventorySystem/consistencyMgr/store.ts';
import { expireDue } from './inventorySystem/reservationMgr/expiry.ts';
import { createPools } from './loadBalancer/pools.ts';
import type { Market } from './market.ts';
import { CLOCK, operations } from './operations.ts';
import { paymentService } from './orderProcessor/paymentService.ts';
import { resumeSagas } from './orderProcessor/saga.ts';
import { chargeVoider } from './orderProcessor/voids.ts';

export interface MarketplaceOptions {
  readonly dataDir: string;
  /** Where the clock begins in test mode; a data directory that has seen a later time keeps that. */
  readonly clockMs: number;
  /** on: the clock is frozen, and the control operations are there. */
  readonly testMode: 'on' | 'off';
  readonly durability: Durability;
  /** Where the outside services are. */
  readonly worldUrl: string;
}

export const CASE_DIR = join(import.meta.dirname, '../../spec/marketplace');

/** Tells clients when to send again what was not taken on, in seconds. */
const RETRY_AFTER_S = '1';

/**
 * Opens the data directory, rebuilds the state from its steps, and takes up the orders that were in progress. Rejects when another
 * process has it open; the message says what to do.
 */
export async function openMarketplace(
  options: MarketplaceOptions,
): Promise<{ service: Service; contract: Contract; shedding: Shedding }> {
  const { dataDir, durability, worldUrl, testMode } = options;
  const contract = loadContract(CASE_DIR, testMode);
  const store = openStore(dataDir, durability);
  const state = recover(store);
  const decided = layerOver(state);
  const notBeforeMs = state.get('settings', CLOCK) ?? 0;
  const clock =
    testMode === 'on'
      ? frozenClock(Math.max(options.clockMs, notBeforeMs))
      : systemClock(notBeforeMs);
  const life = lifetime();
  const payments = paymentService(worldUrl);
  const catalogue = createCatalogue(worldUrl);
  const market: Market = {
    state,
    decided,
    commits: commitQueue(store, state.apply, () => {
      decided.clear();
      voidCharges();
    }),
    clock,
    payments,
    ordersInProgress: new Map(),
    pages: createPageCache({ nowMs: clock.nowMs, catalogue, secondLevel: memorySecondLevel() }),
    pools: createPools({ nowMs: clock.nowMs, random: Math.random }),
    fleets: createFleets(),
    newId: (kind) => `${kind}_${randomUUID()}`,
    refusal: (code, detail, extensions) => refusalOf(contract, code, detail, extensions),
    pause: life.pause,
  };
  const voidCharges = chargeVoider(market);
  voidCharges();
  resumeSagas(market);

  const service: Service = {
    async call(operation, input) {
      const carryOut = operations.get(operation);
      if (!carryOut) return market.refusal('NOT_SUPPORTED', `${operation} is not offered`);
      expireDue(market);
      try {
        return await carryOut(market, input as never);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        return market.refusal('STORE_UNAVAILABLE', 'changes cannot be stored: nothing was done');
      }
    },
    subscribe: async (stream) => ({
      problem: contract.problem('NOT_SUPPORTED', `there is no stream ${stream}`),
    }),
    async close() {
      if (life.isClosed()) return;
      life.close();
      await Promise.all([payments.close(), catalogue.close()]);
      market.commits.flush();
      store.close();
    },
  };
  const shedding = { mayShed, mustShed: loadShedder().mustShed };
  return { service: validated(service, contract), contract, shedding };
}

/** Operators must get through when everybody else does not. */
function mayShed({ id, errors }: Operation): boolean {
  return errors.includes('OVERLOADED') && !id.startsWith('put');
}

function recover(store: Store): State {
  const state = emptyState();
  for (const step of store.steps()) state.apply(step);
  return state;
}

function refusalOf(
  contract: Contract,
  code: string,
  detail: string,
  extensions?: Record<string, unknown>,
): Answer {
  const problem = contract.problem(code, detail, extensions);
  return problem.status === 429
    ? { problem, headers: { 'Retry-After': RETRY_AFTER_S } }
    : { problem };
}
