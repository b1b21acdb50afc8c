/** HFT-MATCH-07: a post-only order never takes liquidity. */
import fc from 'fast-check';
import type { Check } from '../check.ts';
import { holdSame } from '../kit/hold.ts';
import { qtyArbitrary, scenes, stage } from './scene.ts';
import { holdBookUnchanged, holdRejected, openOrder, told, venueSession } from './venueSession.ts';

const postOnlyRejected: Check = {
  id: 'post-only-rejected',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ plan: scenes, beyond: fc.nat(3), qty: qtyArbitrary, sender: fc.nat(2) }),
      async ({ plan, beyond, qty, sender }, session) => {
        const venue = venueSession(session);
        const { symbol, side, taker, owners, at } = await stage(venue, plan);
        const before = await venue.book(symbol);
        const best = Math.min(...plan.makers.map(({ away }) => away));
        // "With anybody": also when what it would meet is the sender's own.
        const account = [taker, ...owners][sender]!;
        const order = { account, symbol, side, priceE4: at(best + beyond), qty, postOnly: true };
        const report = await venue.submit(order);
        const meetsOwn = account !== taker;
        holdRejected(
          report,
          meetsOwn ? ['POST_ONLY_WOULD_CROSS', 'SELF_TRADE'] : ['POST_ONLY_WOULD_CROSS'],
          `post-only, and an order rests at ${at(best)}`,
        );
        holdBookUnchanged(before, await venue.book(symbol), `${told(report)}, post-only,`);
        hit('wouldCross');
      },
    ),
};

const postOnlyRests: Check = {
  id: 'post-only-rests',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ plan: scenes, behind: fc.integer({ min: 1, max: 4 }), qty: qtyArbitrary }),
      async ({ plan, behind, qty }, session) => {
        const venue = venueSession(session);
        const { symbol, side, taker, at } = await stage(venue, plan);
        const best = Math.min(...plan.makers.map(({ away }) => away));
        const priceE4 = at(best - behind);
        const order = { account: taker, symbol, side, priceE4, qty, postOnly: true };
        const report = await venue.submit(order);
        openOrder(report);
        const book = await venue.book(symbol);
        holdSame(
          book[side === 'BUY' ? 'bids' : 'asks'],
          [{ priceE4, qty, orders: 1 }],
          `${told(report)}, post-only, does not cross, so the book should show it.`,
        );
        hit('rested');
      },
    ),
};

export const postOnly: readonly Check[] = [postOnlyRejected, postOnlyRests];
