/** MKT-CACHE-01: the catalogue is asked for a page once while it is fresh. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Product } from '../../../spec/marketplace/messages.d.ts';
import { CouldNotRun } from '../check.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { openMarket, worldOf } from './market.ts';
import type { Market } from './market.ts';
import {
  changeItem,
  fetches,
  itemOf,
  listed,
  MAX_PROCESSES,
  openClock,
  readByAll,
  readTogether,
} from './pages.ts';
import type { CachePolicy } from './pages.ts';
import type { CatalogueItem, MarketWorld } from './worldQuestions.ts';

const POLICIES: readonly CachePolicy[] = [
  { ttlMs: 10_000, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 },
  { ttlMs: 25_000, staleWhileRevalidateMs: 10_000, staleIfErrorMs: 60_000 },
];
const STEP_MS = 1_250;
const STEPS = 40;
const READERS = 4;
/** In real time: a refresh behind the first read of a step comes to its end before the others read. */
const SETTLE_MS = 4;
/** From this share of its life on a page may be fetched again. */
const EARLIEST_REFRESH_SHARE = 0.8;

/** One after the other, at the first time of the clock: what fetches again and again is seen there. */
const FIRST_ROUNDS = 2 * MAX_PROCESSES;

const freshPagesAreNotFetched: Check = {
  id: 'fresh-pages-are-not-fetched',
  isolation: 'exclusive',
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    const clock = openClock(context, market);
    const pages = await Promise.all(
      POLICIES.map(async (policy, index) => {
        const productId = await listed(market, world, `page${index}`, policy);
        await world.setItem(productId, { title: `Lamp ${index}`, priceMinor: 1_234 + index });
        const item = await itemOf(world, productId);
        await holdFetched(market, world, productId);
        for (let round = 0; round < FIRST_ROUNDS; round += 1) await readByAll(market, productId);
        return { policy, productId, item, fetchesByStep: [] as number[] };
      }),
    );
    for (let step = 0; step <= STEPS; step += 1) {
      if (step > 0) await clock.advance(STEP_MS);
      await Promise.all(
        pages.map(async ({ productId, item, fetchesByStep }) => {
          const first = await market.product(productId);
          await sleep(SETTLE_MS);
          const others = await readTogether(market, productId, READERS);
          [first, ...others].forEach((page) => holdItem(page, item));
          fetchesByStep.push(await fetches(world, productId));
        }),
      );
      context.hit('reads', POLICIES.length * (READERS + 1));
    }
    for (const { policy, fetchesByStep } of pages) {
      holdSpared(policy, fetchesByStep);
    }
  },
};

async function holdFetched(market: Market, world: MarketWorld, productId: string): Promise<void> {
  const page = await market.product(productId);
  hold(
    (await fetches(world, productId)) > 0,
    'A page that nobody had read was answered without a request to the catalogue.',
    'the item as the catalogue has it',
    page,
  );
}

function holdItem(
  page: Product,
  { title, priceMinor, revision }: CatalogueItem,
  what = 'A page',
): void {
  hold(
    page.title === title && page.priceMinor === priceMinor && page.revision === revision,
    `${what} should show the item as the catalogue has it.`,
    { title, priceMinor, revision },
    page,
  );
}

/**
 * As many processes with a cache of their own are allowed as requests were made at one time of the clock, and no more than the contract says.
 * @param fetchesByStep how many there were in all when each step was over
 */
function holdSpared({ ttlMs }: CachePolicy, fetchesByStep: readonly number[]): void {
  const made = (from: number, to: number): number =>
    (fetchesByStep[to] ?? 0) - (fetchesByStep[from - 1] ?? 0);
  const atOnce = Math.max(...fetchesByStep.map((_, step) => made(step, step)));
  hold(
    atOnce <= MAX_PROCESSES,
    `At one time of the clock a page was fetched ${atOnce} times; one request a process, and ${MAX_PROCESSES} processes, are allowed.`,
    MAX_PROCESSES,
    atOnce,
  );
  for (let from = 0; from < fetchesByStep.length; from += 1) {
    for (let to = from; to < fetchesByStep.length; to += 1) {
      const spanMs = (to - from) * STEP_MS;
      const allowed = atOnce * (Math.floor(spanMs / (EARLIEST_REFRESH_SHARE * ttlMs)) + 2);
      hold(
        made(from, to) <= allowed,
        `In ${spanMs} ms of the clock a page with ttlMs ${ttlMs} was fetched ${made(from, to)} times, at most ${atOnce} times at once; one fetch for each ${EARLIEST_REFRESH_SHARE * ttlMs} ms and one more, for each of as many processes, are ${allowed}.`,
        allowed,
        made(from, to),
      );
    }
  }
}

/** A rush that came too late for the catalogue’s second says nothing: a smaller one is made, for another product. */
const CROWDS = [1_000, 500, 250];
const SECOND_CROWD = 200;
/** Long enough for the others to come, well below the second that the catalogue has. */
const FETCH_MS = 300;
const CATALOGUE_HAS_MS = 1_000;

const stampede: Check = {
  id: 'stampede',
  isolation: 'shared',
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    const crowd = async (
      productId: string,
      readers: number,
      when: string,
    ): Promise<'in time' | 'too late'> => {
      const rush = await rushFor(market, world, productId, readers);
      if (rush.isTooLate) return 'too late';
      await holdRush(world, productId, rush, when);
      context.hit('reads', readers);
      return 'in time';
    };
    for (const readers of CROWDS) {
      const productId = market.id(`crowded${readers}`);
      if ((await crowd(productId, readers, 'nobody has read it')) === 'too late') continue;
      await changeItem(world, productId);
      await market.call('purgeProduct', { productId });
      if ((await crowd(productId, SECOND_CROWD, 'it was purged')) === 'in time') return;
    }
    throw new CouldNotRun(
      `${CROWDS.at(-1)} concurrent reads took longer than the ${CATALOGUE_HAS_MS} ms that the catalogue has to answer: run it on a machine that is less busy.`,
    );
  },
};

interface Rush {
  readonly replies: readonly Reply<Product>[];
  readonly fetched: number;
  readonly isTooLate: boolean;
}

/** On a machine that is too busy the catalogue's answer may come too late: then a refusal is right. */
async function rushFor(
  market: Market,
  world: MarketWorld,
  productId: string,
  readers: number,
): Promise<Rush> {
  const before = await fetches(world, productId);
  await world.script('getItem', productId, [], { kind: 'slow', ms: FETCH_MS });
  const startedMs = performance.now();
  const replies = await together(readers, () => market.tryProduct(productId));
  const tookMs = performance.now() - startedMs;
  const isRefused = replies.some(
    (reply) => reply.kind === 'refused' && reply.problem.code === 'CATALOGUE_UNAVAILABLE',
  );
  const fetched = (await fetches(world, productId)) - before;
  // Whoever comes after the first request has had its second rightly begins another one.
  const turns = Math.ceil(tookMs / CATALOGUE_HAS_MS);
  const isTooLate = isRefused && tookMs >= CATALOGUE_HAS_MS && fetched <= MAX_PROCESSES * turns;
  return { replies, fetched, isTooLate };
}

async function holdRush(
  world: MarketWorld,
  productId: string,
  { replies, fetched }: Rush,
  when: string,
): Promise<void> {
  hold(
    fetched >= 1 && fetched <= MAX_PROCESSES,
    `${replies.length} concurrent reads of a page that is not cached (${when}) made ${fetched} requests to the catalogue.`,
    { atLeast: 1, atMost: MAX_PROCESSES },
    fetched,
  );
  const item = await itemOf(world, productId);
  const what = `One of ${replies.length} concurrent reads of a page that is not cached (${when})`;
  replies
    .map((reply) => okOutput('getProduct', reply))
    .forEach((page) => holdItem(page, item, what));
}

export const sparedCatalogue: readonly Check[] = [freshPagesAreNotFetched, stampede];
