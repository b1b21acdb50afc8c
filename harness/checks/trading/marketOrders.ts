/** HFT-MATCH-06: a MARKET order never rests and never reports a fill that did not happen. */
import fc from 'fast-check';
import type { TimeInForce } from '../../../spec/trading/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdOneOf, sameJson } from '../kit/hold.ts';
import { qtyArbitrary, scenes, sideArbitrary, stage } from './scene.ts';
import { levelsText, priceAt, told, venueSession } from './venueSession.ts';

const anyTif = fc.constantFrom<TimeInForce | undefined>(undefined, 'GTC', 'DAY', 'IOC', 'FOK');
/** Those that leave NO_LIQUIDITY as the only reason of a remainder. */
const plainTif = fc.constantFrom<TimeInForce | undefined>(undefined, 'GTC', 'DAY');

const marketNeverRests: Check = {
  id: 'market-never-rests',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ plan: scenes, tif: anyTif, extra: qtyArbitrary }),
      async ({ plan, tif, extra }, session) => {
        const venue = venueSession(session);
        const { symbol, side, makerSide, taker, owners, available, at } = await stage(venue, plan);
        const mine = side === 'BUY' ? 'bids' : 'asks';
        // Own side's best, so that a remainder which rests anywhere shows.
        await venue.rest({ account: owners[0]!, symbol, side, priceE4: at(0), qty: extra });
        const before = await venue.book(symbol);
        const qty = available + extra;
        const report = await venue.submit({
          ...{ account: taker, symbol, side, qty },
          ...(tif && { tif }),
        });
        const book = await venue.book(symbol);
        hold(
          report.leavesQty === 0 && sameJson(book[mine], before[mine]),
          `${told(report)}, MARKET${tif ? ` ${tif}` : ''}, rests: it has leavesQty ${report.leavesQty}, and the ${mine} of ${symbol} were ${levelsText(before)}.`,
          { leavesQty: 0, book: levelsText(before) },
          { leavesQty: report.leavesQty, book: levelsText(book) },
        );
        const probe = await venue.submit({
          ...{ account: owners[1]!, symbol, side: makerSide, priceE4: at(0), qty: 2 * extra },
          tif: 'IOC',
        });
        hold(
          probe.cumQty <= extra,
          `${told(report)}, MARKET, rests: ${told(probe)} traded ${probe.cumQty} afterwards, where only ${extra} had been bid or offered.`,
          extra,
          probe.cumQty,
        );
        if (report.cumQty < qty && probe.cumQty === extra) hit('remainders');
      },
    ),
};

const marketEmptyBook: Check = {
  id: 'market-empty-book',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ side: sideArbitrary, tif: anyTif, qty: qtyArbitrary, own: fc.boolean() }),
      async ({ side, tif, qty, own }, session) => {
        const venue = venueSession(session);
        const [symbol, taker, other] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('tom'),
          venue.account('mia'),
        ]);
        // Orders of its own side are nothing to trade with.
        const order = await venue.rest({
          ...{ account: own ? taker : other, symbol, side, priceE4: priceAt(0), qty },
        });
        const report = await venue.submit({
          ...{ account: taker, symbol, side, qty },
          ...(tif && { tif }),
        });
        holdOneOf(
          report.ordStatus,
          ['REJECTED', 'CANCELED', 'EXPIRED'],
          `${told(report)}, MARKET, met an empty side and ends wrongly`,
        );
        hold(
          report.cumQty === 0 && report.fills.length === 0,
          `${told(report)}, MARKET, met an empty side, but reports ${report.cumQty} filled.`,
          { cumQty: 0, fills: [] },
          { cumQty: report.cumQty, fills: report.fills },
        );
        hit('emptyBooks');
        await venue.cancel(order);
      },
      { runs: 12 },
    ),
};

const marketRemainder: Check = {
  id: 'market-remainder',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ plan: scenes, tif: plainTif, extra: qtyArbitrary }),
      async ({ plan, tif, extra }, session) => {
        const venue = venueSession(session);
        const { symbol, side, taker, available } = await stage(venue, plan);
        const report = await venue.submit({
          ...{ account: taker, symbol, side, qty: available + extra },
          ...(tif && { tif }),
        });
        hold(
          report.cumQty > 0,
          `${told(report)}, MARKET, traded nothing, although ${available} rested.`,
          available,
          report.cumQty,
        );
        holdOneOf(
          report.ordStatus,
          ['CANCELED', 'EXPIRED'],
          `${told(report)}, MARKET, has traded ${report.cumQty} and ends wrongly`,
        );
        holdOneOf(
          report.reason,
          ['NO_LIQUIDITY'],
          `${told(report)}, MARKET, has traded ${report.cumQty} and has the wrong reason`,
        );
        hit('remainders');
      },
    ),
};

export const marketOrders: readonly Check[] = [marketNeverRests, marketEmptyBook, marketRemainder];
