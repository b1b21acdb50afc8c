/** Rings of shards as clients see them. */
import type { GetRing, PutRing, RouteKeys } from '../../../../spec/marketplace/messages.d.ts';
import type { Answer } from '../../../kit/service.ts';
import type { Market } from '../../market.ts';
import type { Layer } from '../consistencyMgr/layer.ts';

export function putRing(draft: Layer, market: Market, { ringId, shardIds }: PutRing): Answer {
  const before = draft.get('rings', ringId)?.shardIds ?? [];
  const missing = before.find((shardId) => !shardIds.includes(shardId));
  if (missing !== undefined) {
    return market.refusal('SHARD_IN_USE', `${ringId} has ${missing}, which must stay`);
  }
  draft.set('rings', ringId, { shardIds });
  return { output: { ringId, shardIds } };
}

export function getRing(market: Market, { ringId }: GetRing): Answer {
  const found = market.state.get('rings', ringId);
  return found ? { output: { ringId, shardIds: found.shardIds } } : unknownRing(market, ringId);
}

export function routeKeys(market: Market, { ringId, keys }: RouteKeys): Answer {
  const ring = market.state.ring(ringId);
  return ring
    ? { output: { shardIds: keys.map((key) => ring.shardOf(key)) } }
    : unknownRing(market, ringId);
}

function unknownRing({ refusal }: Market, ringId: string): Answer {
  return refusal('UNKNOWN_RING', `there is no ring ${ringId}`);
}
