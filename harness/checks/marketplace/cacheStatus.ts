/** MKT-CACHE-03.d: a page says where it came from. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { openMarket, worldOf } from './market.ts';
import { fetches, readByAll } from './pages.ts';

const PAGES = 4;
const HEADER = 'cache-status';
/** RFC 9211: parameters of one of the caches, `name; hit; detail=L1` or `name; fwd=miss`. */
const HIT = /;\s*hit\s*(?:=\s*\?1\s*)?(?=[;,]|$)/i;
const FORWARDED = /;\s*fwd\s*=/i;
/** In real time: for what is done behind a reply. */
const SETTLE_MS = 10;

export const cacheStatus: Check = {
  id: 'cache-status',
  isolation: 'shared',
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    await together(PAGES, async (index) => {
      const productId = market.id(`told${index}`);
      const told = async (): Promise<{ status: string; made: number }> => {
        const before = await fetches(world, productId);
        const reply = await market.tryProduct(productId);
        okOutput('getProduct', reply);
        await sleep(SETTLE_MS);
        const made = (await fetches(world, productId)) - before;
        return { status: reply.headers?.[HEADER] ?? '', made };
      };
      for (const when of ['nobody has read', 'was purged']) {
        if (when === 'was purged') await market.call('purgeProduct', { productId });
        const first = await told();
        if (first.made > 0) {
          hold(
            FORWARDED.test(first.status) && !HIT.test(first.status),
            `The catalogue was asked for a page that ${when}: Cache-Status should have fwd, and no hit; it says "${first.status}".`,
            'casemark; fwd=miss',
            first.status,
          );
          context.hit('forwards');
        }
        await readByAll(market, productId);
        const again = await told();
        if (again.made === 0) {
          hold(
            HIT.test(again.status),
            `The cache answered: Cache-Status should have hit; it says "${again.status}".`,
            'casemark; hit',
            again.status,
          );
          context.hit('hits');
        }
      }
    });
  },
};
