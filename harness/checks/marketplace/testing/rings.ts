/** Shards: each key is on the shard of its ring that draws the highest number for it (rendezvous hashing). */
import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GetRing, PutRing, RouteKeys } from '../../../../spec/marketplace/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { has, refused } from './life.ts';
import type { Life } from './life.ts';
import type { Operations } from './operations.ts';
import { openStep } from './step.ts';

/** How long changes are refused while shards are added, where they are. */
const RESHARDING_MS = 30;

export function shardOf(life: Life, ringId: string, key: string): string {
  const [shardId] = route(life, life.state.rings.get(ringId)?.shardIds ?? [], [key]);
  if (shardId === undefined) throw new Error(`There is no ring ${ringId}.`);
  return shardId;
}

function route(life: Life, shardIds: readonly string[], keys: readonly string[]): string[] {
  const isModulo = has(life, 'takes the hash modulo the number of shards');
  const isUneven = has(life, 'gives the first shard too much');
  const ordered = has(life, 'routes by the order of the shards') ? shardIds : [...shardIds].sort();
  const shards = ordered.map((shardId, index) => ({
    shardId,
    number: hash32(
      `${isModulo || has(life, 'routes by the order of the shards') ? index : shardId}`,
    ),
  }));
  return keys.map((key) => {
    const number = hash32(key);
    if (isModulo) return shards[number % shards.length]?.shardId ?? '';
    let [best, bestScore] = ['', -1];
    for (const [index, shard] of shards.entries()) {
      const score = mix(number ^ shard.number) * (isUneven && index === 0 ? 1.3 : 1);
      if (score > bestScore) [best, bestScore] = [shard.shardId, score];
    }
    return best;
  });
}

function hash32(text: string): number {
  return hash('sha256', text, 'buffer').readUInt32BE();
}

/** The last steps of MurmurHash3 (Appleby): every bit of the number moves every bit of the result. */
function mix(number: number): number {
  let mixed = number;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

export function createRings(life: Life): Operations {
  return {
    putRing: (input: PutRing) => putRing(life, input),
    getRing({ ringId }: GetRing) {
      const ring = life.state.rings.get(ringId);
      return ring ? { output: { ringId, shardIds: [...ring.shardIds] } } : refused('UNKNOWN_RING');
    },
    routeKeys({ ringId, keys }: RouteKeys) {
      const ring = life.state.rings.get(ringId);
      if (!ring) return refused('UNKNOWN_RING');
      return { output: { shardIds: route(life, ring.shardIds, keys) } };
    },
  };
}

async function putRing(life: Life, { ringId, shardIds: given }: PutRing): Promise<SystemAnswer> {
  const shardIds = [...new Set(given)];
  const before = life.state.rings.get(ringId)?.shardIds ?? [];
  const isLess = before.some((shardId) => !shardIds.includes(shardId));
  if (isLess) return refused('SHARD_IN_USE');
  const isAdding = ringId === 'inventory' && shardIds.length > before.length;
  if (isAdding) await refuseForAMoment(life);
  const moved = isAdding ? movedProducts(life, before, shardIds) : [];
  const step = openStep(life);
  step.put({ ring: { ringId, shardIds } });
  for (const productId of moved) {
    const stock = step.stock(productId);
    if (has(life, 'loses the holds of what moves to another shard')) stock.held = 0;
  }
  step.write();
  return { output: { ringId, shardIds } };
}

async function refuseForAMoment(life: Life): Promise<void> {
  if (life.freedoms.resharding === 'at once') return;
  life.isResharding = true;
  try {
    await sleep(RESHARDING_MS, undefined, { signal: life.signal });
  } finally {
    life.isResharding = false;
  }
}

function movedProducts(life: Life, before: readonly string[], after: readonly string[]): string[] {
  const productIds = [...life.state.stocks.keys()];
  const from = route(life, before, productIds);
  const to = route(life, after, productIds);
  return productIds.filter((_productId, index) => from[index] !== to[index]);
}
