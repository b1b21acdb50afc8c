/** HFT-EXEC-02: a cancel takes an open order out, and nothing else. */
import fc from 'fast-check';
import type { ExecutionReport } from '../../../spec/trading/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdOneOf, holdSame, sameJson } from '../kit/hold.ts';
import { oppositeOf } from './model.ts';
import { qtyArbitrary, sideArbitrary } from './scene.ts';
import {
  holdBookUnchanged,
  levelsText,
  priceAt,
  stateOf,
  told,
  venueSession,
} from './venueSession.ts';
import type { Reply } from './venueSession.ts';

const cancelOpen: Check = {
  id: 'cancel-open',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        qty: qtyArbitrary,
        /** 0: it is cancelled untouched. */
        filled: fc.integer({ min: 0, max: 8 }),
        neighbour: qtyArbitrary,
      }),
      async ({ side, qty, filled, neighbour }, session) => {
        const venue = venueSession(session);
        const [symbol, owner, other] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('ann'),
          venue.account('bob'),
        ]);
        const order = { account: owner, symbol, side, priceE4: priceAt(0), qty: filled + qty };
        const open = await venue.rest(order);
        if (filled > 0) {
          const taker = { account: other, side: oppositeOf(side), qty: filled };
          await venue.submit({ ...order, ...taker });
        }
        await venue.rest({ ...order, account: other, qty: neighbour });
        const report = await venue.cancel(open);
        const { ordStatus, execType, leavesQty } = report;
        holdSame(
          { ordStatus, execType, leavesQty },
          { ordStatus: 'CANCELED', execType: 'CANCELED', leavesQty: 0 },
          `The cancel of ${open.orderId} reports ${ordStatus} (${execType}) with ${leavesQty} open.`,
        );
        const book = await venue.book(symbol);
        holdSame(
          book[side === 'BUY' ? 'bids' : 'asks'],
          [{ priceE4: priceAt(0), qty: neighbour, orders: 1 }],
          `After the cancel of ${open.orderId} only ${neighbour} of somebody else should rest in ${symbol}: ${levelsText(book)}.`,
        );
        const seen = await venue.getOrder(owner, open.clOrdId);
        hold(
          seen.ordStatus === 'CANCELED' && seen.leavesQty === 0,
          `${open.orderId} was cancelled, but reads ${seen.ordStatus} with ${seen.leavesQty} open.`,
          { ordStatus: 'CANCELED', leavesQty: 0 },
          seen,
        );
        hit('canceled');
      },
    ),
};

const cancelRefused: Check = {
  id: 'cancel-refused',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        qty: qtyArbitrary,
        end: fc.constantFrom('filled', 'canceled'),
      }),
      async ({ side, qty, end }, session) => {
        const venue = venueSession(session);
        const [symbol, owner, other] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('ann'),
          venue.account('bob'),
        ]);
        const order = { account: owner, symbol, side, priceE4: priceAt(0), qty };
        const ended = await venue.rest(order);
        if (end === 'filled') {
          await venue.submit({ ...order, account: other, side: oppositeOf(side) });
        } else await venue.cancel(ended);
        const open = await venue.rest(order);
        const before = await venue.book(symbol);
        const refuse = async (
          kind: 'unknown' | 'foreign' | 'terminal',
          answer: Reply<ExecutionReport>,
          codes: readonly string[],
        ): Promise<void> => {
          const code = answer.kind === 'refused' ? answer.problem.code : 'accepted';
          holdOneOf(code, codes, `The cancel of an order that is ${kind} is answered wrongly`);
          const what = `The refused cancel of an order that is ${kind}`;
          holdBookUnchanged(before, await venue.book(symbol), what);
          hit(kind);
        };
        const unknown = await venue.tryCancel(venue.id('no-such-order'), owner);
        await refuse('unknown', unknown, ['UNKNOWN_ORDER']);
        const foreign = await venue.tryCancel(open.orderId, other);
        await refuse('foreign', foreign, ['UNKNOWN_ORDER']);
        const terminal = await venue.tryCancel(ended.orderId, owner);
        await refuse('terminal', terminal, ['TOO_LATE_TO_CANCEL', 'UNKNOWN_ORDER']);
        const seen = await venue.getOrder(owner, open.clOrdId);
        hold(
          seen.ordStatus === 'NEW' && seen.leavesQty === qty,
          `${open.orderId} reads ${seen.ordStatus} with ${seen.leavesQty} open after a cancel by another account was refused.`,
          { ordStatus: 'NEW', leavesQty: qty },
          seen,
        );
        // The owner can: nothing here is refused because everything is.
        await venue.cancel(open);
      },
      { runs: 8 },
    ),
};

const cancelFillRace: Check = {
  id: 'cancel-fill-race',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        races: fc.array(
          fc.record({ qty: fc.integer({ min: 1, max: 4 }), takes: fc.integer({ min: 1, max: 4 }) }),
          { minLength: 5, maxLength: 5 },
        ),
        isCancelFirst: fc.boolean(),
      }),
      async ({ side, races, isCancelFirst }, session) => {
        const venue = venueSession(session);
        const [symbol, owner, other] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('ann'),
          venue.account('bob'),
        ]);
        for (const { qty, takes } of races) {
          const order = { account: owner, symbol, side, priceE4: priceAt(0) };
          const open = await venue.rest({ ...order, qty });
          const { orderId, clOrdId } = open;
          const cancel = () => venue.tryCancel(orderId, owner);
          const take = () =>
            venue.submit({
              ...{ ...order, account: other, side: oppositeOf(side), qty: takes },
              tif: 'IOC',
            });
          const [canceled, taken] = await (isCancelFirst
            ? Promise.all([cancel(), take()])
            : Promise.all([take(), cancel()]).then(([first, second]) => [second, first] as const));
          const seen = await venue.getOrder(owner, clOrdId);
          const why = `a cancel (${canceled.kind}) raced with ${told(taken)}, which traded ${taken.cumQty}`;
          hold(
            seen.cumQty === taken.cumQty && seen.leavesQty === 0,
            `${orderId} of ${qty} reads cumQty ${seen.cumQty} and leavesQty ${seen.leavesQty} after ${why}.`,
            { cumQty: taken.cumQty, leavesQty: 0 },
            seen,
          );
          const expected = canceled.kind === 'ok' ? 'CANCELED' : 'FILLED';
          hold(
            seen.ordStatus === expected && (expected === 'FILLED') === (seen.cumQty === qty),
            `${orderId} of ${qty} reads ${seen.ordStatus} with cumQty ${seen.cumQty} after ${why}.`,
            expected,
            seen,
          );
          const again = await venue.getOrder(owner, clOrdId);
          hold(
            sameJson(stateOf(again), stateOf(seen)),
            `${orderId} changed after it had ended as ${seen.ordStatus}: it reads ${again.ordStatus}.`,
            seen,
            again,
          );
          hit('races');
        }
      },
      { runs: 8 },
    ),
};

export const cancelOrders: readonly Check[] = [cancelOpen, cancelRefused, cancelFillRace];
