/** HFT-SEC-01: an account cannot see or touch another account's orders. */
import fc from 'fast-check';
import type { ExecutionReport } from '../../../spec/trading/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { qtyArbitrary, sideArbitrary } from './scene.ts';
import { holdBookUnchanged, priceAt, venueSession } from './venueSession.ts';

const orders = fc.record({ side: sideArbitrary, qty: qtyArbitrary });

const foreignOrdersHidden: Check = {
  id: 'foreign-orders-hidden',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      orders,
      async ({ side, qty }, session) => {
        const venue = venueSession(session);
        const [symbol, owner, other] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('ann'),
          venue.account('bob'),
        ]);
        const { orderId, clOrdId } = await venue.rest({
          ...{ account: owner, symbol, side, priceE4: priceAt(0), qty },
        });
        const before = await venue.book(symbol);
        const attempts = {
          cancel: () => venue.tryCancel(orderId, other),
          replace: () => venue.tryReplace(orderId, other, { qty: qty + 1 }),
        };
        for (const [what, attempt] of Object.entries(attempts)) {
          const answer = await attempt();
          const code = answer.kind === 'refused' ? answer.problem.code : 'accepted';
          hold(
            code === 'UNKNOWN_ORDER',
            `A ${what} of ${orderId} by an account that does not own it should be UNKNOWN_ORDER, but is ${code}.`,
            'UNKNOWN_ORDER',
            code,
          );
          const now = `A ${what} of ${orderId} by an account that does not own it`;
          holdBookUnchanged(before, await venue.book(symbol), now);
          hit('attempts');
        }
        const { ordStatus, leavesQty } = await venue.getOrder(owner, clOrdId);
        hold(
          ordStatus === 'NEW' && leavesQty === qty,
          `${orderId} is ${ordStatus} with ${leavesQty} open after another account tried to touch it.`,
          { ordStatus: 'NEW', leavesQty: qty },
          { ordStatus, leavesQty },
        );
        // Its owner can: it is not hidden from everybody.
        await venue.cancel({ orderId, account: owner, clOrdId, report: {} as ExecutionReport });
      },
      { runs: 6 },
    ),
};

const foreignOrdersUnreadable: Check = {
  id: 'foreign-orders-unreadable',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      orders,
      async ({ side, qty }, session) => {
        const venue = venueSession(session);
        const [symbol, owner, other] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('ann'),
          venue.account('bob'),
        ]);
        const { clOrdId } = await venue.rest({
          ...{ account: owner, symbol, side, priceE4: priceAt(0), qty },
        });
        const answer = await venue.attempt('getOrder', { account: other, clOrdId });
        const code = answer.kind === 'refused' ? answer.problem.code : 'an order';
        hold(
          code === 'UNKNOWN_ORDER',
          `getOrder of ${other} with the clOrdId of an order of ${owner} should be UNKNOWN_ORDER, but answers ${code}.`,
          'UNKNOWN_ORDER',
          answer,
        );
        const own = await venue.getOrder(owner, clOrdId);
        hold(
          own.account === owner && own.clOrdId === clOrdId && own.leavesQty === qty,
          `getOrder of ${owner} does not find its own order ${clOrdId} of ${qty}.`,
          { account: owner, clOrdId, leavesQty: qty },
          own,
        );
        hit('attempts');
      },
      { runs: 6 },
    ),
};

export const separateAccounts: readonly Check[] = [foreignOrdersHidden, foreignOrdersUnreadable];
