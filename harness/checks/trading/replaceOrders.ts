/** HFT-EXEC-01: what a replace does to an order's quantity and to its place in the queue. */
import fc from 'fast-check';
import type { ExecutionReport } from '../../../spec/trading/messages.d.ts';
import type { Check, Session } from '../check.ts';
import { hold, holdOneOf, holdSame } from '../kit/hold.ts';
import { oppositeOf, predict } from './model.ts';
import { BEYOND_ALL, qtyArbitrary, scenes, sideArbitrary, stage } from './scene.ts';
import {
  because,
  holdBookUnchanged,
  openOrder,
  priceAt,
  told,
  venueSession,
} from './venueSession.ts';
import type { OpenOrder } from './venueSession.ts';

/** Three orders at one price; the one picked is replaced, then somebody takes them all. */
const queues = fc.record({
  side: sideArbitrary,
  qtys: fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 2, max: 9 }))),
  pick: fc.nat(2),
});
type Queue = typeof queues extends fc.Arbitrary<infer T> ? T : never;

const QUEUE_TICKS = 2;

async function queueUp({ side, qtys }: Queue, session: Session) {
  const venue = venueSession(session);
  const [symbol, taker, ...owners] = await Promise.all([
    venue.symbol('ACME'),
    venue.account('tom'),
    venue.account('ann'),
    venue.account('bob'),
    venue.account('cat'),
  ]);
  const at = (away: number): number => priceAt(side === 'SELL' ? away : -away);
  const orders: OpenOrder[] = [];
  for (const [index, qty] of qtys.entries()) {
    const account = owners[index]!;
    orders.push(await venue.rest({ account, symbol, side, priceE4: at(QUEUE_TICKS), qty }));
  }
  const sweep = (): Promise<ExecutionReport> =>
    venue.submit({
      ...{ account: taker, symbol, side: oppositeOf(side), priceE4: at(BEYOND_ALL), qty: 100 },
      tif: 'IOC',
    });
  return { venue, symbol, taker, orders, at, sweep };
}

/** The order goes by its new orderId, if the venue gave it one. */
function holdReplaced(report: ExecutionReport, order: OpenOrder): OpenOrder {
  hold(
    report.execType !== 'REJECTED' && report.ordStatus !== 'REJECTED',
    `The replace of ${order.orderId} should be accepted, but was refused${because(report)}.`,
    'accepted',
    report,
  );
  return openOrder(report);
}

const keepsPriority: Check = {
  id: 'replace-keeps-priority',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ queue: queues, less: fc.nat(99), tellsPrice: fc.boolean() }),
      async ({ queue, less, tellsPrice }, session) => {
        const { venue, orders, at, sweep } = await queueUp(queue, session);
        const order = orders[queue.pick]!;
        const qty = 1 + (less % (queue.qtys[queue.pick]! - 1));
        const report = await venue.replace(order, {
          qty,
          ...(tellsPrice && { priceE4: at(QUEUE_TICKS) }),
        });
        const replaced = holdReplaced(report, order);
        const expected = orders.map(({ orderId }, index) =>
          index === queue.pick ? replaced.orderId : orderId,
        );
        const taker = await sweep();
        const met = taker.fills.map(({ makerOrderId }) => makerOrderId);
        holdSame(
          met,
          expected,
          `${replaced.orderId} was only made smaller (to ${qty}), so it should trade in its old place, ${queue.pick + 1} of 3.`,
        );
        hit('kept');
      },
    ),
};

const losesPriority: Check = {
  id: 'replace-loses-priority',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        queue: queues,
        change: fc.constantFrom('larger', 'moved', 'moved-and-larger', 'moved-and-smaller'),
        by: qtyArbitrary,
      }),
      async ({ queue, change, by }, session) => {
        const { venue, symbol, orders, at, sweep } = await queueUp(queue, session);
        const order = orders[queue.pick]!;
        const oldQty = queue.qtys[queue.pick]!;
        const others = orders.filter((each) => each !== order).map(({ orderId }) => orderId);
        const qty = change.endsWith('larger')
          ? oldQty + by
          : change.endsWith('smaller')
            ? oldQty - 1
            : undefined;
        let expected = others;
        if (change !== 'larger') {
          // At the price to which it moves somebody stands already.
          const account = await venue.account('dan');
          const { side } = queue;
          const priceE4 = at(QUEUE_TICKS + 1);
          const there = await venue.rest({ account, symbol, side, priceE4, qty: by });
          expected = [...others, there.orderId];
        }
        const report = await venue.replace(order, {
          ...(qty !== undefined && { qty }),
          ...(change !== 'larger' && { priceE4: at(QUEUE_TICKS + 1) }),
        });
        const replaced = holdReplaced(report, order);
        const met = (await sweep()).fills.map(({ makerOrderId }) => makerOrderId);
        holdSame(
          met,
          [...expected, replaced.orderId],
          `${replaced.orderId} was ${change.replaceAll('-', ' ')}, so it should trade after everybody who stood at its price.`,
        );
        hit('lost');
      },
    ),
};

const totalQuantity: Check = {
  id: 'replace-total-quantity',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        filled: qtyArbitrary,
        left: qtyArbitrary,
        newLeft: qtyArbitrary,
        moves: fc.boolean(),
      }),
      async ({ side, filled, left, newLeft, moves }, session) => {
        const venue = venueSession(session);
        const [symbol, owner, taker] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('ann'),
          venue.account('tom'),
        ]);
        const order = { account: owner, symbol, side, priceE4: priceAt(0), qty: filled + left };
        const open = await venue.rest(order);
        await venue.submit({ ...order, account: taker, side: oppositeOf(side), qty: filled });
        // A replace that changes nothing is free, so the quantity always changes.
        const target = newLeft === left ? left + 1 : newLeft;
        const priceE4 = priceAt(moves ? 1 : 0);
        const report = await venue.replace(open, {
          qty: filled + target,
          ...(moves && { priceE4 }),
        });
        holdReplaced(report, open);
        const shown = { orderQty: filled + target, cumQty: filled, leavesQty: target };
        for (const seen of [report, await venue.getOrder(owner, report.clOrdId)]) {
          const { orderQty, cumQty, leavesQty } = seen;
          holdSame(
            { orderQty, cumQty, leavesQty },
            shown,
            `An order with ${filled} filled was replaced to a total of ${filled + target}, so ${target} should be open, not ${leavesQty}.`,
          );
        }
        const book = await venue.book(symbol);
        holdSame(
          book[side === 'BUY' ? 'bids' : 'asks'],
          [{ priceE4, qty: target, orders: 1 }],
          `An order with ${filled} filled was replaced to a total of ${filled + target} at ${priceE4}, so the book should show ${target} there.`,
        );
        hit('afterPartialFill');
      },
    ),
};

const belowFilled: Check = {
  id: 'replace-below-filled',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        filled: qtyArbitrary,
        left: qtyArbitrary,
        below: fc.integer({ min: 0, max: 9 }),
      }),
      async ({ side, filled, left, below }, session) => {
        const venue = venueSession(session);
        const [symbol, owner, taker] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('ann'),
          venue.account('tom'),
        ]);
        const order = { account: owner, symbol, side, priceE4: priceAt(0), qty: filled + left };
        const open = await venue.rest(order);
        const take = { ...order, account: taker, side: oppositeOf(side), tif: 'IOC' } as const;
        const part = await venue.submit({ ...take, qty: filled });
        hold(
          part.cumQty === filled,
          `${told(part)} traded ${part.cumQty} with the order of ${filled + left} that rested.`,
          filled,
          part.cumQty,
        );
        const qty = Math.max(1, filled - below);
        const what = `the replace of ${open.orderId} to a total of ${qty}, of which ${filled} had traded`;
        const answer = await venue.tryReplace(open.orderId, owner, { qty });
        const isRefused = answer.kind === 'refused' || answer.output.execType === 'REJECTED';
        if (qty === filled && answer.kind === 'ok' && !isRefused) {
          const { ordStatus } = answer.output;
          holdOneOf(ordStatus, ['FILLED', 'CANCELED'], `After ${what} it ends wrongly`);
        } else if (qty === filled) {
          hold(false, `It should end the order: ${what}.`, 'FILLED or CANCELED', answer);
        } else if (!isRefused && answer.kind === 'ok') {
          holdOneOf(answer.output.ordStatus, ['CANCELED'], `After ${what} it ends wrongly`);
        }
        const probe = await venue.submit({ ...take, qty: 2 * (filled + left) });
        const expected = isRefused ? left : 0;
        hold(
          probe.cumQty === expected,
          `After ${what} ${isRefused ? 'was refused ' : ''}${expected} should be open, but ${told(probe)} traded ${probe.cumQty} with it.`,
          expected,
          probe.cumQty,
        );
        hit('atOrBelowFilled');
      },
    ),
};

const marketable: Check = {
  id: 'replace-marketable',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ plan: scenes, extra: fc.integer({ min: -9, max: 9 }), reach: fc.nat(3) }),
      async ({ plan, extra, reach }, session) => {
        const venue = venueSession(session);
        const { symbol, side, taker, makers, available, at } = await stage(venue, plan);
        const qty = Math.max(1, available + extra);
        const open = await venue.rest({ account: taker, symbol, side, priceE4: at(0), qty });
        const best = Math.min(...plan.makers.map(({ away }) => away));
        const priceE4 = at(best + reach);
        const incoming = { account: taker, side, priceE4, qty, type: 'LIMIT' } as const;
        const { trades, cumQty, leavesQty } = predict(makers, incoming);
        const report = await venue.replace(open, { priceE4 });
        hold(
          report.execType !== 'REJECTED',
          `The replace of ${open.orderId} to ${priceE4}, where it can trade, was refused${because(report)}.`,
          'accepted',
          report,
        );
        holdSame(
          { cumQty: report.cumQty, leavesQty: report.leavesQty },
          { cumQty, leavesQty },
          `${open.orderId} was replaced to ${priceE4}, within which ${cumQty} could trade, but has cumQty ${report.cumQty} and leavesQty ${report.leavesQty}.`,
        );
        const told = report.fills.reduce((total, fill) => total + fill.qty, 0);
        hold(
          told === cumQty,
          `The report of the replace of ${open.orderId} has fills of ${told}, but ${cumQty} traded by it.`,
          cumQty,
          report.fills,
        );
        hit('trades', Math.min(1, trades.length));
      },
    ),
};

/** Few enough that a replace can ask for more. */
const MAX_ORDER_QTY = 20;
/** Outside the collar of every symbol, which is 50 %. */
const FAR_TICKS = 6_000;

const refusedChangesNothing: Check = {
  id: 'replace-refused-unchanged',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        qty: qtyArbitrary,
        why: fc.constantFrom('POST_ONLY_WOULD_CROSS', 'PRICE_COLLAR', 'RISK_MAX_ORDER_QTY'),
      }),
      async ({ side, qty, why }, session) => {
        const venue = venueSession(session);
        const [symbol, maker, taker] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('mia', { maxOrderQty: MAX_ORDER_QTY }),
          venue.account('tom'),
        ]);
        const at = (away: number): number => priceAt(side === 'SELL' ? away : -away);
        const other = { account: taker, symbol, side: oppositeOf(side) };
        await venue.rest({ ...other, priceE4: at(-1), qty: 1 });
        const order = await venue.rest({
          ...{ account: maker, symbol, side, priceE4: at(2), qty, postOnly: true },
        });
        const before = await venue.book(symbol);
        const change = {
          POST_ONLY_WOULD_CROSS: { priceE4: at(-1), qty: qty + 1 },
          PRICE_COLLAR: { priceE4: priceAt(FAR_TICKS), qty: qty + 1 },
          RISK_MAX_ORDER_QTY: { qty: MAX_ORDER_QTY + 1 },
        }[why];
        const report = await venue.replace(order, change);
        const what = `The replace of ${order.orderId} to ${JSON.stringify(change)}`;
        hold(
          report.execType === 'REJECTED',
          `${what} should be refused with ${why}, but is ${report.execType}${because(report)}.`,
          { execType: 'REJECTED', reason: why },
          report,
        );
        holdBookUnchanged(before, await venue.book(symbol), `${what} was refused, and still it`);
        const now = await venue.getOrder(maker, order.clOrdId);
        holdSame(
          [now.ordStatus, now.orderQty, now.leavesQty],
          ['NEW', qty, qty],
          `${what} was refused, but ordStatus, orderQty or leavesQty of the order changed.`,
        );
        const taken = await venue.submit({ ...other, priceE4: at(2), qty: qty + 1, tif: 'IOC' });
        hold(
          taken.cumQty === qty,
          `${what} was refused, but afterwards ${taken.cumQty} of the order traded, not the ${qty} that rested.`,
          qty,
          taken.cumQty,
        );
        hit('refused');
      },
    ),
};

export const replaceOrders: readonly Check[] = [
  keepsPriority,
  losesPriority,
  totalQuantity,
  belowFilled,
  marketable,
  refusedChangesNothing,
];
