/** MKT-CACHE-02.a and .b: a price that was written is the price that is read. What the page says of stock is in pageAndStock.ts, its age in boundedStaleness.ts. */
import type { Product } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { refusedWith } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { openMarket, worldOf } from './market.ts';
import type { Market } from './market.ts';
import { isHeld, settlesWithin } from './outsideCalls.ts';
import { holdRevision, readTogether } from './pages.ts';
import type { Behaviour, MarketWorld } from './worldQuestions.ts';

const WRITERS = 4;
/** They go up and down. */
const PRICES_MINOR = [1_500, 900, 2_300, 1_100, 700, 1_900];
/** Who read all the time, and so fill the cache between any two steps of a write. */
const READERS = 3;
const READS_AFTER_WRITE = 3;
/** Every other write reaches the catalogue so late, in real time: whoever reads meanwhile gets the old price, and may keep it until the reply. */
const LATE_MS = 60;
/** Of one reader. */
const MAX_READS = 2_000;

const priceWriteIsRead: Check = {
  id: 'price-write-is-read',
  isolation: 'shared',
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    await together(WRITERS, async (index) => {
      const productId = market.id(`priced${index}`);
      const behaviours = PRICES_MINOR.map((_, write): Behaviour =>
        write % 2 === 0 ? { kind: 'late', ms: LATE_MS } : { kind: 'usual' },
      );
      await world.script('putItemPrice', productId, behaviours);
      await holdWritesAreRead(market, productId, context.hit);
    });
    await holdUnknownIsForgotten(market, world);
    context.hit('writes');
  },
};

async function holdWritesAreRead(
  market: Market,
  productId: string,
  hit: (name: string) => void,
): Promise<void> {
  let writtenRevision = (await market.product(productId)).revision;
  let isOver = false;
  const readOn = async (): Promise<void> => {
    for (let reads = 0; !isOver && reads < MAX_READS; reads += 1) {
      const atLeast = writtenRevision;
      holdRevision(await market.product(productId), atLeast, 'A page read after putPrice');
    }
  };
  const writeAll = async (): Promise<void> => {
    try {
      for (const priceMinor of PRICES_MINOR) {
        writtenRevision = (await write(market, productId, priceMinor)).revision;
        hit('writes');
      }
    } finally {
      isOver = true;
    }
  };
  await Promise.all([writeAll(), together(READERS, readOn)]);
}

/** There is one writer: nobody has written a later price. */
async function write(market: Market, productId: string, priceMinor: number): Promise<Product> {
  const written = await market.call<Product>('putPrice', { productId, priceMinor });
  holdPrice(written, priceMinor, 'The reply to putPrice');
  for (const page of await readTogether(market, productId, READS_AFTER_WRITE)) {
    holdPrice(page, priceMinor, 'A page read after putPrice');
  }
  return written;
}

function holdPrice(page: Product, priceMinor: number, what: string): void {
  hold(
    page.priceMinor === priceMinor,
    `${what} should show the price ${priceMinor}, but shows ${page.priceMinor}.`,
    priceMinor,
    page,
  );
}

async function holdUnknownIsForgotten(market: Market, world: MarketWorld): Promise<void> {
  const productId = market.id('new');
  await world.setItem(productId, null);
  refusedWith('getProduct', await market.tryProduct(productId), 'UNKNOWN_PRODUCT');
  await world.setItem(productId, { title: 'New', priceMinor: 800 });
  await write(market, productId, 850);
}

const RACES = 5;
/** A system may let the write wait for the fetch; the fetch may take a second in all. */
const MAX_WRITE_WAIT_MS = 300;
const MAX_READ_WAIT_MS = 100;

const noOldPriceComesBack: Check = {
  id: 'no-old-price-comes-back',
  isolation: 'shared',
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    await together(RACES, async (index) => {
      const productId = market.id(`raced${index}`);
      if (await race(market, world, productId)) context.hit('races');
    });
  },
};

/** @returns whether the old price was on its way during the write */
async function race(market: Market, world: MarketWorld, productId: string): Promise<boolean> {
  const oldPage = await market.product(productId);
  await market.call('purgeProduct', { productId });
  await world.script('getItem', productId, [{ kind: 'hold' }]);
  // What this one shows, or whether the catalogue took too long for it, is open.
  const early = market.tryProduct(productId);
  const wasHeld = await isHeld(world, 'getItem', productId, early);
  const priceMinor = oldPage.priceMinor + 50;
  const writing = market.call<Product>('putPrice', { productId, priceMinor });
  const isWritten = await settlesWithin(writing, MAX_WRITE_WAIT_MS);
  const late = isWritten ? market.product(productId) : undefined;
  if (late) await settlesWithin(late, MAX_READ_WAIT_MS);
  await world.release('getItem', productId);
  await Promise.all([early, writing]);
  const what = 'After a fetch that was in flight during putPrice a page';
  if (late) holdPrice(await late, priceMinor, what);
  for (const page of await readTogether(market, productId, READS_AFTER_WRITE)) {
    holdPrice(page, priceMinor, what);
  }
  return wasHeld;
}

export const writesAreSeen: readonly Check[] = [priceWriteIsRead, noOldPriceComesBack];
