/** Pages in two levels: one of each process, one for all, which a freedom leaves out. A fetch is shared by all readers of a process, and fills the cache unless it was dropped meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PartOptions } from './operations.ts';
import type { CatalogueItem } from '../worldQuestions.ts';

/** What the catalogue said when it was asked; a page without an item is one of an unknown product. */
export interface Page {
  readonly item: CatalogueItem | undefined;
  readonly askedAtMs: number;
  /** Of its stock when it was fetched, for a defect. */
  readonly available: number;
}

export type Fetched = Page | 'failing' | 'silent';

interface Process {
  readonly pages: Map<string, Page>;
  readonly inFlight: Map<string, Promise<Fetched>>;
}

export interface PageCache {
  find(process: Process, productId: string): Page | undefined;
  fetch(process: Process, productId: string): Promise<Fetched>;
  keep(process: Process, productId: string, page: Page): void;
  drop(productId: string, levels?: 'all' | 'first'): void;
  /** Whoever takes the next request. */
  next(): Process;
}

const PROCESSES = 4;

export function createPageCache(
  { defects, freedom, nowMs }: PartOptions,
  ask: (productId: string) => Promise<CatalogueItem | undefined | 'failing' | 'silent'>,
  available: (productId: string) => number,
): PageCache {
  const count = freedom('pageProcesses') === 'one' ? 1 : PROCESSES;
  const hasCommon = freedom('pageProcesses') !== 'four, each with a cache of its own';
  const processes = Array.from({ length: count }, (): Process => ({
    pages: new Map(),
    inFlight: new Map(),
  }));
  const common = new Map<string, Page>();
  const drops = new Map<string, number>();
  let requests = 0;

  const fetchNow = async (process: Process, productId: string): Promise<Fetched> => {
    const before = drops.get(productId);
    const askedAtMs = nowMs();
    const item = await ask(productId);
    if (item === 'failing' || item === 'silent') return item;
    const isLate = defects.has('counts the age of a page from its answer');
    const page = {
      item,
      askedAtMs: isLate ? nowMs() : askedAtMs,
      available: available(productId),
    };
    const isDropped = drops.get(productId) !== before;
    if (!isDropped || defects.has('lets an old fetch fill the cache'))
      keep(process, productId, page);
    return page;
  };
  const keep = (process: Process, productId: string, page: Page): void => {
    process.pages.set(productId, page);
    if (hasCommon) common.set(productId, page);
  };

  return {
    keep,
    find({ pages }, productId) {
      const [own, shared] = [pages.get(productId), common.get(productId)];
      return (shared?.askedAtMs ?? -1) > (own?.askedAtMs ?? -1) ? shared : (own ?? shared);
    },
    fetch(process, productId) {
      const isShared = !defects.has('asks the catalogue once for every reader');
      const joinsAny = defects.has('joins a fetch from before the price was written');
      const key = `${productId} ${joinsAny ? '' : (drops.get(productId) ?? 0)}`;
      const known = process.inFlight.get(key);
      if (known && isShared) return known;
      const fetching = fetchNow(process, productId).finally(() => process.inFlight.delete(key));
      process.inFlight.set(key, fetching);
      return fetching;
    },
    drop(productId, levels = 'all') {
      drops.set(productId, (drops.get(productId) ?? 0) + 1);
      for (const { pages } of processes) pages.delete(productId);
      if (levels === 'all') common.delete(productId);
    },
    next: () => processes[(requests += 1) % count]!,
  };
}

const CATALOGUE_TIMEOUT_MS = 1_000;

/** @returns undefined for a 404 */
export async function askCatalogue(
  url: string,
  init: RequestInit = {},
): Promise<CatalogueItem | undefined | 'failing' | 'silent'> {
  const given = new AbortController();
  const asked = fetch(url, { ...init, signal: given.signal }).then(async (reply) => {
    const body: unknown = await reply.json().catch(() => undefined);
    if (reply.status === 404) return undefined;
    return reply.ok ? (body as CatalogueItem) : ('failing' as const);
  });
  const late = sleep(CATALOGUE_TIMEOUT_MS, 'silent' as const, { signal: given.signal });
  late.catch(() => undefined);
  try {
    return await Promise.race([asked, late]);
  } catch {
    return 'failing';
  } finally {
    given.abort();
    asked.catch(() => undefined);
  }
}
