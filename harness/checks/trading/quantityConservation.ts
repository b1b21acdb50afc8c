/** HFT-MATCH-03: no quantity appears or vanishes. */
import fc from 'fast-check';
import type { ExecutionReport } from '../../../spec/trading/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { sum } from './model.ts';
import { BEYOND_ALL, qtyArbitrary, scenes, stage } from './scene.ts';
import { told, venueSession } from './venueSession.ts';

const openOrderQuantities: Check = {
  id: 'open-order-quantities',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ plan: scenes, first: fc.nat(99), beyond: qtyArbitrary }),
      async ({ plan, first, beyond }, session) => {
        const venue = venueSession(session);
        const { symbol, side, taker, open, makers, available, at } = await stage(venue, plan);
        const priceE4 = at(BEYOND_ALL);
        const look = (report: ExecutionReport, orderQty: number): void => {
          const { ordStatus, cumQty, leavesQty } = report;
          if (ordStatus !== 'NEW' && ordStatus !== 'PARTIALLY_FILLED') return;
          hold(
            report.orderQty === orderQty && orderQty === cumQty + leavesQty,
            `${told(report)}, ordered as ${orderQty}, is ${ordStatus} with orderQty ${report.orderQty}, cumQty ${cumQty} and leavesQty ${leavesQty}, which do not add up.`,
            { orderQty, sum: orderQty },
            { orderQty: report.orderQty, sum: cumQty + leavesQty },
          );
          if (cumQty > 0) hit('partialFills');
        };
        const lookAtMakers = async (): Promise<void> => {
          for (const [index, { account, clOrdId }] of open.entries()) {
            look(await venue.getOrder(account, clOrdId), makers[index]!.leavesQty);
          }
        };
        for (const [index, { report }] of open.entries()) look(report, makers[index]!.leavesQty);
        // Part of what rests, then more than is left: the incoming order is partially filled itself.
        const part = first % available;
        if (part > 0) {
          look(await venue.submit({ account: taker, symbol, side, priceE4, qty: part }), part);
          await lookAtMakers();
        }
        const qty = available - part + beyond;
        const incoming = await venue.submit({ account: taker, symbol, side, priceE4, qty });
        look(incoming, qty);
        look(await venue.getOrder(taker, incoming.clOrdId), qty);
      },
      { runs: 25 },
    ),
};

const bothSidesFilled: Check = {
  id: 'both-sides-filled',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ plan: scenes, takes: fc.array(qtyArbitrary, { minLength: 2, maxLength: 4 }) }),
      async ({ plan, takes }, session) => {
        const venue = venueSession(session);
        const { symbol, side, taker, open, at } = await stage(venue, plan);
        const priceE4 = at(BEYOND_ALL);
        const filledOf = new Map<string, number>();
        for (const qty of takes) {
          const report = await venue.submit({
            ...{ account: taker, symbol, side, priceE4, qty, tif: 'IOC' },
          });
          const filled = sum(report.fills.map((fill) => fill.qty));
          hold(
            report.cumQty === filled,
            `${told(report)} has cumQty ${report.cumQty}, but its fills add up to ${filled}.`,
            filled,
            report.cumQty,
          );
          for (const fill of report.fills) {
            const before = filledOf.get(fill.makerOrderId) ?? 0;
            filledOf.set(fill.makerOrderId, before + fill.qty);
          }
          hit('trades', report.fills.length);
        }
        for (const { orderId, account, clOrdId } of open) {
          const maker = await venue.getOrder(account, clOrdId);
          const expected = filledOf.get(orderId) ?? 0;
          hold(
            maker.cumQty === expected,
            `The fills of ${orderId} told to its counterparties add up to ${expected}, but it has cumQty ${maker.cumQty}.`,
            expected,
            maker.cumQty,
          );
        }
      },
      // The first order of each run always trades.
      { runs: 30 },
    ),
};

const terminalQuantities: Check = {
  id: 'terminal-quantities',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ plan: scenes, beyond: qtyArbitrary }),
      async ({ plan, beyond }, session) => {
        const venue = venueSession(session);
        const { symbol, side, makerSide, taker, owners, open, available, at } = await stage(
          venue,
          plan,
        );
        const priceE4 = at(BEYOND_ALL);
        const filledOf = new Map<string, number>();
        const note = (report: ExecutionReport): ExecutionReport => {
          for (const { makerOrderId, qty } of report.fills) {
            filledOf.set(makerOrderId, (filledOf.get(makerOrderId) ?? 0) + qty);
          }
          if (report.orderId !== null) {
            const own = sum(report.fills.map(({ qty }) => qty));
            filledOf.set(report.orderId, (filledOf.get(report.orderId) ?? 0) + own);
          }
          return report;
        };
        const order = { account: taker, symbol, side, priceE4 };
        // One order ends in each way: filled, IOC, MARKET, FOK, cancelled, expired, cancelled in bulk.
        const ends = [
          note(await venue.submit({ ...order, qty: 1 })),
          note(await venue.submit({ ...order, qty: available + beyond, tif: 'IOC' })),
          note(await venue.submit({ ...order, qty: beyond, tif: 'FOK' })),
        ];
        const rest = { account: taker, symbol, side, priceE4: at(1) };
        const day = await venue.rest({ ...rest, qty: beyond, tif: 'DAY' });
        const canceled = await venue.rest({ ...rest, qty: beyond });
        const bulk = await venue.rest({ ...rest, qty: beyond + 1 });
        // Takes 1 of the order that stands first, which is then terminal and partially filled, or filled.
        note(await venue.submit({ ...rest, account: owners[0]!, side: makerSide, qty: 1 }));
        await venue.call('endSession', { symbol });
        ends.push(await venue.cancel(canceled));
        await venue.cancelAll(taker);
        for (const { account, clOrdId } of [...open, day, canceled, bulk]) {
          ends.push(await venue.getOrder(account, clOrdId));
        }
        for (const report of ends) {
          const { ordStatus, leavesQty, cumQty, orderId } = report;
          if (ordStatus === 'NEW' || ordStatus === 'PARTIALLY_FILLED') continue;
          hold(
            leavesQty === 0,
            `${told(report)} is ${ordStatus}, but has leavesQty ${leavesQty}.`,
            0,
            leavesQty,
          );
          const filled = filledOf.get(orderId ?? '') ?? 0;
          hold(
            cumQty === filled,
            `${told(report)} is ${ordStatus} with cumQty ${cumQty}, but its fills add up to ${filled}.`,
            filled,
            cumQty,
          );
          if (orderId !== null) hit('terminalOrders');
        }
      },
      { runs: 12 },
    ),
};

export const quantityConservation: readonly Check[] = [
  openOrderQuantities,
  bothSidesFilled,
  terminalQuantities,
];
