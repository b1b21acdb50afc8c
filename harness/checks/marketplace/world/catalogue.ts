/** The catalogue: it has every product, but those that were taken away and those with `-absent` in their id. */
import type { Json } from '../../../target/target.ts';
import { boundedMap } from '../../kit/world/boundedMap.ts';
import type { CatalogueItem } from '../worldQuestions.ts';

/** An entry in a few hundred bytes; far more products than a run prices. The oldest entries are as they were by themselves. */
const MAX_ENTRIES = 300_000;
const PRICE_MINOR = 1_000;
const CACHE = { ttlMs: 60_000, staleWhileRevalidateMs: 30_000, staleIfErrorMs: 300_000 };
/** The bounds of world.schema.json. */
const MAX_PRICE_MINOR = 1_000_000_000_000;
const MAX_CACHE_MS = 86_400_000;

type Change = Partial<Pick<CatalogueItem, 'title' | 'priceMinor' | 'cache'>>;

export interface Catalogue {
  /** @returns null when the product is not there */
  item(productId: string): CatalogueItem | null;
  /** @returns null when the product is not there, which no price changes */
  setPrice(productId: string, priceMinor: number): CatalogueItem | null;
  /**
   * Sets an item, or takes it away; what is left out stays, the revision grows.
   * @throws Error with a sentence for what no item can have
   */
  set(productId: string, change: Json | undefined): void;
}

interface Entry {
  /** The last one; its revision goes on when the product comes back. */
  readonly item: CatalogueItem;
  readonly isThere: boolean;
}

export function createCatalogue(): Catalogue {
  const entries = boundedMap<Entry>(MAX_ENTRIES);
  const entryOf = (productId: string): Entry => entries.get(productId) ?? unset(productId);
  const enter = (productId: string, change: Change, isThere: boolean): CatalogueItem => {
    const { item: last } = entryOf(productId);
    const item = { ...last, ...change, revision: last.revision + 1 };
    entries.set(productId, { item, isThere });
    return item;
  };
  const item: Catalogue['item'] = (productId) => {
    const entry = entryOf(productId);
    return entry.isThere ? entry.item : null;
  };
  return {
    item,
    setPrice: (productId, priceMinor) => item(productId) && enter(productId, { priceMinor }, true),
    set: (productId, change) =>
      void (change === null
        ? enter(productId, {}, false)
        : enter(productId, parseChange(change), true)),
  };
}

function unset(productId: string): Entry {
  const title = `Product ${productId}`;
  return {
    item: { productId, title, priceMinor: PRICE_MINOR, revision: 1, cache: CACHE },
    isThere: !productId.includes('-absent'),
  };
}

function parseChange(value: Json | undefined): Change {
  if (typeof value !== 'object' || !isChange(value as unknown as Change)) {
    throw new Error(`No item can have ${JSON.stringify(value)}.`);
  }
  return value as unknown as Change;
}

function isChange({ title, priceMinor, cache, ...others }: Change): boolean {
  return (
    Object.keys(others).length === 0 &&
    (title === undefined || typeof title === 'string') &&
    (priceMinor === undefined || isInteger(priceMinor, 1, MAX_PRICE_MINOR)) &&
    (cache === undefined || isPolicy(cache))
  );
}

function isPolicy(cache: CatalogueItem['cache'] | null): boolean {
  const fields = Object.keys(CACHE) as (keyof typeof CACHE)[];
  return cache !== null && fields.every((name) => isInteger(cache[name], 0, MAX_CACHE_MS));
}

function isInteger(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}
