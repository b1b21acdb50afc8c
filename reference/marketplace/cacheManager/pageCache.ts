/**
 * Pages of the catalogue in two levels. Of lru-cache only the bounded store is used: its fetch() turns away those who wait for a page that
 * is dropped meanwhile, and knows nothing of a page that is shown stale in one case and not in another.
 */
import { LRUCache } from 'lru-cache';
import type { Catalogue, CatalogueAnswer, Item } from './catalogue.ts';
import { freshnessOf, pageEntry } from './pageEntry.ts';
import type { PageEntry } from './pageEntry.ts';
import type { SecondLevel } from './secondLevel.ts';

export type PageAnswer =
  | {
      readonly item: Item;
      /** RFC 9211: the header Cache-Status. */
      readonly cacheStatus: string;
    }
  | NoPage;

export type NoPage = { readonly unknown: true } | { readonly unavailable: true };

/** Never rejects. */
export interface PageCache {
  get(productId: string): Promise<PageAnswer>;
  /** A get that begins after this resolves shows that price or a later one. */
  writePrice(productId: string, priceMinor: number): Promise<{ readonly item: Item } | NoPage>;
  purge(productId: string): void;
}

export interface PageCacheOptions {
  readonly nowMs: () => number;
  readonly catalogue: Pick<Catalogue, 'get' | 'putPrice'>;
  readonly secondLevel: SecondLevel;
}

/** About 5 MB: the pages that are read all the time. */
const FIRST_LEVEL_PAGES = 10_000;

/** A page can be too old when it comes, where the clock was moved meanwhile; it is then asked for again, so often. */
const MAX_FETCHES = 3;

type Found = { readonly entry: PageEntry; readonly level: 'L1' | 'L2' };

export function createPageCache({ nowMs, catalogue, secondLevel }: PageCacheOptions): PageCache {
  const firstLevel = new LRUCache<string, PageEntry>({ max: FIRST_LEVEL_PAGES });
  /** The one fetch of a product that is under way; undefined comes of it when the catalogue has a problem. */
  const flights = new Map<string, Promise<PageEntry | undefined>>();

  function lookUp(productId: string): Found | undefined {
    const near = firstLevel.get(productId);
    if (near) return { entry: near, level: 'L1' };
    const text = secondLevel.get(productId);
    if (text === undefined) return undefined;
    const entry = JSON.parse(text) as PageEntry;
    firstLevel.set(productId, entry);
    return { entry, level: 'L2' };
  }

  function fetch(productId: string): Promise<PageEntry | undefined> {
    const underWay = flights.get(productId);
    if (underWay) return underWay;
    const askedAtMs = nowMs();
    const flight = catalogue.get(productId).then((answer) => {
      const entry = pageEntry(answer, askedAtMs);
      // What was dropped meanwhile must not come back by a fetch from before.
      if (flights.get(productId) !== flight) return entry;
      flights.delete(productId);
      if (entry) keep(productId, entry);
      return entry;
    });
    flights.set(productId, flight);
    return flight;
  }

  function keep(productId: string, entry: PageEntry): void {
    firstLevel.set(productId, entry);
    secondLevel.set(productId, JSON.stringify(entry));
  }

  function drop(productId: string): void {
    flights.delete(productId);
    firstLevel.delete(productId);
    secondLevel.delete(productId);
  }

  async function forward(productId: string, reason: 'miss' | 'stale'): Promise<PageAnswer> {
    for (let fetched = 0; fetched < MAX_FETCHES; fetched++) {
      const entry = await fetch(productId);
      if (!entry) return spare(productId);
      const freshness = freshnessOf(entry, nowMs());
      if (freshness !== 'spare' && freshness !== 'dead') return answerOf(entry, `fwd=${reason}`);
    }
    return { unavailable: true };
  }

  /** While the catalogue has a problem. */
  function spare(productId: string): PageAnswer {
    const found = lookUp(productId);
    if (!found || freshnessOf(found.entry, nowMs()) === 'dead') return { unavailable: true };
    return answerOf(found.entry, 'fwd=stale; detail=STALE_IF_ERROR');
  }

  return {
    async get(productId) {
      const found = lookUp(productId);
      if (!found) return forward(productId, 'miss');
      const hit = () => answerOf(found.entry, `hit; detail=${found.level}`);
      switch (freshnessOf(found.entry, nowMs())) {
        case 'fresh':
          return hit();
        case 'late':
        case 'stale':
          void fetch(productId);
          return hit();
        case 'spare':
        case 'dead':
          return forward(productId, 'stale');
      }
    },
    async writePrice(productId, priceMinor) {
      const answer = await catalogue.putPrice(productId, priceMinor);
      // Also when it failed: it may have been carried out.
      drop(productId);
      return answer.kind === 'item' ? { item: answer.item } : noPage(answer);
    },
    purge: drop,
  };
}

function answerOf(entry: PageEntry, status: string): PageAnswer {
  if ('unknown' in entry) return { unknown: true };
  return { item: entry.item, cacheStatus: `casemark-reference; ${status}` };
}

function noPage({ kind }: Exclude<CatalogueAnswer, { kind: 'item' }>): NoPage {
  return kind === 'unknown' ? { unknown: true } : { unavailable: true };
}
