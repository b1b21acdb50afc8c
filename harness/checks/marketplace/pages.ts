/** Product pages whose items the catalogue gives a cache policy, and a clock that makes them old. */
import type { Product } from '../../../spec/marketplace/messages.d.ts';
import type { CheckContext } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { together } from '../kit/together.ts';
import type { Market } from './market.ts';
import type { CatalogueItem, MarketWorld } from './worldQuestions.ts';

export type CachePolicy = CatalogueItem['cache'];

/** One request a process, says the contract, and up to so many processes, each of which may have a cache of its own. */
export const MAX_PROCESSES = 4;

export const FAILING = { kind: 'error', status: 503 } as const;

export interface Clock {
  /** Moves it by so many ms, after which `nowMs` says so. */
  advance(ms: number): Promise<void>;
  nowMs(): number;
}

/** For a check that has the instance to itself. */
export function openClock({ target }: CheckContext, market: Market): Clock {
  let nowMs = target.startClockMs;
  return {
    nowMs: () => nowMs,
    async advance(ms) {
      nowMs += ms;
      await market.call('setClock', { nowMs });
    },
  };
}

/** A product that the catalogue has with this policy, of a fresh id; nobody has read it yet. */
export async function listed(
  market: Market,
  world: MarketWorld,
  name: string,
  cache: CachePolicy,
): Promise<string> {
  const productId = market.id(name);
  await world.setItem(productId, { cache });
  return productId;
}

/** The item becomes another one in the catalogue, behind the system's back. @returns its revision */
export async function changeItem(world: MarketWorld, productId: string): Promise<number> {
  const before = await itemOf(world, productId);
  await world.setItem(productId, { priceMinor: before.priceMinor + 1 });
  return (await itemOf(world, productId)).revision;
}

export async function itemOf(world: MarketWorld, productId: string): Promise<CatalogueItem> {
  const item = await world.item(productId);
  if (item) return item;
  throw new Error(`The catalogue that casemark plays has no ${productId}.`);
}

export function readTogether(
  market: Market,
  productId: string,
  readers: number,
): Promise<Product[]> {
  return together(readers, () => market.product(productId));
}

/** So many that each of up to four processes gets one of them. */
const WARMING_READERS = 64;

/** Whichever process is asked next has the page. @returns the pages */
export function readByAll(market: Market, productId: string): Promise<Product[]> {
  return readTogether(market, productId, WARMING_READERS);
}

/** How often the catalogue was asked for the product. */
export async function fetches(world: MarketWorld, productId: string): Promise<number> {
  return (await world.calls(productId, ['getItem'])).length;
}

export function holdRevision(page: Product, atLeast: number, what: string): void {
  hold(
    page.revision >= atLeast,
    `${what} should show revision ${atLeast} of the item or a later one, but shows ${page.revision}.`,
    atLeast,
    page,
  );
}
