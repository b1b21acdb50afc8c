/** MKT-CACHE-03.a to .c: stale rather than slow. */
import type { Product } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { openMarket, worldOf } from './market.ts';
import type { Market } from './market.ts';
import { settlesWithin, until } from './outsideCalls.ts';
import {
  changeItem,
  FAILING,
  fetches,
  holdRevision,
  listed,
  MAX_PROCESSES,
  openClock,
  readByAll,
  readTogether,
} from './pages.ts';
import type { CachePolicy } from './pages.ts';
import type { Behaviour, MarketWorld } from './worldQuestions.ts';

const POLICY: CachePolicy = {
  ttlMs: 10_000,
  staleWhileRevalidateMs: 10_000,
  staleIfErrorMs: 40_000,
};

const STALE_PAGES = 5;
const READERS = 8;
/** At once, in real time, beside other checks; the catalogue keeps its answers longer, and less than the second that it has. */
const AT_ONCE_MS = 500;
const MAX_REFRESH_MS = 1_000;

const staleWhileRevalidate: Check = {
  id: 'stale-while-revalidate',
  isolation: 'exclusive',
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    const productIds = await together(STALE_PAGES, (index) =>
      listed(market, world, `stale${index}`, POLICY),
    );
    const olds = await Promise.all(productIds.map((productId) => readByAll(market, productId)));
    const known = await Promise.all(productIds.map((id) => fetches(world, id)));
    const revisions = await Promise.all(productIds.map((id) => changeItem(world, id)));
    await Promise.all(productIds.map((id) => world.script('getItem', id, [], { kind: 'hold' })));
    await openClock(context, market).advance(POLICY.ttlMs + POLICY.staleWhileRevalidateMs / 2);
    const reading = productIds.map((id) => together(READERS, () => market.tryProduct(id)));
    const wereAtOnce = await Promise.all(
      reading.map((replies) => settlesWithin(replies, AT_ONCE_MS)),
    );
    // A refresh behind the reads may come a little after them.
    const madeOfLast = async (): Promise<number> =>
      (await fetches(world, productIds.at(-1) ?? '')) - (known.at(-1) ?? 0);
    await until(async () => (await madeOfLast()) > 0, AT_ONCE_MS / 5);
    const made = await Promise.all(productIds.map((id) => fetches(world, id)));
    await Promise.all(productIds.map((id) => world.release('getItem', id)));

    hold(
      wereAtOnce.every((wasAtOnce) => wasAtOnce),
      'A page within staleWhileRevalidateMs waited for the catalogue.',
      'the stale page, at once',
    );
    for (const [index, replies] of (await Promise.all(reading)).entries()) {
      holdShown(replies, olds[index]?.[0]);
      holdOneRefresh((made[index] ?? 0) - (known[index] ?? 0));
    }
    await Promise.all(
      productIds.map(async (id, index) => {
        await holdAsked(world, id, known[index] ?? 0);
        context.hit('stale');
      }),
    );
    await Promise.all(
      productIds.map((id, index) => holdRefreshed(market, id, revisions[index] ?? 1)),
    );
  },
};

function holdShown(replies: readonly Reply<Product>[], old: Product | undefined): void {
  for (const reply of replies) {
    const { revision } = okOutput('getProduct', reply);
    hold(
      revision === old?.revision,
      'A page within staleWhileRevalidateMs shows neither the item as it was nor what the catalogue has answered.',
      old,
      reply,
    );
  }
}

function holdOneRefresh(made: number): void {
  hold(
    made <= MAX_PROCESSES,
    `${READERS} reads of a page within staleWhileRevalidateMs made ${made} requests to the catalogue behind them.`,
    { atMost: MAX_PROCESSES },
    made,
  );
}

/** Once the catalogue answers again: a system may refresh one page after the other. */
async function holdAsked(world: MarketWorld, productId: string, known: number): Promise<void> {
  const isAsked = await until(
    async () => (await fetches(world, productId)) > known,
    MAX_REFRESH_MS,
    20,
  );
  hold(
    isAsked,
    `${READERS} reads of a page within staleWhileRevalidateMs made no request to the catalogue behind them, for ${MAX_REFRESH_MS} ms after it answered again.`,
    { atLeast: 1 },
    0,
  );
}

async function holdRefreshed(market: Market, productId: string, revision: number): Promise<void> {
  let pages: Product[] = [];
  const isOld = (page: Product): boolean => page.revision < revision;
  await until(
    async () => {
      pages = await readTogether(market, productId, READERS);
      return !pages.some(isOld);
    },
    MAX_REFRESH_MS,
    20,
  );
  const what = `A stale page ${MAX_REFRESH_MS} ms after the catalogue has answered the request behind it`;
  pages.forEach((page) => holdRevision(page, revision, what));
}

const PROBLEMS: readonly Behaviour[] = [
  FAILING,
  { kind: 'error', status: 500 },
  { kind: 'error', status: 502 },
  { kind: 'error', status: 504 },
  { kind: 'silence' },
];

const staleIfError: Check = {
  id: 'stale-if-error',
  isolation: 'exclusive',
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    const clock = openClock(context, market);
    const pages = await Promise.all(
      PROBLEMS.map(async (problem, index) => {
        const productId = await listed(market, world, `kept${index}`, POLICY);
        const [page] = await readByAll(market, productId);
        await world.script('getItem', productId, [], problem);
        return { productId, page, problem };
      }),
    );
    const unread = market.id('unread');
    await world.script('getItem', unread, [], FAILING);
    const beyondStaleMs = POLICY.ttlMs + POLICY.staleWhileRevalidateMs + 1;
    await clock.advance(beyondStaleMs);
    let ageMs = beyondStaleMs;
    const holdKept = async ({
      productId,
      page,
      problem,
    }: (typeof pages)[number]): Promise<void> => {
      const reply = await market.tryProduct(productId);
      const shown = reply.kind === 'ok' ? reply.output : reply.problem;
      hold(
        reply.kind === 'ok' && reply.output.revision === page?.revision,
        `While the catalogue has a problem (${nameOf(problem)}) a page that is ${ageMs} ms old should be shown: ttlMs is ${POLICY.ttlMs}, staleIfErrorMs ${POLICY.staleIfErrorMs}.`,
        page,
        shown,
      );
      context.hit('stale');
    };
    await Promise.all([...pages.map(holdKept), holdUnavailable(market, unread)]);
    ageMs = POLICY.ttlMs + POLICY.staleIfErrorMs;
    await clock.advance(ageMs - beyondStaleMs);
    await Promise.all(pages.slice(0, 1).map(holdKept));
  },
};

function nameOf(problem: Behaviour): string {
  return problem.kind === 'error' ? `status ${problem.status}` : problem.kind;
}

async function holdUnavailable(market: Market, productId: string): Promise<void> {
  const reply = await market.tryProduct(productId);
  refusedWith('getProduct of a page that nobody has read', reply, 'CATALOGUE_UNAVAILABLE');
}

const UNKNOWN_PRODUCTS = 5;
const READS_OF_UNKNOWN = 12;
const MAX_REMEMBERED_MS = 5_000;

const unknownIsRemembered: Check = {
  id: 'unknown-is-remembered',
  isolation: 'exclusive',
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    const productIds = await together(UNKNOWN_PRODUCTS, async (index) => {
      const productId = market.id(`late${index}-absent`);
      for (let reads = 0; reads < READS_OF_UNKNOWN; reads += 1) {
        refusedWith('getProduct', await market.tryProduct(productId), 'UNKNOWN_PRODUCT');
      }
      const made = await fetches(world, productId);
      hold(
        made <= MAX_PROCESSES,
        `The catalogue was asked ${made} times in ${READS_OF_UNKNOWN} reads of a product that it does not have, at one time of the clock.`,
        MAX_PROCESSES,
        made,
      );
      context.hit('unknown');
      await world.setItem(productId, { title: 'Late', priceMinor: 700 });
      return productId;
    });
    await openClock(context, market).advance(MAX_REMEMBERED_MS + 1);
    await Promise.all(
      productIds.map(async (productId) => {
        await holdKnown(market, world, productId);
        context.hit('appeared');
      }),
    );
  },
};

async function holdKnown(market: Market, world: MarketWorld, productId: string): Promise<void> {
  const reply = await market.tryProduct(productId);
  hold(
    reply.kind === 'ok',
    `A product that the catalogue has had for ${MAX_REMEMBERED_MS + 1} ms is not found.`,
    await world.item(productId),
    reply,
  );
}

export const staleness: readonly Check[] = [
  staleWhileRevalidate,
  staleIfError,
  unknownIsRemembered,
];
