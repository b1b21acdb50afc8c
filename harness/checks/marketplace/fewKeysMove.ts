/** MKT-SHARD-01.b: adding a shard to n moves at most 1/(n+1) of the keys and five hundredths more, each to the new shard. */
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { openMarket } from './market.ts';
import { holdKnownShards, putRing, routeAll, shardNames, uniformKeys } from './rings.ts';

const KEYS = 50_000;
const SHARDS = [4, 8] as const;
const TOLERANCE = 0.05;

export const fewKeysMove: Check = {
  id: 'few-keys-move',
  isolation: 'shared',
  async run(context) {
    const market = openMarket(context.session());
    for (const shards of SHARDS) {
      const keys = uniformKeys(context.seed, `move-${shards}`, KEYS);
      const ringId = market.id(`growing-ring-of-${shards}`);
      // In the middle, by name and by place: which one is new does not depend on an order.
      const after = shardNames(shards + 1);
      const [added = ''] = after.slice(2, 3);
      const before = after.filter((shardId) => shardId !== added);
      await putRing(market, ringId, before);
      const from = await routeAll(market, ringId, keys);
      holdKnownShards(from, before);

      await putRing(market, ringId, after);
      const to = await routeAll(market, ringId, keys);
      const moved = [...keys.keys()].filter((index) => from[index] !== to[index]);
      const elsewhere = moved.find((index) => to[index] !== added);
      hold(
        elsewhere === undefined,
        `When ${added} was added, the key ${keys[elsewhere ?? 0]} moved from ${from[elsewhere ?? 0]} to ${to[elsewhere ?? 0]}.`,
        added,
        to[elsewhere ?? 0],
      );
      const atMost = (1 / (shards + 1) + TOLERANCE) * KEYS;
      hold(
        moved.length <= atMost,
        `When a shard was added to ${shards}, ${moved.length} of ${KEYS} keys moved, where at most ${Math.floor(atMost)} may.`,
        Math.floor(atMost),
        moved.length,
      );
      context.hit('keys', KEYS);
      context.hit('moved', moved.length);
    }
  },
};
