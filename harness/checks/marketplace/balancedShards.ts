/** MKT-SHARD-02: no shard has much more than its share. */
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { openMarket } from './market.ts';
import { holdKnownShards, putRing, routeAll, shardNames, uniformKeys } from './rings.ts';

const KEYS = 100_000;
/** Share of the fullest shard, as a multiple of the mean. */
const BOUNDS = [
  { shards: 8, atMost: 1.25 },
  { shards: 100, atMost: 1.35 },
] as const;

const balanced: Check = {
  id: 'balanced-shards',
  isolation: 'shared',
  async run(context) {
    const market = openMarket(context.session());
    const keys = uniformKeys(context.seed, 'balance', KEYS);
    for (const { shards, atMost } of BOUNDS) {
      const ringId = market.id(`ring-of-${shards}`);
      const shardIds = shardNames(shards);
      await putRing(market, ringId, shardIds);
      const routes = await routeAll(market, ringId, keys);
      holdKnownShards(routes, shardIds);
      const fullest = countOfFullest(routes);
      const share = (fullest * shards) / KEYS;
      hold(
        share <= atMost,
        `Of ${KEYS} uniform keys the fullest of ${shards} shards has ${fullest}: ${share.toFixed(3)} of the mean, where at most ${atMost} is allowed.`,
        atMost,
        share,
      );
      context.hit('keys', KEYS);
    }
  },
};

function countOfFullest(routes: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const shardId of routes) counts.set(shardId, (counts.get(shardId) ?? 0) + 1);
  return Math.max(...counts.values());
}

export const balancedShards: readonly Check[] = [balanced];
