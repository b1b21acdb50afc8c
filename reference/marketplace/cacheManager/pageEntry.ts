/** What is kept of one answer of the catalogue, and what may be done with it at an age. All times in ms of the system's clock. */
import { hash } from 'node:crypto';
import type { CatalogueAnswer, Item } from './catalogue.ts';

export type PageEntry = KnownPage | UnknownPage;

interface Asked {
  /** When the catalogue was asked, not when it answered: what changed in between is not in it. */
  readonly askedAtMs: number;
}

export interface KnownPage extends Asked {
  readonly item: Item;
  /** The age from which it is fetched again, though it is fresh. */
  readonly lateFromMs: number;
}

export interface UnknownPage extends Asked {
  readonly unknown: true;
}

/** The contract's: so long may be remembered that a product is unknown. */
const UNKNOWN_FOR_MS = 5_000;

/** The last part of its life, somewhere in which a page is fetched again: the contract allows it from 80 % on. */
const LATE_SHARE = 0.2;

/** @returns undefined when the catalogue has a problem: of that nothing is kept */
export function pageEntry(answer: CatalogueAnswer, askedAtMs: number): PageEntry | undefined {
  switch (answer.kind) {
    case 'item':
      return { askedAtMs, item: answer.item, lateFromMs: lateFrom(answer.item) };
    case 'unknown':
      return { askedAtMs, unknown: true };
    case 'unavailable':
      return undefined;
  }
}

/**
 * fresh: answered. late: answered, and fetched again. stale: past its life, but answered, and fetched again. spare: answered only while
 * the catalogue has a problem. dead: never answered.
 */
export type Freshness = 'fresh' | 'late' | 'stale' | 'spare' | 'dead';

export function freshnessOf(entry: PageEntry, nowMs: number): Freshness {
  const ageMs = nowMs - entry.askedAtMs;
  if ('unknown' in entry) return ageMs < UNKNOWN_FOR_MS ? 'fresh' : 'dead';
  const { ttlMs, staleWhileRevalidateMs, staleIfErrorMs } = entry.item.cache;
  if (ageMs < entry.lateFromMs) return 'fresh';
  if (ageMs < ttlMs) return 'late';
  if (ageMs <= ttlMs + staleWhileRevalidateMs) return 'stale';
  if (ageMs <= ttlMs + staleIfErrorMs) return 'spare';
  return 'dead';
}

/** Differs between products and revisions, so that pages that came together are not due together. */
function lateFrom({ productId, revision, cache }: Item): number {
  const spread = hash('sha256', `${productId} ${revision}`, 'buffer').readUInt32BE(0) / 2 ** 32;
  return cache.ttlMs * (1 - LATE_SHARE * spread);
}
