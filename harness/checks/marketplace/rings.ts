/** Rings of shards, and where they send keys. */
import { hash } from 'node:crypto';
import type { Ring, Routes } from '../../../spec/marketplace/messages.d.ts';
import { hold, holdSame } from '../kit/hold.ts';
import type { Market } from './market.ts';

/** The ring that holds the stock. */
export const INVENTORY = 'inventory';
/** As many as the contract lets be asked for at once. */
const MAX_KEYS_A_CALL = 10_000;
const KEY_CHARS = 12;

/** `shard-1` to `shard-count`: always the same, so that how well a rule spreads them does not depend on a run. */
export function shardNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `shard-${index + 1}`);
}

/** Keys that are spread uniformly, the same ones again for the same seed and label. */
export function uniformKeys(seed: number, label: string, count: number): string[] {
  const keys: string[] = [];
  for (let block = 0; keys.length < count; block += 1) {
    const digits = hash('sha512', `${seed}/${label}/${block}`);
    for (let from = 0; from + KEY_CHARS <= digits.length; from += KEY_CHARS) {
      keys.push(digits.slice(from, from + KEY_CHARS));
    }
  }
  return keys.slice(0, count);
}

/** @throws Violation unless the ring then has just these shards */
export async function putRing(
  market: Market,
  ringId: string,
  shardIds: readonly string[],
): Promise<void> {
  const ring = await market.call<Ring>('putRing', { ringId, shardIds });
  holdShards(ring, shardIds, 'putRing');
}

export async function getRing(market: Market, ringId: string): Promise<Ring> {
  return market.call('getRing', { ringId });
}

export function holdShards(ring: Ring, shardIds: readonly string[], operation: string): void {
  holdSame(
    [...ring.shardIds].sort(),
    [...shardIds].sort(),
    `${operation} should answer the ring ${ring.ringId} with the shards that it was given.`,
  );
}

/** @returns the shard of each key, in their order */
export async function routeAll(
  market: Market,
  ringId: string,
  keys: readonly string[],
): Promise<string[]> {
  const shardIds: string[] = [];
  for (let from = 0; from < keys.length; from += MAX_KEYS_A_CALL) {
    const asked = keys.slice(from, from + MAX_KEYS_A_CALL);
    const routes = await market.call<Routes>('routeKeys', { ringId, keys: asked });
    hold(
      routes.shardIds.length === asked.length,
      `routeKeys was asked for ${asked.length} keys and answers ${routes.shardIds.length} shards.`,
      asked.length,
      routes.shardIds.length,
    );
    for (const shardId of routes.shardIds) shardIds.push(shardId);
  }
  return shardIds;
}

export function holdKnownShards(routes: readonly string[], shardIds: readonly string[]): void {
  const known = new Set(shardIds);
  const strange = routes.find((shardId) => !known.has(shardId));
  hold(
    strange === undefined,
    `routeKeys answers the shard ${strange}, which the ring does not have.`,
    shardIds,
    strange,
  );
}

/**
 * Of stock records.
 * @returns the shard of each
 * @throws Violation where a record is not on the shard that routeKeys names
 */
export async function onShards(market: Market, productIds: readonly string[]): Promise<string[]> {
  const routes = await routeAll(market, INVENTORY, productIds);
  const stocks = await Promise.all(productIds.map((productId) => market.stock(productId)));
  for (const [index, { productId, shardId }] of stocks.entries()) {
    hold(
      shardId === routes[index],
      `The stock of ${productId} says that it is on the shard ${shardId}, and routeKeys that it is on ${routes[index]}.`,
      routes[index],
      shardId,
    );
  }
  return routes;
}
