/** HFT-MATCH-02: after every command the book is uncrossed. */
import fc from 'fast-check';
import type { Book, Side } from '../../../spec/trading/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { oppositeOf } from './model.ts';
import { qtyArbitrary, sideArbitrary } from './scene.ts';
import { levelsText, priceAt, TICK_E4, venueSession } from './venueSession.ts';
import type { OpenOrder } from './venueSession.ts';

type Step =
  /** Priced relative to the best opposite price: 0 and above crosses. */
  | { kind: 'submit'; account: number; side: Side; ticksBeyond: number; qty: number }
  | { kind: 'replace'; pick: number; ticks: number; qty: number }
  | { kind: 'cancel'; pick: number };

const submit = (ticksBeyond: fc.Arbitrary<number>): fc.Arbitrary<Step> =>
  fc.record({
    kind: fc.constant('submit'),
    account: fc.nat(1),
    side: sideArbitrary,
    ticksBeyond,
    qty: qtyArbitrary,
  });
const other: fc.Arbitrary<Step> = fc.oneof(
  submit(fc.integer({ min: -6, max: 3 })),
  fc.record({
    kind: fc.constant('replace' as const),
    pick: fc.nat(),
    ticks: fc.integer({ min: -6, max: 6 }),
    qty: qtyArbitrary,
  }),
  fc.record({ kind: fc.constant('cancel' as const), pick: fc.nat() }),
);
const crossing = submit(fc.integer({ min: 0, max: 3 }));
const programs = fc
  .array(fc.tuple(other, crossing, other), { minLength: 2, maxLength: 4 })
  .map((groups) => groups.flat());

/** Far from everything and never used up, so that both sides always have a best price. */
const ANCHOR_TICKS = 30;
const ANCHOR_QTY = 1_000;

const uncrossed: Check = {
  id: 'uncrossed-book',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(programs, async (steps, session) => {
      const venue = venueSession(session);
      const [symbol, anchor, ...accounts] = await Promise.all([
        venue.symbol('ACME'),
        venue.account('anchor'),
        venue.account('ann'),
        venue.account('bob'),
      ]);
      const anchored = { account: anchor, symbol, qty: ANCHOR_QTY };
      await venue.rest({ ...anchored, side: 'BUY', priceE4: priceAt(-ANCHOR_TICKS) });
      await venue.rest({ ...anchored, side: 'SELL', priceE4: priceAt(ANCHOR_TICKS) });
      let book = await venue.book(symbol);
      const orders: OpenOrder[] = [];

      for (const step of steps) {
        const what = await carryOut(step);
        book = await venue.book(symbol);
        const bid = book.bids[0]?.priceE4;
        const ask = book.asks[0]?.priceE4;
        if (bid === undefined || ask === undefined) continue;
        hold(
          bid < ask,
          `After ${what} the best bid ${bid} of ${symbol} is not below the best ask ${ask}.`,
          'best bid below best ask',
          levelsText(book),
        );
        hit('twoSidedBooks');
      }

      async function carryOut(step: Step): Promise<string> {
        const { pick = 0 } = step as { pick?: number };
        const order = orders[pick % Math.max(1, orders.length)];
        if (step.kind === 'submit') return enter(step);
        if (!order) return 'nothing';
        const { orderId, account } = order;
        if (step.kind === 'cancel') {
          await venue.tryCancel(orderId, account);
          return `a cancel of ${orderId}`;
        }
        const change = { priceE4: priceAt(step.ticks), qty: step.qty };
        await venue.tryReplace(orderId, account, change);
        return `a replace of ${orderId} to ${change.qty} at ${change.priceE4}`;
      }

      async function enter(step: Extract<Step, { kind: 'submit' }>): Promise<string> {
        const { side, qty, ticksBeyond } = step;
        const priceE4 =
          bestOpposite(book, side) + (side === 'BUY' ? 1 : -1) * ticksBeyond * TICK_E4;
        const account = accounts[step.account]!;
        if (ticksBeyond >= 0) hit('crossingOrders');
        const report = await venue.submit({ account, symbol, side, priceE4, qty });
        const { orderId, clOrdId } = report;
        if (orderId !== null) orders.push({ orderId, clOrdId, account, report });
        return `the ${side} of ${qty} at ${priceE4}`;
      }
    }),
};

function bestOpposite(book: Book, side: Side): number {
  const levels = oppositeOf(side) === 'BUY' ? book.bids : book.asks;
  return levels[0]?.priceE4 ?? priceAt(0);
}

export const uncrossedBook: readonly Check[] = [uncrossed];
