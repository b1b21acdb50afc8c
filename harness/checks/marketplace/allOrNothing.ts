/** MKT-INV-03.b: a reservation of which one line cannot be held, holds none. */
import fc from 'fast-check';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { refusedWith } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import { codeOf, counted, holdCounts, outputsOf } from './outcomes.ts';

const RACERS = 10;

export const allOrNothing: Check = {
  id: 'all-or-nothing',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        units: fc.integer({ min: 1, max: 5 }),
        /** Where the line that cannot be held stands. */
        place: fc.nat(3),
        scarce: fc.integer({ min: 1, max: 4 }),
      }),
      async ({ units, place, scarce }, session) => {
        const market = openMarket(session);
        await refusedWhole(market, units, place);
        context.hit('refused', 2);
        const refused = await raceForLines(market, scarce);
        await raceBesideARefusal(market, units);
        context.hit('races', 2);
        context.hit('refused', refused);
      },
      { runs: 3 },
    ),
};

/** One line cannot be held: there is too little of it, or it never was. */
async function refusedWhole(market: Market, units: number, place: number): Promise<void> {
  const plenty = await together(3, () => market.stocked(units));
  const short = await market.stocked(units - 1);
  const unknown = market.id('p-unknown');
  for (const [productId, code] of [
    [short, 'OUT_OF_STOCK'],
    [unknown, 'UNKNOWN_PRODUCT'],
  ] as const) {
    const lines = plenty.toSpliced(place, 0, productId);
    const reply = await market.tryReserve(productId, {
      lines: lines.map((each) => ({ productId: each, quantity: units })),
    });
    const what = `a reservation of ${lines.length} lines of which one cannot be held`;
    refusedWith(what, reply, code);
    for (const each of plenty) await holdCounts(market, each, counted({ onHand: units }), what);
    await holdCounts(market, short, counted({ onHand: units - 1 }), what);
  }
}

/**
 * Buyers who want two products, named in either order, and of one of them there are few.
 * @returns how many were refused
 */
async function raceForLines(market: Market, few: number): Promise<number> {
  const many = 2 * RACERS;
  const [abundant, scarce] = [await market.stocked(many), await market.stocked(few)];
  const both = [abundant, scarce].map((productId) => ({ productId, quantity: 1 }));
  const replies = await together(RACERS, (index) =>
    market.tryReserve(scarce, { lines: index % 2 === 0 ? both : both.toReversed() }),
  );
  const what = `${RACERS} buyers who want two products at once, of one of which there are ${few},`;
  const held = outputsOf(replies, 'OUT_OF_STOCK', what).length;
  hold(held === few, `Of ${what} ${few} should get them, but ${held} do.`, few, held);
  await holdCounts(market, scarce, counted({ onHand: few, held: few }), what);
  await holdCounts(market, abundant, counted({ onHand: many, held: few }), what);
  return RACERS - held;
}

/** What is refused for its second line never stands in the way of somebody who wants the first one. */
async function raceBesideARefusal(market: Market, units: number): Promise<void> {
  const wanted = await market.stocked(units);
  const soldOut = await market.stocked(0);
  const lines = [wanted, soldOut].map((productId) => ({ productId, quantity: units }));
  const refused = together(RACERS, () => market.tryReserve(wanted, { lines }));
  const buyer = market.tryReserve(wanted, { quantity: units });
  const reads = together(RACERS, () => market.stock(wanted));
  const [replies, bought, seen] = await Promise.all([refused, buyer, reads]);
  const what = 'a reservation whose second line is sold out';
  for (const reply of replies) refusedWith(what, reply, 'OUT_OF_STOCK');
  hold(
    bought.kind === 'ok',
    `Beside ${what}, which is refused, another buyer of all that is there of the first should get it, but is refused with ${codeOf(bought)}.`,
    'a reply',
    bought,
  );
  for (const { available, held } of seen) {
    hold(
      (available === units && held === 0) || (available === 0 && held === units),
      `Beside ${what} a read shows ${available} of ${units} available and ${held} held.`,
      'all of it, or nothing',
      { available, held },
    );
  }
  await holdCounts(market, wanted, counted({ onHand: units, held: units }), `${what}, refused,`);
}
