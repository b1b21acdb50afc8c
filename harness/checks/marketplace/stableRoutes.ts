/** MKT-SHARD-01.a: the same key is on the same shard of the same set, however the set was made and after a restart. */
import type { Check } from '../check.ts';
import { holdSame } from '../kit/hold.ts';
import { refusedWith } from '../kit/replies.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { together } from '../kit/together.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import {
  INVENTORY,
  getRing,
  holdKnownShards,
  holdShards,
  onShards,
  putRing,
  routeAll,
  shardNames,
  uniformKeys,
} from './rings.ts';

const KEYS = 1_000;
const SHARDS = shardNames(7);
const PRODUCTS = 30;

/** Each ends with the same shards. */
const MAKINGS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'in one order': [SHARDS],
  'in the other order': [[...SHARDS].reverse()],
  'from its middle': [
    SHARDS.slice(3, 4),
    SHARDS.slice(2, 5),
    [...SHARDS.slice(3), ...SHARDS.slice(0, 3)],
  ],
};

export const stableRoutes: Check = {
  id: 'stable-routes',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    holdCanRestart(context.target);
    const market = openMarket(context.session());
    const keys = uniformKeys(context.seed, 'routes', KEYS);
    const ringIds = await makeRings(market);
    const first = await routeAll(market, ringIds[0]!, keys);
    holdKnownShards(first, SHARDS);
    for (const [index, ringId] of ringIds.entries()) {
      const making = Object.keys(MAKINGS)[index];
      const sentence = `A ring made ${making} should route like one that has the same shards.`;
      holdSame(await routeAll(market, ringId, keys), first, sentence);
      context.hit('keys', KEYS);
    }
    const productIds = await together(PRODUCTS, () => market.stocked(5));
    const shards = await onShards(market, productIds);
    const inventory = await getRing(market, INVENTORY);
    await holdKeepsShards(market, ringIds[0]!);

    await killAndRestart(context.target);
    for (const ringId of ringIds) {
      holdShards(await getRing(market, ringId), SHARDS, 'getRing after a restart');
      const sentence = 'After a restart a ring should route as before.';
      holdSame(await routeAll(market, ringId, keys), first, sentence);
      context.hit('keys', KEYS);
    }
    holdShards(await getRing(market, INVENTORY), inventory.shardIds, 'getRing after a restart');
    const sentence = 'After a restart a stock record should be on the shard on which it was.';
    holdSame(await onShards(market, productIds), shards, sentence);
  },
};

async function makeRings(market: Market): Promise<string[]> {
  const made = Object.values(MAKINGS).map(async (steps, index) => {
    const ringId = market.id(`ring${index}`);
    for (const shardIds of steps) await putRing(market, ringId, shardIds);
    return ringId;
  });
  return Promise.all(made);
}

async function holdKeepsShards(market: Market, ringId: string): Promise<void> {
  const fewer = { ringId, shardIds: [...SHARDS.slice(1), 'shard-99'] };
  const reply = await market.attempt('putRing', fewer);
  refusedWith('putRing without a shard that the ring has', reply, 'SHARD_IN_USE');
  holdShards(await getRing(market, ringId), SHARDS, 'getRing after a putRing that was refused');
}
