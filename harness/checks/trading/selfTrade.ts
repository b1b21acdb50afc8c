/** HFT-MATCH-08: two orders of the same account never trade with each other. */
import fc from 'fast-check';
import type {
  ExecutionReport,
  SelfTradePrevention,
  Side,
} from '../../../spec/trading/messages.d.ts';
import type { Check, Session } from '../check.ts';
import { hold, holdOneOf, holdSame } from '../kit/hold.ts';
import { oppositeOf, sum } from './model.ts';
import { qtyArbitrary, sideArbitrary } from './scene.ts';
import {
  openOrder,
  because,
  holdBookUnchanged,
  levelsText,
  priceAt,
  told,
  venueSession,
} from './venueSession.ts';
import type { OpenOrder, VenueSession } from './venueSession.ts';

const anyMode = fc.constantFrom<SelfTradePrevention | undefined>(
  undefined,
  'CANCEL_TAKER',
  'CANCEL_MAKER',
  'CANCEL_BOTH',
);

/** On the way of an incoming order: perhaps somebody's order, then one of its own account, then somebody's again. */
const crossings = fc.record({
  side: sideArbitrary,
  /** 0: nobody stands before the own order. */
  beforeQty: fc.integer({ min: 0, max: 5 }),
  ownQty: qtyArbitrary,
  behindQty: qtyArbitrary,
  /** The three stand at one price, one after another, or each at a worse price than the one before. */
  prices: fc.constantFrom<'one' | 'three'>('one', 'three'),
  /** How much more the incoming order wants than stands before the own one. */
  more: qtyArbitrary,
});
type Crossing = typeof crossings extends fc.Arbitrary<infer T> ? T : never;

interface Met {
  readonly venue: VenueSession;
  readonly symbol: string;
  readonly me: string;
  readonly own: OpenOrder;
  readonly behind: OpenOrder;
  readonly before: OpenOrder | undefined;
  readonly makerSide: Side;
  /** The limit of the incoming order; it reaches all three. */
  readonly limitE4: number;
  readonly ownPriceE4: number;
  readonly behindPriceE4: number;
}

async function meet(crossing: Crossing, session: Session): Promise<Met> {
  const { side, beforeQty, ownQty, behindQty, prices } = crossing;
  const venue = venueSession(session);
  const [symbol, me, other] = await Promise.all([
    venue.symbol('ACME'),
    venue.account('ann'),
    venue.account('bob'),
  ]);
  const makerSide = oppositeOf(side);
  const at = (away: number): number => priceAt(side === 'BUY' ? away : -away);
  const step = prices === 'one' ? 0 : 1;
  const rest = (account: string, away: number, qty: number): Promise<OpenOrder> =>
    venue.rest({ account, symbol, side: makerSide, priceE4: at(away), qty });
  const before = beforeQty > 0 ? await rest(other, 1, beforeQty) : undefined;
  const own = await rest(me, 1 + step, ownQty);
  const behind = await rest(other, 1 + 2 * step, behindQty);
  return {
    ...{ venue, symbol, me, own, behind, before, makerSide },
    ...{ limitE4: at(5), ownPriceE4: at(1 + step), behindPriceE4: at(1 + 2 * step) },
  };
}

const neverSelfTrades: Check = {
  id: 'never-self-trades',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        crossing: crossings,
        stp: anyMode,
        kind: fc.constantFrom('LIMIT', 'MARKET'),
        replaced: fc.boolean(),
      }),
      async ({ crossing, stp, kind, replaced }, session) => {
        const met = await meet(crossing, session);
        const { venue, symbol, me, limitE4 } = met;
        // A replaced order is still its account's.
        const own = replaced
          ? openOrder(await venue.replace(met.own, { qty: crossing.ownQty + 1 }))
          : met.own;
        const { side, beforeQty, ownQty, behindQty } = crossing;
        const qty = beforeQty + ownQty + behindQty;
        const standing = await standingQty(met);
        const report = await venue.submit({
          ...{ account: me, symbol, side, qty },
          ...(kind === 'LIMIT' ? { priceE4: limitE4 } : {}),
          ...(stp && { stp }),
        });
        const selfTrade = report.fills.find(({ makerOrderId }) => makerOrderId === own.orderId);
        hold(
          selfTrade === undefined,
          `${told(report)} of ${me} traded with ${own.orderId}, which is of the same account.`,
          'no such trade',
          selfTrade,
        );
        const maker = await venue.getOrder(me, own.clOrdId);
        hold(
          maker.cumQty === 0,
          `Only ${me} itself could trade with its order ${own.orderId}, and it has cumQty ${maker.cumQty}.`,
          0,
          maker.cumQty,
        );
        // What traded at all traded with the other account: nothing is left over for a print nobody was told of.
        const printed = await venue.trades(symbol);
        const unknown = printed.find(
          ({ tradeId }) => !report.fills.some((fill) => fill.tradeId === tradeId),
        );
        hold(
          unknown === undefined,
          `Trade ${unknown?.tradeId} of ${symbol} printed, but ${told(report)}, the only order that could trade, does not report it.`,
          undefined,
          unknown,
        );
        // Only what stands in the book can be met.
        if (standing === qty + (replaced ? 1 : 0)) hit('selfCrosses');
      },
      { runs: 30 },
    ),
};

/** How an incoming order ends that self-trade prevention cancelled. */
function holdTakerCanceled(report: ExecutionReport): void {
  const allowed: ExecutionReport['ordStatus'][] = ['CANCELED', 'EXPIRED'];
  if (report.cumQty === 0) allowed.push('REJECTED');
  holdOneOf(
    report.ordStatus,
    allowed,
    `${told(report)} met an order of its own account, so its remainder ends wrongly`,
  );
  holdOneOf(
    report.reason,
    ['SELF_TRADE'],
    `${told(report)} met an order of its own account and has the wrong reason`,
  );
}

async function standingQty({ venue, symbol, makerSide }: Met): Promise<number> {
  const book = await venue.book(symbol);
  return sum((makerSide === 'BUY' ? book.bids : book.asks).map(({ qty }) => qty));
}

async function levelQty({ venue, symbol, makerSide }: Met, priceE4: number): Promise<number> {
  const book = await venue.book(symbol);
  const levels = makerSide === 'BUY' ? book.bids : book.asks;
  return levels.find((level) => level.priceE4 === priceE4)?.qty ?? 0;
}

const cancelTaker: Check = {
  id: 'stp-cancel-taker',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        crossing: crossings,
        stp: fc.constantFrom<SelfTradePrevention | undefined>(undefined, 'CANCEL_TAKER'),
      }),
      async ({ crossing, stp }, session) => {
        const met = await meet(crossing, session);
        const { venue, symbol, me, own, limitE4, ownPriceE4, behindPriceE4 } = met;
        const { side, beforeQty, ownQty, behindQty, more } = crossing;
        const report = await venue.submit({
          ...{ account: me, symbol, side, priceE4: limitE4, qty: beforeQty + more },
          ...(stp && { stp }),
        });
        holdTakerCanceled(report);
        const maker = await venue.getOrder(me, own.clOrdId);
        hold(
          maker.ordStatus === 'NEW' && maker.leavesQty === ownQty,
          `${own.orderId} should stay as it was when CANCEL_TAKER cancels the incoming order, but is ${maker.ordStatus} with ${maker.leavesQty} open.`,
          { ordStatus: 'NEW', leavesQty: ownQty },
          maker,
        );
        const expected = ownPriceE4 === behindPriceE4 ? ownQty + behindQty : ownQty;
        const shown = await levelQty(met, ownPriceE4);
        hold(
          shown === expected,
          `After CANCEL_TAKER ${expected} should rest at ${ownPriceE4}, but the book of ${symbol} shows ${shown}.`,
          expected,
          shown,
        );
        hit('selfCrosses');
      },
    ),
};

const cancelMaker: Check = {
  id: 'stp-cancel-maker',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(crossings, async (crossing, session) => {
      const met = await meet(crossing, session);
      const { venue, symbol, me, own, limitE4 } = met;
      const { side, beforeQty, behindQty, more } = crossing;
      const qty = beforeQty + more;
      const report = await venue.submit({
        ...{ account: me, symbol, side, priceE4: limitE4, qty, stp: 'CANCEL_MAKER' },
      });
      const maker = await venue.getOrder(me, own.clOrdId);
      hold(
        maker.leavesQty === 0 && maker.ordStatus === 'CANCELED',
        `${own.orderId} should be cancelled in full by CANCEL_MAKER, but is ${maker.ordStatus} with ${maker.leavesQty} open.`,
        { ordStatus: 'CANCELED', leavesQty: 0 },
        maker,
      );
      const expected = beforeQty + Math.min(more, behindQty);
      hold(
        report.cumQty === expected,
        `${told(report)}, CANCEL_MAKER, should go on matching behind ${own.orderId} and trade ${expected}, but is ${report.ordStatus}${because(report)} with cumQty ${report.cumQty}.`,
        expected,
        report.cumQty,
      );
      const book = await venue.book(symbol);
      const left = met.makerSide === 'BUY' ? book.bids : book.asks;
      const leftQty = left.reduce((total, level) => total + level.qty, 0);
      hold(
        leftQty === Math.max(0, behindQty - more),
        `After CANCEL_MAKER the book of ${symbol} still shows ${leftQty} on the side of ${own.orderId}.`,
        Math.max(0, behindQty - more),
        levelsText(book),
      );
      hit('selfCrosses');
    }),
};

const cancelBoth: Check = {
  id: 'stp-cancel-both',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(crossings, async (crossing, session) => {
      const met = await meet(crossing, session);
      const { venue, symbol, me, own, behind, limitE4 } = met;
      const { side, beforeQty, behindQty, more } = crossing;
      const report = await venue.submit({
        ...{ account: me, symbol, side, priceE4: limitE4, qty: beforeQty + more },
        stp: 'CANCEL_BOTH',
      });
      holdTakerCanceled(report);
      const maker = await venue.getOrder(me, own.clOrdId);
      hold(
        maker.leavesQty === 0 && maker.ordStatus === 'CANCELED',
        `${own.orderId} should be cancelled in full by CANCEL_BOTH, but is ${maker.ordStatus} with ${maker.leavesQty} open.`,
        { ordStatus: 'CANCELED', leavesQty: 0 },
        maker,
      );
      const book = await venue.book(symbol);
      const [mine, theirs] =
        met.makerSide === 'BUY' ? [book.asks, book.bids] : [book.bids, book.asks];
      holdSame(
        { mine, theirs: theirs.map(({ qty, orders }) => ({ qty, orders })) },
        { mine: [], theirs: [{ qty: behindQty, orders: 1 }] },
        `After CANCEL_BOTH only ${behind.orderId} should rest in ${symbol}: ${levelsText(book)}.`,
      );
      hit('selfCrosses');
    }),
};

const reportsCanceled: Check = {
  id: 'stp-reports-canceled',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        crossing: crossings,
        stp: fc.constantFrom<SelfTradePrevention>('CANCEL_MAKER', 'CANCEL_BOTH'),
      }),
      async ({ crossing, stp }, session) => {
        const { venue, symbol, me, own, limitE4 } = await meet(crossing, session);
        const { side, beforeQty, ownQty, more } = crossing;
        const report = await venue.submit({
          ...{ account: me, symbol, side, priceE4: limitE4, qty: beforeQty + more, stp },
        });
        const { orderId, clOrdId } = own;
        const listed = (report.canceledOrders ?? []).map((each) => ({
          ...{ orderId: each.orderId, clOrdId: each.clOrdId, qty: each.qty, reason: each.reason },
        }));
        // Whether the incoming order lists itself too, where both are cancelled, is free.
        holdSame(
          listed.filter((each) => each.orderId !== report.orderId),
          [{ orderId, clOrdId, qty: ownQty, reason: 'SELF_TRADE' }],
          `${told(report)}, ${stp}, should list ${orderId}, and no other resting order, as cancelled.`,
        );
        const maker = await venue.getOrder(me, clOrdId);
        holdSame(
          { ordStatus: maker.ordStatus, reason: maker.reason },
          { ordStatus: 'CANCELED', reason: 'SELF_TRADE' },
          `${orderId}, cancelled by ${stp}, reads ${maker.ordStatus}${because(maker)}.`,
        );
        hit('canceledMakers');
      },
    ),
};

const fokBehindOwn: Check = {
  id: 'stp-fok',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ crossing: crossings, stp: anyMode, isFillable: fc.boolean() }),
      async ({ crossing, stp, isFillable }, session) => {
        const met = await meet(crossing, session);
        const { venue, symbol, me, own, limitE4 } = met;
        const { side, beforeQty, behindQty, more } = crossing;
        const order = { account: me, symbol, side, priceE4: limitE4, tif: 'FOK' } as const;
        const book = await venue.book(symbol);
        // What stands behind the own order does not count, even where there is enough of it.
        const short = await venue.submit({
          ...{ ...order, qty: beforeQty + Math.min(more, behindQty) },
          ...(stp && { stp }),
        });
        hold(
          short.cumQty === 0 && short.fills.length === 0,
          `${told(short)}, FOK, traded ${short.cumQty}, although only ${beforeQty} stand before ${own.orderId} of its own account.`,
          0,
          short.cumQty,
        );
        holdOneOf(
          short.ordStatus,
          ['REJECTED', 'CANCELED', 'EXPIRED'],
          `${told(short)}, an unfillable FOK, ends wrongly`,
        );
        holdOneOf(
          short.reason,
          ['FOK_UNFILLABLE', 'SELF_TRADE'],
          `${told(short)}, an unfillable FOK, has the wrong reason`,
        );
        holdBookUnchanged(book, await venue.book(symbol), `${told(short)}, an unfillable FOK,`);
        hit('ownOrderInTheWay');
        if (!isFillable || beforeQty === 0) return;
        const fits = await venue.submit({ ...order, qty: beforeQty, ...(stp && { stp }) });
        hold(
          fits.cumQty === beforeQty,
          `${told(fits)}, FOK, is ${fits.ordStatus}${because(fits)} with cumQty ${fits.cumQty}, although ${beforeQty} stand before ${own.orderId} of its own account.`,
          beforeQty,
          fits.cumQty,
        );
      },
    ),
};

export const selfTrade: readonly Check[] = [
  neverSelfTrades,
  cancelTaker,
  cancelMaker,
  cancelBoth,
  reportsCanceled,
  fokBehindOwn,
];
