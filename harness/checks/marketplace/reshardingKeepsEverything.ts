/** MKT-SHARD-01.c: adding a shard to the inventory changes no stock, reservation or order, and nothing is lost of what runs beside it. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CouldNotRun } from '../check.ts';
import type { Check } from '../check.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import {
  INVENTORY,
  getRing,
  holdShards,
  onShards,
  putRing,
  routeAll,
  uniformKeys,
} from './rings.ts';
import { endSome, holdEarlier, holdTraffic, holdingsOf } from './shardedStock.ts';
import { stockLedger } from './stockLedger.ts';

const NEW_SHARD = 'added-shard';
/** As many as the contract lets a ring have. */
const MAX_SHARDS = 128;
/** Enough that of so many shards one has some dozens of them. */
const CANDIDATES = 10_000;
const MOVING = 12;
const STAYING = 6;
/** The shard is added when so many commands have been carried out beside it. */
const COMMANDS_BEFORE = 20;
const MAX_WAIT_MS = 5_000;
const DEFAULT_TTL_MS = 900_000;

export const reshardingKeepsEverything: Check = {
  id: 'resharding-keeps-everything',
  isolation: 'exclusive',
  needs: ['virtual-clock', 'restart'],
  async run(context) {
    const { target, seed } = context;
    holdCanRestart(target);
    const market = openMarket(context.session());
    const shardIds = await shardsThatMayGrow(market);
    const grown = [...shardIds, NEW_SHARD];
    const productIds = await chooseProducts(market, seed, grown);
    const ledger = stockLedger();
    const holdings = await holdingsOf(market, ledger, productIds);
    const before = await onShards(market, productIds);

    let commands = 0;
    const count = (): number => (commands += 1);
    const traffic = holdings.map((each) => holdTraffic(market, ledger, each, count));
    const added = (async () => {
      const untilMs = performance.now() + MAX_WAIT_MS;
      while (commands < COMMANDS_BEFORE && performance.now() < untilMs) await nextTurn();
      await putRing(market, INVENTORY, grown);
    })();
    await Promise.all([...traffic, added]);
    context.hit('commands', commands);
    const after = await onShards(market, productIds);
    context.hit('moved', after.filter((shardId, index) => shardId !== before[index]).length);

    await ledger.holdAll(market, 'when a shard has been added');
    await holdEarlier(market, holdings);
    await endSome(market, ledger, holdings);
    await ledger.holdAll(market, 'when a shard had been added and more was done');

    await killAndRestart(target, target.startClockMs + DEFAULT_TTL_MS);
    holdShards(await getRing(market, INVENTORY), grown, 'getRing after a restart');
    for (const [id, reservation] of ledger.reservations) {
      if (reservation.state === 'HELD')
        ledger.reservations.set(id, { ...reservation, state: 'EXPIRED' });
    }
    await ledger.holdAll(market, 'when a shard had been added and deadlines passed in a restart');
  },
};

async function shardsThatMayGrow(market: Market): Promise<string[]> {
  const { shardIds } = await getRing(market, INVENTORY);
  if (shardIds.length < MAX_SHARDS) return shardIds;
  throw new CouldNotRun(
    `The ring ${INVENTORY} has ${shardIds.length} shards, so none can be added: begin with fewer.`,
  );
}

/** A ring of the same shards foretells which products will move. */
async function chooseProducts(
  market: Market,
  seed: number,
  grown: readonly string[],
): Promise<string[]> {
  const foretelling = market.id('foretelling');
  await putRing(market, foretelling, grown);
  const candidates = uniformKeys(seed, 'products', CANDIDATES);
  const routes = await routeAll(market, foretelling, candidates);
  const moving = candidates.filter((_, index) => routes[index] === NEW_SHARD);
  const staying = candidates.filter((_, index) => routes[index] !== NEW_SHARD);
  // Mixed, so that neighbours are on different shards.
  return [...moving.slice(0, MOVING), ...staying.slice(0, STAYING)].sort();
}
