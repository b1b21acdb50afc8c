/** The product pages of the market in memory. */
import type {
  GetProduct,
  Product,
  PurgeProduct,
  PutPrice,
} from '../../../../spec/marketplace/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import type { CatalogueItem } from '../worldQuestions.ts';
import type { Operations, PartOptions } from './operations.ts';
import { askCatalogue, createPageCache } from './pageCache.ts';
import type { Page, PageCache } from './pageCache.ts';
import type { PAGE_DEFECTS } from './pageDefects.ts';
import { createPageStock } from './pageStock.ts';

export interface PagesOptions extends PartOptions {
  /** Of its stock; 0 without any. */
  available(productId: string): number;
  /** The market's own; with it there is a `reserve` around it, for what pages show of it and for defects. */
  readonly reserve?: Operations[string] | undefined;
}

type Process = ReturnType<PageCache['next']>;

const UNKNOWN_MS = { 'five seconds': 5_000, 'a second': 1_000 } as const;
const MINUTE_MS = 60_000;
const EARLY_SHARE = 0.8;

export function createPages(options: PagesOptions): Operations {
  const { worldUrl, freedom, nowMs, available } = options;
  const has = (defect: keyof typeof PAGE_DEFECTS): boolean => options.defects.has(defect);
  const itemUrl = (productId: string): string => `${worldUrl}/catalogue/items/${productId}`;
  const cache = createPageCache(options, (id) => askCatalogue(itemUrl(id)), available);
  const pageStock = createPageStock(
    options,
    (productId) => cache.find(cache.next(), productId),
    (productId) => fetchOr(cache.next(), productId, undefined),
  );

  const answer = (page: Page, productId: string, status: string): SystemAnswer => {
    const told = statusTold(status, has);
    const headers = told === undefined ? {} : { headers: { 'Cache-Status': told } };
    if (!page.item) return { problem: { code: 'UNKNOWN_PRODUCT' }, ...headers };
    const isOld = has('shows the stock of when the page was fetched');
    const shown = isOld ? page.available : pageStock.shown(productId);
    return { output: shownPage(page.item, shown), ...headers };
  };

  const fetchOr = async (
    process: Process,
    productId: string,
    old: Page | undefined,
  ): Promise<SystemAnswer> => {
    const fetched = await cache.fetch(process, productId);
    if (typeof fetched !== 'string') {
      return answer(fetched, productId, `memory; fwd=${old ? 'stale' : 'miss'}`);
    }
    const isHidden =
      has('shows no old page when the catalogue fails') ||
      (fetched === 'silent' && has('shows no old page when the catalogue is silent'));
    const isKept = old?.item && (has('shows any page while the catalogue fails') || isWithin(old));
    if (!old || !isKept || isHidden) return { problem: { code: 'CATALOGUE_UNAVAILABLE' } };
    if (has('renews a page when its refresh fails')) {
      cache.keep(process, productId, { ...old, askedAtMs: nowMs() });
    }
    return answer(old, productId, 'memory; hit; fwd=stale');
  };
  const isWithin = ({ item, askedAtMs }: Page): boolean => {
    const { ttlMs, staleIfErrorMs } = item!.cache;
    return nowMs() - askedAtMs <= ttlMs + staleIfErrorMs;
  };

  const refresh = async (process: Process, productId: string, old: Page): Promise<void> => {
    const fetched = await cache.fetch(process, productId);
    if (typeof fetched !== 'string' || !has('renews a page when its refresh fails')) return;
    cache.keep(process, productId, { ...old, askedAtMs: nowMs() });
  };

  let worker: Promise<void> = Promise.resolve();
  const waiting = new Set<string>();
  /** One worker refreshes what is stale; a page that waits for it already is not added. */
  const refreshInTurn = (process: Process, productId: string, old: Page): void => {
    if (waiting.has(productId)) return;
    waiting.add(productId);
    worker = worker.then(() => {
      waiting.delete(productId);
      return refresh(process, productId, old);
    });
  };
  const refreshStale = freedom('staleRefresh') === 'at once' ? refresh : refreshInTurn;

  const getProduct = ({ productId }: GetProduct): SystemAnswer | Promise<SystemAnswer> => {
    const process = cache.next();
    const page = cache.find(process, productId);
    if (!page || has('asks the catalogue for every page')) {
      return fetchOr(process, productId, page);
    }
    const ageMs = nowMs() - page.askedAtMs;
    if (!page.item) {
      const life = UNKNOWN_MS[freedom('unknownProduct') as keyof typeof UNKNOWN_MS];
      const isKnownToBe = ageMs <= life || has('remembers for ever what is unknown');
      return isKnownToBe && !has('asks again for what is unknown')
        ? answer(page, productId, 'memory; hit')
        : fetchOr(process, productId, undefined);
    }
    const { ttlMs, staleWhileRevalidateMs } = page.item.cache;
    const lifeMs = has('keeps every page for a minute') ? MINUTE_MS : ttlMs;
    if (has('fetches a page again at half its life') && ageMs >= lifeMs / 2) {
      return fetchOr(process, productId, page);
    }
    if (ageMs < lifeMs || has('keeps pages for ever')) {
      const isEarly = freedom('pageRefresh') === 'early' && ageMs >= EARLY_SHARE * lifeMs;
      if (isEarly) void refresh(process, productId, page);
      if (has('counts the age of a page from its last read')) {
        cache.keep(process, productId, { ...page, askedAtMs: nowMs() });
      }
      return answer(page, productId, 'memory; hit; detail=L1');
    }
    const isShown = ageMs <= lifeMs + staleWhileRevalidateMs;
    if (!isShown || has('lets a stale page wait for the catalogue')) {
      return fetchOr(process, productId, page);
    }
    if (has('refreshes a stale page for every reader')) void askCatalogue(itemUrl(productId));
    if (!has('shows a stale page without refreshing it')) {
      void refreshStale(process, productId, page);
    }
    return answer(page, productId, STALE_STATUS[freedom('stalePageStatus') ?? 'hit'] ?? '');
  };

  const putPrice = async ({ productId, priceMinor }: PutPrice): Promise<SystemAnswer> => {
    const known = cache.find(cache.next(), productId);
    const isLeft =
      has('keeps pages when a price is written') ||
      (known !== undefined && !known.item && has('remembers as unknown what has got a price'));
    const drop = (): void => {
      if (isLeft) return;
      const isHalf = has('keeps the second level when a price is written');
      cache.drop(productId, isHalf ? 'first' : 'all');
    };
    const isEarly = has('drops a page only before its price is written');
    if (isEarly) drop();
    const askedAtMs = nowMs();
    const item = await askCatalogue(`${itemUrl(productId)}/price`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ priceMinor }),
    });
    if (!isEarly) drop();
    if (item === undefined) return { problem: { code: 'UNKNOWN_PRODUCT' } };
    if (typeof item === 'string') return { problem: { code: 'CATALOGUE_UNAVAILABLE' } };
    if (freedom('pageOfPrice') === 'made of the reply') {
      cache.keep(cache.next(), productId, { item, askedAtMs, available: available(productId) });
    }
    return { output: shownPage(item, available(productId)) };
  };

  const purgeProduct = ({ productId }: PurgeProduct): SystemAnswer => {
    cache.drop(productId, has('purges the first level only') ? 'first' : 'all');
    return { output: { productId } };
  };

  const { reserve } = pageStock;
  return { getProduct, putPrice, purgeProduct, ...(options.reserve && { reserve }) };
}

const STALE_STATUS: Readonly<Record<string, string>> = {
  hit: 'memory; hit',
  fwd: 'memory; fwd=stale',
  both: 'memory; hit; fwd=stale',
};

function shownPage(
  { productId, title, priceMinor, revision }: CatalogueItem,
  available: number,
): Product {
  return { productId, title, priceMinor, revision, available };
}

function statusTold(
  status: string,
  has: (defect: keyof typeof PAGE_DEFECTS) => boolean,
): string | undefined {
  if (has('says of every page that the cache had it')) return 'memory; hit';
  if (has('says of every page that the catalogue was asked')) return 'memory; fwd=miss';
  return has('does not say where a page came from') ? undefined : status;
}
