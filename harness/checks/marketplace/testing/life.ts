/** One life of the test market, from its start to its kill. What outlives it is on the disks of its nodes. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { copyPlain } from '../../testing/copyPlain.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { afterCrash } from './crashes.ts';
import type { MarketDefect } from './defects.ts';
import type { MarketFreedoms } from './freedoms.ts';
import { outsideServices } from './outsideServices.ts';
import type { OutsideServices } from './outsideServices.ts';
import { appendToNodes, joinAll } from './replicas.ts';
import type { Cluster } from './replicas.ts';
import { applyStep, foldSteps } from './state.ts';
import type { State, StepRecord, StockState } from './state.ts';

export interface LifeOptions {
  readonly defects: ReadonlySet<string>;
  readonly freedoms: MarketFreedoms;
  readonly worldUrl: string;
  /** Default: real time, random ids, and the world at `worldUrl`. */
  readonly surroundings?: Surroundings;
}

/** What else a run depends on: given, it is a function of its seed. */
export interface Surroundings {
  sleep(ms: number): Promise<unknown>;
  /** Between two steps of a command, where others may have their turn. */
  turn(): Promise<unknown>;
  newId(): string;
  /** @param killed aborted when the life ends; then what it asks rejects */
  outside(killed: AbortSignal): OutsideServices;
}

export interface Life extends LifeOptions {
  state: State;
  readonly cluster: Cluster;
  readonly outside: OutsideServices;
  nowMs: number;
  /** Aborted by the kill. */
  readonly signal: AbortSignal;
  /** What is being carried out, by idempotency key. */
  readonly inFlight: Map<string, Promise<SystemAnswer>>;
  ordersInProgress: number;
  /** Orders that wait for a slot, where a defect lets them. */
  readonly waiting: (() => void)[];
  /** Changes so far: some are refused for now. */
  changes: number;
  /** When what is due was last looked for, by the defect that does not look each time. */
  sweptMs: number;
  isResharding: boolean;
  /** Stock as reads see it, by the defect that lets them lag. */
  readonly lagging: Map<string, StockState>;
  /** Shards of which a product has been sold out, for the defect that goes by it. */
  readonly soldOutShards: Set<string>;
}

/** How far reads lag, where they do. */
const READ_LAG_MS = 20;

export class StoreUnavailable extends Error {}

export function beginLife(
  options: LifeOptions,
  cluster: Cluster,
  nowMs: number,
  signal: AbortSignal,
): Life {
  const records = joinAll(cluster);
  const isRestarted = records.length > 0;
  const kept = isRestarted ? afterCrash(options.defects, records, nowMs) : records;
  // What a crash has taken does not come back with the next one.
  for (const node of cluster.nodes) node.records = [...kept];
  return {
    ...options,
    outside: options.surroundings?.outside(signal) ?? outsideServices(options.worldUrl, signal),
    ...{ cluster, nowMs, signal, state: foldSteps(kept) },
    ...{ inFlight: new Map(), waiting: [], ordersInProgress: 0, changes: 0 },
    ...{ sweptMs: nowMs, isResharding: false, lagging: new Map(), soldOutShards: new Set() },
  };
}

/** Durable when it returns, on a majority of the nodes. @throws StoreUnavailable where there is none */
export function write(life: Life, record: StepRecord): void {
  life.signal.throwIfAborted();
  const kept = copyPlain(record);
  if (!appendToNodes(life, kept)) throw new StoreUnavailable();
  if (has(life, 'reads from a copy that lags behind')) void copyLater(life, kept.stocks);
  applyStep(life.state, kept);
}

/** The copy has what was there before, until then. */
async function copyLater({ lagging, state }: Life, stocks: readonly StockState[]): Promise<void> {
  for (const { productId } of stocks) {
    const before = state.stocks.get(productId);
    if (before && !lagging.has(productId)) lagging.set(productId, before);
  }
  await sleep(READ_LAG_MS);
  for (const stock of stocks) lagging.set(stock.productId, stock);
}

export function newId({ surroundings }: LifeOptions): string {
  return surroundings?.newId() ?? crypto.randomUUID();
}

export async function otherTurns({ surroundings }: LifeOptions): Promise<void> {
  await (surroundings?.turn() ?? nextTurn());
}

/** Rejects when the life has ended. */
async function pause({ surroundings, signal }: Life, ms: number): Promise<void> {
  await (surroundings?.sleep(ms) ?? sleep(ms, undefined, { signal }));
  signal.throwIfAborted();
}

export const has = ({ defects }: LifeOptions, defect: MarketDefect): boolean => defects.has(defect);

export function refused(
  code: string,
  more: object = {},
  headers?: Readonly<Record<string, string>>,
): SystemAnswer {
  return { problem: { code, ...more }, ...(headers && { headers }) };
}

/** Something that goes on behind the replies, until it is done or the life ends. */
export function inBackground(life: Life, work: () => Promise<unknown>): void {
  work().catch((error: unknown) => {
    if (!life.signal.aborted) throw error;
  });
}

const RETRY_PAUSE_MS = 100;
const MAX_RETRIES = 6_000;

/** Tries until there is a result and the store has taken it, at most for ten minutes. */
export async function keepTrying<T>(
  life: Life,
  attempt: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (let tried = 0; tried < MAX_RETRIES; tried += 1) {
    try {
      const result = await attempt();
      if (result !== undefined) return result;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
    await pause(life, RETRY_PAUSE_MS);
  }
  return undefined;
}
