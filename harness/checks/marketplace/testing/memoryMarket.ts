/**
 * A complete marketplace in memory, for the tests of the judge: everything the contract asks, written to be read, with each freedom as a
 * switch and named defects to be found. What a kill leaves is the list of steps on its disks; a restart folds them again.
 */
import type { SetClock } from '../../../../spec/marketplace/messages.d.ts';
import type { InMemorySystem, SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { expireDue } from './expiry.ts';
import type { Freedoms } from './freedoms.ts';
import { shed, isFull } from './admission.ts';
import { createFleets } from './fleets.ts';
import { createKeys } from './keys.ts';
import { beginLife, has, refused, StoreUnavailable } from './life.ts';
import type { Life, Surroundings } from './life.ts';
import type { Operations, PartOptions } from './operations.ts';
import { createOrders, resumeOrders } from './orders.ts';
import { createPages } from './pages.ts';
import { createPools } from './pools.ts';
import { createReplicas, openCluster } from './replicas.ts';
import { createReservations } from './reservations.ts';
import { createRings } from './rings.ts';
import { availableOf, createStock } from './stock.ts';

/** The parts that share nothing with stock, reservations and orders. */
const PARTS: readonly ((options: PartOptions) => Operations)[] = [createFleets, createPools];

export interface MarketOptions {
  readonly defects: ReadonlySet<string>;
  readonly freedoms: Freedoms;
  readonly worldUrl: string;
  /** 1: it has no replicas. */
  readonly nodes: number;
  readonly surroundings?: Surroundings;
}

export function memoryMarket(options: MarketOptions, clockMs: number): InMemorySystem {
  const cluster = openCluster(options.nodes);
  let killed = new AbortController();
  let life = beginLife(options, cluster, clockMs, killed.signal);
  let operations = operationsOf(life, options);
  return {
    call: (operation, input) => callMarket(life, operations, operation, input),
    invalid: (operation, input) => invalid(life, operations, operation, input),
    kill: () => killed.abort(),
    restart(nowMs) {
      killed = new AbortController();
      life = beginLife(options, cluster, nowMs, killed.signal);
      operations = operationsOf(life, options);
      resumeOrders(life);
    },
  };
}

function operationsOf(life: Life, options: MarketOptions): Operations {
  const part: PartOptions = {
    ...{ defects: options.defects, worldUrl: options.worldUrl },
    freedom: (name) => (options.freedoms as Readonly<Record<string, string>>)[name],
    nowMs: () => life.nowMs,
  };
  const reservations = createReservations(life);
  const pages = createPages({
    ...part,
    available: (productId) => availableNow(life, productId),
    reserve: reservations['reserve'],
  });
  return {
    ...Object.assign({}, ...PARTS.map((create) => create(part))),
    ...createStock(life),
    ...reservations,
    ...pages,
    ...createOrders(life),
    ...createKeys(life),
    ...createRings(life),
    ...createReplicas(life),
    setClock: (input: SetClock) => setClock(life, input),
  };
}

function availableNow(life: Life, productId: string): number {
  expireDue(life);
  const stock = life.state.stocks.get(productId);
  return stock ? availableOf(stock) : 0;
}

/** Changes of stock, which may be refused for now. */
const CHANGES: ReadonlySet<string> = new Set([
  ...['putStock', 'adjustStock', 'reserve', 'confirmReservation', 'releaseReservation'],
  ...['extendReservation', 'placeOrder', 'shipOrder', 'cancelOrder'],
]);
/** Of so many changes one is refused for now. */
const CONTENTION = 7;

async function callMarket(
  life: Life,
  operations: Operations,
  operation: string,
  input: object,
): Promise<SystemAnswer> {
  const carryOut = operations[operation];
  if (!carryOut) return refused('NOT_SUPPORTED');
  if (CHANGES.has(operation)) {
    const isInTheWay = life.isResharding || isContended(life);
    if (isInTheWay) return refused('CONFLICT_RETRY');
  }
  const isBusy = isFull(life) && has(life, 'refuses everything when orders are refused');
  if (isBusy && !operation.startsWith('put') && operation !== 'setClock') return shed(life);
  try {
    expireDue(life);
    return await carryOut(input as never);
  } catch (error) {
    if (error instanceof StoreUnavailable) return refused('STORE_UNAVAILABLE');
    throw error;
  }
}

function isContended(life: Life): boolean {
  if (life.freedoms.contention === 'none') return false;
  life.changes += 1;
  return life.changes % CONTENTION === 0;
}

function setClock(life: Life, { nowMs }: SetClock): SystemAnswer {
  if (nowMs < life.nowMs) return refused('CLOCK_BACKWARDS');
  life.nowMs = nowMs;
  if (life.freedoms.expiry === 'at the clock') expireDue(life);
  return { output: { nowMs } };
}

/** What has not the message's shape is refused, unless a defect takes it. */
async function invalid(
  life: Life,
  operations: Operations,
  operation: string,
  input: object,
): Promise<SystemAnswer> {
  const { lines } = input as { lines?: { productId: string; quantity: unknown }[] };
  const isNegative = lines?.some(
    ({ quantity }) => Number.isInteger(quantity) && Number(quantity) <= 0,
  );
  if (isNegative && has(life, 'takes quantities below one')) {
    return callMarket(life, operations, operation, input);
  }
  return refused('INVALID_REQUEST');
}
