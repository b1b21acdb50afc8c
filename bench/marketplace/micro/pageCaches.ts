/** The reference's page cache and three packages behind one function, each with room for as many pages and a minute's life. */
import { createCache } from 'async-cache-dedupe';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { LRUCache } from 'lru-cache';
import type { Item } from '../../../reference/marketplace/cacheManager/catalogue.ts';
import { createPageCache } from '../../../reference/marketplace/cacheManager/pageCache.ts';
import type { SecondLevel } from '../../../reference/marketplace/cacheManager/secondLevel.ts';

export type ReadPage = (productId: string) => Promise<Item>;

/** What is asked for a page that is not in the cache, or in both levels. */
export interface Behind {
  readonly fetch: ReadPage;
  readonly secondLevel: SecondLevel;
}

/** Of the reference's first level. */
export const FIRST_LEVEL_PAGES = 10_000;
export const TTL_MS = 60_000;

export function referenceCache({ fetch, secondLevel }: Behind): ReadPage {
  const cache = createPageCache({
    nowMs: Date.now,
    catalogue: {
      get: async (productId) => ({ kind: 'item', item: await fetch(productId) }),
      putPrice: () => Promise.reject(new Error('no price is put')),
    },
    secondLevel,
  });
  return async (productId) => {
    const page = await cache.get(productId);
    if (!('item' in page)) throw new Error(`no page of ${productId}`);
    return page.item;
  };
}

export function lruCache({ fetch }: Behind): ReadPage {
  const cache = new LRUCache<string, Item>({
    max: FIRST_LEVEL_PAGES,
    ttl: TTL_MS,
    fetchMethod: fetch,
  });
  return (productId) => cache.forceFetch(productId);
}

export function asyncCacheDedupe({ fetch }: Behind): ReadPage {
  const options = { size: FIRST_LEVEL_PAGES };
  const cache = createCache({ ttl: TTL_MS / 1_000, storage: { type: 'memory', options } });
  return cache.define('page', fetch).page;
}

/** With one level, as the packages above. */
export function bentoCache({ fetch }: Behind): ReadPage {
  return throughBento(bentostore().useL1Layer(firstLevel()), fetch);
}

export function bentoCacheOfTwoLevels({ fetch, secondLevel }: Behind): ReadPage {
  const second = { options: {}, factory: () => driverOf(secondLevel) };
  return throughBento(bentostore().useL1Layer(firstLevel()).useL2Layer(second), fetch);
}

/** Objects as they are: so it does not parse a page each time. */
function firstLevel() {
  return memoryDriver({ maxItems: FIRST_LEVEL_PAGES, serialize: false });
}

function throughBento(pages: ReturnType<typeof bentostore>, fetch: ReadPage): ReadPage {
  const cache = new BentoCache({ default: 'pages', stores: { pages } });
  return (productId) =>
    cache.getOrSet({ key: productId, ttl: TTL_MS, factory: () => fetch(productId) });
}

/** The same store of texts as the reference's second level; what is not called here is not there. */
function driverOf(texts: SecondLevel) {
  const unused = (): never => {
    throw new Error('not used here');
  };
  const driver = {
    type: 'l2' as const,
    namespace: () => driver,
    get: async (key: string) => texts.get(key),
    async set(key: string, text: string) {
      texts.set(key, text);
      return true;
    },
    async delete(key: string) {
      texts.delete(key);
      return true;
    },
    pull: unused,
    clear: unused,
    deleteMany: unused,
    disconnect: async () => undefined,
  };
  return driver;
}
