/** HFT-MATCH-01: price-time priority, at the resting order's price. */
import fc from 'fast-check';
import type { ExecutionReport, Fill } from '../../../spec/trading/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { after, predict, sum } from './model.ts';
import type { Book, Resting } from './model.ts';
import { BEYOND_ALL, deepScenes, qtyArbitrary, queueScenes, scenes, stage } from './scene.ts';
import { levelsText, told, venueSession } from './venueSession.ts';

const pricePriority: Check = {
  id: 'price-priority',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ plan: deepScenes, share: fc.nat(99) }),
      async ({ plan, share }, session) => {
        const venue = venueSession(session);
        const { symbol, side, taker, makers, available, at } = await stage(venue, plan);
        const best = Math.min(...plan.makers.map(({ away }) => away));
        const atBest = sum(plan.makers.filter(({ away }) => away === best).map(({ qty }) => qty));
        // More than the best level has: the sweep must go on to the next one.
        const qty = atBest + 1 + (share % (available - atBest));
        const incoming = {
          ...{ account: taker, side, priceE4: at(BEYOND_ALL), qty },
          type: 'LIMIT',
        } as const;
        const report = await venue.submit({ symbol, ...incoming });

        // By the price of the maker, not that of the print; and by level, not by order: those are other clauses.
        const taken = byLevel(report.fills, makers);
        const expected = byLevel(
          predict(makers, incoming).trades.map((trade) => ({
            ...trade,
            makerOrderId: trade.makerId,
          })),
          makers,
        );
        holdSame(
          taken,
          expected,
          `${told(report)} did not trade with the best prices first: it took ${taken.join(', ') || 'nothing'}, not ${expected.join(', ')}.`,
        );
        hit('multiLevelSweeps');
      },
      { runs: 30 },
    ),
};

const timePriority: Check = {
  id: 'time-priority',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ plan: queueScenes, first: fc.nat(99), late: qtyArbitrary }),
      async ({ plan, first, late }, session) => {
        const venue = venueSession(session);
        const scene = await stage(venue, plan);
        const { symbol, side, makerSide, taker, owners, available, at } = scene;
        let book: Book = scene.makers;
        const sweep = async (qty: number): Promise<void> => {
          const incoming = { account: taker, side, priceE4: at(1), qty, type: 'LIMIT' } as const;
          const report = await venue.submit({ symbol, ...incoming });
          const predicted = predict(book, incoming);
          const queue = book.map(({ id }) => id).join(', ');
          holdSame(
            report.fills.map(({ makerOrderId }) => makerOrderId),
            predicted.trades.map(({ makerId }) => makerId),
            `${told(report)} met the queue ${queue} (longest standing first) and did not trade with it in that order.`,
          );
          if (book.length > 1) hit('queuedFills', predicted.trades.length);
          book = after(book, report.orderId ?? '', incoming, predicted);
        };
        await sweep(1 + (first % (available - 1)));
        // What is left keeps its place before whoever comes now.
        const account = owners[first % 2]!;
        const newcomer = await venue.rest({
          ...{ account, symbol, side: makerSide, priceE4: at(1), qty: late },
        });
        const place: Resting = {
          ...{ id: newcomer.orderId, account, side: makerSide, priceE4: at(1), leavesQty: late },
        };
        book = [...book, place];
        await sweep(sum(book.map(({ leavesQty }) => leavesQty)));
      },
    ),
};

const makerPrice: Check = {
  id: 'maker-price',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ plan: scenes, generosity: fc.nat(5) }),
      async ({ plan, generosity }, session) => {
        const venue = venueSession(session);
        const { symbol, side, taker, makers, available, at } = await stage(venue, plan);
        const limitE4 = at(BEYOND_ALL + generosity);
        const report = await venue.submit({
          ...{ account: taker, symbol, side, priceE4: limitE4, qty: available },
        });
        const trades = await venue.trades(symbol);
        for (const fill of report.fills) {
          const { priceE4, makerOrderId, tradeId } = fill;
          const maker = makers.find(({ id }) => id === makerOrderId);
          hold(
            maker !== undefined,
            `${told(report)} reports a fill with the order ${makerOrderId}, which nobody placed.`,
            makers.map(({ id }) => id),
            fill,
          );
          hold(
            priceE4 === maker.priceE4,
            `${told(report)} traded at ${priceE4} with the order ${makerOrderId}, which rested at ${maker.priceE4}.`,
            maker.priceE4,
            priceE4,
          );
          const printed = trades.find((trade) => trade.tradeId === tradeId);
          hold(
            printed?.priceE4 === maker.priceE4,
            `Trade ${tradeId} with an order resting at ${maker.priceE4} ${printed ? `prints at ${printed.priceE4}` : 'is not in listTrades'}.`,
            maker.priceE4,
            printed,
          );
          if (maker.priceE4 !== limitE4) hit('priceImprovements');
        }
      },
      { runs: 25 },
    ),
};

const remainderRests: Check = {
  id: 'remainder-rests',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        plan: scenes,
        tif: fc.constantFrom('GTC', 'DAY', undefined),
        remainder: qtyArbitrary,
        joining: qtyArbitrary,
      }),
      async ({ plan, tif, remainder, joining }, session) => {
        const venue = venueSession(session);
        const { symbol, side, taker, owners, available, at } = await stage(venue, plan);
        const priceE4 = at(BEYOND_ALL);
        const report: ExecutionReport = await venue.submit({
          ...{ account: taker, symbol, side, priceE4, qty: available + remainder },
          ...(tif && { tif }),
        });
        const shown = await levelAt();
        holdSame(
          shown,
          { priceE4, qty: remainder, orders: 1 },
          `${told(report)} met ${available}, so ${remainder} should rest at ${priceE4}, alone.`,
        );
        await venue.rest({ account: owners[0]!, symbol, side, priceE4, qty: joining });
        holdSame(
          await levelAt(),
          { priceE4, qty: remainder + joining, orders: 2 },
          `${joining} joined the ${remainder} that rested at ${priceE4}, but the level does not show two orders of ${remainder + joining}.`,
        );
        hit('partialRests');

        async function levelAt() {
          const book = await venue.book(symbol);
          const level = book[side === 'BUY' ? 'bids' : 'asks'].find(
            (each) => each.priceE4 === priceE4,
          );
          return level ?? levelsText(book);
        }
      },
    ),
};

/** Fills as `qty@price`, neighbours of one maker price added up. */
function byLevel(
  fills: readonly Pick<Fill, 'makerOrderId' | 'qty'>[],
  makers: readonly Resting[],
): string[] {
  const levels: { priceE4: number | undefined; qty: number }[] = [];
  for (const { makerOrderId, qty } of fills) {
    const priceE4 = makers.find(({ id }) => id === makerOrderId)?.priceE4;
    const last = levels.at(-1);
    if (last && last.priceE4 === priceE4) last.qty += qty;
    else levels.push({ priceE4, qty });
  }
  return levels.map(({ priceE4, qty }) => `${qty}@${priceE4 ?? 'an unknown order'}`);
}

export const priceTimePriority: readonly Check[] = [
  pricePriority,
  timePriority,
  makerPrice,
  remainderRests,
];
