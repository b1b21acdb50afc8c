/** MKT-INV-01: what is held and confirmed is never more than what is there. */
import fc from 'fast-check';
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import type { Reply } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { openMarket, worldOf } from './market.ts';
import type { Market } from './market.ts';
import { counted, countsOf, holdCounts, outputsOf } from './outcomes.ts';
import { stockHistory } from './stockHistory.ts';
import {
  adjusting,
  following,
  holdChanged,
  lanesOf,
  ordering,
  putting,
  reserving,
  runTraffic,
} from './stockTraffic.ts';

const SALE_UNITS = 100;
const BUYERS = 1_000;
/**
 * How many buy at the same moment; more connections would measure the machine. Waves of so many, halves or thirds of them do not add up to the
 * units: whoever sells a whole wave on one look at the stock sells too much.
 */
const SALE_LANES = 90;

const flashSale: Check = {
  id: 'flash-sale',
  isolation: 'shared',
  async run(context) {
    const market = openMarket(context.session());
    const productId = await market.stocked(SALE_UNITS);
    const lanes = await together(SALE_LANES, async (lane) => {
      const replies: Reply<Reservation>[] = [];
      for (let buyer = lane; buyer < BUYERS; buyer += SALE_LANES) {
        replies.push(await market.tryReserve(productId));
      }
      const { held } = await market.stock(productId);
      hold(
        held <= SALE_UNITS,
        `During the sale ${held} of ${SALE_UNITS} units are held.`,
        `at most ${SALE_UNITS}`,
        held,
      );
      return replies;
    });
    const replies = lanes.flat();
    const what = `Of ${SALE_UNITS} units that ${BUYERS} buyers want at once`;
    const sold = outputsOf(replies, 'OUT_OF_STOCK', what);
    const different = new Set(sold.map(({ reservationId }) => reservationId)).size;
    hold(
      sold.length === SALE_UNITS && different === SALE_UNITS,
      `${what} exactly ${SALE_UNITS} should be held; ${sold.length} buyers got one, in ${different} reservations.`,
      SALE_UNITS,
      sold.length,
    );
    await holdCounts(market, productId, counted({ onHand: SALE_UNITS, held: SALE_UNITS }), what);
    await holdHeld(market, sold, productId);
    context.hit('buyers', replies.length);
    context.hit('soldOut', replies.length - sold.length);
  },
};

async function holdHeld(market: Market, sold: readonly Reservation[], productId: string) {
  const reads = await together(sold.length, (index) =>
    market.reservation(sold[index]?.reservationId ?? ''),
  );
  reads.forEach(({ state, customerId, lines }, index) => {
    const [line] = lines;
    holdSame(
      { state, customerId, lines: lines.length, of: line?.productId, units: line?.quantity },
      {
        ...{ state: 'HELD', customerId: sold[index]?.customerId },
        ...{ lines: 1, of: productId, units: 1 },
      },
      'A reservation that a buyer got in the sale should hold one unit for that buyer.',
    );
  });
}

const UNITS_AT_START = 12;
const products = (market: Market, count: number): Promise<string[]> =>
  together(count, () => market.stocked(UNITS_AT_START));

const neverNegative: Check = {
  id: 'never-negative',
  isolation: 'shared',
  run: (context) =>
    context.property(
      lanesOf(
        fc.oneof(
          { arbitrary: reserving, weight: 6 },
          { arbitrary: following('confirm', 'release'), weight: 2 },
          { arbitrary: ordering, weight: 3 },
          { arbitrary: adjusting, weight: 2 },
          { arbitrary: putting, weight: 2 },
        ),
        { lanes: 8, actions: 12 },
      ),
      async (lanes, session) => {
        worldOf(context);
        const market = openMarket(session);
        const productIds = await products(market, 3);
        const changes = await runTraffic({
          ...{ lanes, productIds },
          marketOf: () => market,
          onStock(stock) {
            const { onHand, available, held, confirmed } = stock;
            hold(
              available >= 0 && held + confirmed <= onHand,
              `A read shows ${available} available, and ${held} held and ${confirmed} confirmed of ${onHand} on hand.`,
              'available >= 0 and held + confirmed <= onHand',
              countsOf(stock),
            );
            context.hit('reads');
          },
          onOutOfStock: () => context.hit('outOfStock'),
        });
        await holdChanged(market, { lanes }, changes, UNITS_AT_START);
      },
      { runs: 3 },
    ),
};

const linearizable: Check = {
  id: 'stock-is-linearizable',
  isolation: 'shared',
  run: (context) =>
    context.property(
      lanesOf(
        fc.oneof(
          { arbitrary: reserving, weight: 4 },
          { arbitrary: following('confirm', 'release'), weight: 3 },
          { arbitrary: adjusting, weight: 2 },
        ),
        { lanes: 6, actions: 10 },
      ),
      async (lanes, session) => {
        const market = openMarket(session);
        const productIds = await products(market, 2);
        const history = stockHistory();
        const marketOf = (): Market => market.in(history.record(session));
        await runTraffic({ lanes, productIds, marketOf });
        const last = marketOf();
        for (const productId of productIds) await last.stock(productId);
        context.hit('overlaps', history.judge(UNITS_AT_START));
      },
      { runs: 4 },
    ),
};

const RIVALS = 10;

const lastUnit: Check = {
  id: 'last-unit',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        /** Units that everybody wants; those before them are sold or held. */
        quantity: fc.integer({ min: 1, max: 3 }),
        heldBefore: fc.nat(4),
        soldBefore: fc.nat(4),
        /** Of a reservation that is given back before: the last unit may have been somebody's. */
        isGivenBack: fc.boolean(),
      }),
      async ({ quantity, heldBefore, soldBefore, isGivenBack }, session) => {
        const market = openMarket(session);
        const onHand = quantity + heldBefore + soldBefore;
        const productId = await market.stocked(onHand);
        if (heldBefore > 0) await market.reserve(productId, { quantity: heldBefore });
        if (soldBefore > 0) {
          await market.confirm(await market.reserve(productId, { quantity: soldBefore }));
        }
        if (isGivenBack) await market.release(await market.reserve(productId, { quantity }));
        const replies = await together(RIVALS, () => market.tryReserve(productId, { quantity }));
        const what = `Of ${RIVALS} buyers who want the last ${quantity} of ${onHand} units at once`;
        const sold = outputsOf(replies, 'OUT_OF_STOCK', what);
        hold(sold.length === 1, `${what} exactly one should get them, but ${sold.length} do.`, 1, {
          sold,
        });
        replies.forEach((reply) => holdTold(reply, productId));
        const expected = counted({ onHand, held: heldBefore + quantity, confirmed: soldBefore });
        await holdCounts(market, productId, expected, what.toLowerCase());
        context.hit('races');
      },
      { runs: 12 },
    ),
};

/** Whoever is refused is told which product, and that nothing of it is left. */
function holdTold(reply: Reply<unknown>, productId: string): void {
  if (reply.kind === 'ok') return;
  const { productId: product, available } = reply.problem;
  holdSame(
    { productId: product, available },
    { productId, available: 0 },
    'OUT_OF_STOCK should name the product in "productId" and say in "available" that 0 are left.',
  );
}

export const neverOversell: readonly Check[] = [flashSale, neverNegative, linearizable, lastUnit];
