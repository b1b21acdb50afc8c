/** MKT-SHARD-03: one product that everybody wants slows itself, not the others. */
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { together } from '../kit/together.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import { counted, holdCounts, outputsOf } from './outcomes.ts';

/** Buyers of the hot product and of the others, all at the same time. */
const LANES = 40;
const BUYERS_OF_LANE = 10;
/** Not sold out by a number of whole waves: whoever sells a wave on one look at the stock sells too much. */
const HOT_UNITS = 113;
const OTHERS = 50;
const OTHER_UNITS = 20;

const hotProduct: Check = {
  id: 'hot-product',
  isolation: 'shared',
  async run(context) {
    const market = openMarket(context.session());
    const hot = await market.stocked(HOT_UNITS);
    const others = await together(OTHERS, () => market.stocked(OTHER_UNITS));
    const [hotReplies, served] = await Promise.all([
      together(LANES / 2, () => inTurn(() => market.tryReserve(hot))),
      together(LANES / 2, (lane) =>
        inTurn((turn) => buy(market, others[(lane * BUYERS_OF_LANE + turn) % OTHERS] ?? '')),
      ),
    ]);
    const wanted = hotReplies.flat();
    const what = `${wanted.length} buyers of one product with ${HOT_UNITS} units, beside as many of others`;
    const sold = outputsOf(wanted, 'OUT_OF_STOCK', what).length;
    hold(sold === HOT_UNITS, `Of ${what} ${sold} got one.`, HOT_UNITS, sold);
    await holdCounts(market, hot, counted({ onHand: HOT_UNITS, held: HOT_UNITS }), what);
    const all = served.flat();
    for (const productId of others) {
      const held = all.filter((each) => each === productId).length;
      const expected = counted({ onHand: OTHER_UNITS, held });
      await holdCounts(market, productId, expected, `${held} reservations beside a hot product`);
    }
    context.hit('hot', wanted.length);
    context.hit('others', all.length);
  },
};

async function inTurn<T>(send: (turn: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (let turn = 0; turn < BUYERS_OF_LANE; turn += 1) done.push(await send(turn));
  return done;
}

/** There is enough of each: whoever wants one gets it. */
async function buy(market: Market, productId: string): Promise<string> {
  await market.reserve(productId);
  return productId;
}

export const hotProducts: readonly Check[] = [hotProduct];
