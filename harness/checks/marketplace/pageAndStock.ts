/** MKT-CACHE-02.c and .d: the page follows the stock, and the stock does not follow the page. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { openMarket, worldOf } from './market.ts';
import type { Market } from './market.ts';
import { FAILING, readByAll, readTogether } from './pages.ts';
import type { MarketWorld } from './worldQuestions.ts';

const PRODUCTS = 5;
const READERS = 3;
/** What the page may lag behind a reservation, in real time. */
const MAX_LAG_MS = 1_000;
const POLL_MS = 40;

const stockWriteIsRead: Check = {
  id: 'stock-write-is-read',
  isolation: 'shared',
  async run(context) {
    worldOf(context);
    const market = openMarket(context.session());
    await together(PRODUCTS, async (index) => {
      const productId = market.id(`stock${index}`);
      await holdAvailable(market, productId, 0, 'without stock');
      const put = async (onHand: number, held: number): Promise<void> => {
        okOutput('putStock', await market.putStock({ productId, onHand }));
        await holdAvailable(market, productId, onHand - held, 'after putStock');
        context.hit('writes');
      };
      await put(10 + index, 0);
      okOutput('adjustStock', await market.adjust({ productId, delta: 3 }));
      await holdAvailable(market, productId, 13 + index, 'after adjustStock');
      context.hit('writes');
      await market.reserve(productId, { quantity: 4 });
      await holdAvailableSoon(market, productId, 9 + index);
      context.hit('reserved');
      await put(30, 4);
      okOutput('adjustStock', await market.adjust({ productId, delta: -26 }));
      await holdAvailable(market, productId, 0, 'after adjustStock');
      context.hit('writes');
    });
  },
};

async function holdAvailable(
  market: Market,
  productId: string,
  available: number,
  when: string,
): Promise<void> {
  for (const page of await readTogether(market, productId, READERS)) {
    hold(
      page.available === available,
      `A page read ${when} should show ${available} available, but shows ${page.available}.`,
      available,
      page,
    );
  }
}

/** The last look begins when the second is over. */
async function holdAvailableSoon(
  market: Market,
  productId: string,
  available: number,
): Promise<void> {
  const end = performance.now() + MAX_LAG_MS;
  while (performance.now() < end) {
    const pages = await readTogether(market, productId, READERS);
    if (pages.every((page) => page.available === available)) return;
    await sleep(POLL_MS);
  }
  await holdAvailable(market, productId, available, `${MAX_LAG_MS} ms after a reservation`);
}

const inventoryIsNotCached: Check = {
  id: 'inventory-is-not-cached',
  isolation: 'shared',
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    await together(PRODUCTS, async (index) => {
      await holdSoldByTheStock(market, market.id(`sold${index}`));
      context.hit('sold', 4);
    });
    await Promise.all(
      (['silence', 'error'] as const).map(async (kind) => {
        await holdSoldWithoutCatalogue(market, world, kind);
        context.hit('sold');
      }),
    );
  },
};

/** Each command finds a page that says otherwise, if pages are cached with what is available. */
async function holdSoldByTheStock(market: Market, productId: string): Promise<void> {
  const cacheAnew = async (): Promise<void> => {
    await market.call('purgeProduct', { productId });
    await readByAll(market, productId);
  };
  const reserveLast = async (): Promise<Reservation> => {
    const reservation = await market.reserve(productId);
    refusedWith('reserve', await market.tryReserve(productId), 'OUT_OF_STOCK');
    return reservation;
  };
  await cacheAnew();
  await market.stocked(1, { productId });
  const first = await reserveLast();
  await cacheAnew();
  okOutput('releaseReservation', await market.release(first));
  const second = await market.reserve(productId);
  okOutput('releaseReservation', await market.release(second));
  await cacheAnew();
  await reserveLast();
  await cacheAnew();
  okOutput('adjustStock', await market.adjust({ productId, delta: 1 }));
  await reserveLast();
}

/** Nobody has read its page, and nobody can. */
async function holdSoldWithoutCatalogue(
  market: Market,
  world: MarketWorld,
  kind: 'silence' | 'error',
): Promise<void> {
  const productId = market.id(`uncatalogued-${kind}`);
  await world.script('getItem', productId, [], kind === 'error' ? FAILING : { kind });
  await market.stocked(2, { productId });
  const reservation = await market.reserve(productId);
  okOutput('confirmReservation', await market.confirm(reservation));
  const { available, confirmed } = await market.stock(productId);
  hold(
    available === 1 && confirmed === 1,
    'While the catalogue has a problem a unit that was confirmed should be counted as sold.',
    { available: 1, confirmed: 1 },
    { available, confirmed },
  );
}

export const pageAndStock: readonly Check[] = [stockWriteIsRead, inventoryIsNotCached];
