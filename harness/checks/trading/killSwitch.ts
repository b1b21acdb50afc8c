/** HFT-RISK-06: after the kill switch nothing of the account trades. */
import fc from 'fast-check';
import type { Check } from '../check.ts';
import { witnessOf } from './auditJournal.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { oppositeOf } from './model.ts';
import { qtyArbitrary, sideArbitrary } from './scene.ts';
import {
  because,
  holdAccepted,
  holdRejected,
  priceAt,
  told,
  venueSession,
} from './venueSession.ts';
import type { OpenOrder } from './venueSession.ts';

/** Resting orders of the account, and orders that race for them. */
const RACING = 10;

const stopsTrading: Check = {
  id: 'mass-cancel-stops-trading',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ side: sideArbitrary, killAt: fc.nat(RACING), isDisabling: fc.boolean() }),
      async ({ side, killAt, isDisabling }, session) => {
        const venue = venueSession(session);
        const [symbol, account, other] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('ann'),
          venue.account('bob'),
        ]);
        const order = { account, symbol, side, priceE4: priceAt(0), qty: 1 };
        const own = new Set<string | null>();
        for (let placed = 0; placed <= RACING + 1; placed += 1) {
          own.add((await venue.rest(order)).orderId);
        }
        const take = () =>
          venue.submit({ ...order, account: other, side: oppositeOf(side), tif: 'IOC' });
        const first = await take();
        const wave = Array.from({ length: RACING }, (_, index) => index);
        const before = wave.filter((index) => index < killAt).map(take);
        const killed = venue.cancelAll(account, isDisabling || undefined);
        const after = wave.filter((index) => index >= killAt).map(take);
        const [{ auditSeq }, ...taken] = await Promise.all([killed, ...before, ...after]);
        const s = witnessOf({ auditSeq }, 'The reply of cancelAll');
        for (const report of [...taken, await take()]) {
          const met = report.fills.find(({ makerOrderId }) => own.has(makerOrderId));
          const isLate = witnessOf(report, told(report)) > s;
          hold(
            !(met && isLate),
            `Order ${met?.makerOrderId} of ${account} traded at auditSeq ${report.auditSeq}, after cancelAll had answered with auditSeq ${s}.`,
            `no trade above ${s}`,
            report,
          );
        }
        if (first.cumQty === 1) hit('raced');
      },
      { runs: 8 },
    ),
};

const disables: Check = {
  id: 'kill-switch',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ side: sideArbitrary, qty: qtyArbitrary }),
      async ({ side, qty }, session) => {
        const venue = venueSession(session);
        const [symbol, account] = await Promise.all([venue.symbol('ACME'), venue.account('ann')]);
        const order = { account, symbol, side, priceE4: priceAt(0), qty };
        const open = await venue.rest(order);
        await venue.cancelAll(account, true);
        const why = 'cancelAll with disable came before';
        for (const request of [order, { ...order, tif: 'IOC' as const }]) {
          holdRejected(await venue.submit(request), ['KILL_SWITCH'], why);
          hit('refused');
        }
        const replace = await venue.tryReplace(open.orderId, account, { qty: qty + 1 });
        // Its order is no longer open, which is a reason as good.
        const isRefused = replace.kind === 'refused' || replace.output.execType === 'REJECTED';
        hold(
          isRefused,
          `A replace of ${open.orderId} was carried out after cancelAll with disable.`,
          'a refusal',
          replace,
        );
        await venue.account('ann', { enabled: true });
        const again = await venue.submit(order);
        holdAccepted(again, 'limits with enabled were put');
        hit('reenabled');

        // Disabled by limits, an order may stay open, and is not to be replaced.
        const { orderId } = again;
        await venue.account('ann', { enabled: false });
        const second = await venue.tryReplace(orderId ?? '-', account, { qty: qty + 1 });
        if (second.kind === 'refused') return;
        hold(
          second.output.execType === 'REJECTED' && second.output.reason === 'KILL_SWITCH',
          `A replace of ${orderId} of the disabled ${account} should be REJECTED with KILL_SWITCH, but is ${second.output.execType}${because(second.output)}.`,
          { execType: 'REJECTED', reason: 'KILL_SWITCH' },
          second.output,
        );
      },
      { runs: 5 },
    ),
};

const massCancelComplete: Check = {
  id: 'mass-cancel-complete',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        orders: fc.array(fc.record({ symbol: fc.nat(1), qty: qtyArbitrary, ticks: fc.nat(3) }), {
          minLength: 2,
          maxLength: 5,
        }),
      }),
      async ({ side, orders }, session) => {
        const venue = venueSession(session);
        const [acme, bolt, account, other] = await Promise.all([
          venue.symbol('ACME'),
          venue.symbol('BOLT'),
          venue.account('ann'),
          venue.account('bob'),
        ]);
        const symbols = [acme, bolt];
        const ended = await venue.rest({
          ...{ account, symbol: acme, side, priceE4: priceAt(0), qty: 1 },
        });
        await venue.cancel(ended);
        const open: OpenOrder[] = [];
        for (const { symbol, qty, ticks } of orders) {
          const order = { symbol: symbols[symbol]!, side, priceE4: priceAt(ticks), qty };
          open.push(await venue.rest({ ...order, account }));
        }
        const foreign = await Promise.all(
          symbols.map((symbol) =>
            venue.rest({ account: other, symbol, side, priceE4: priceAt(0), qty: 7 }),
          ),
        );
        const { canceledOrders } = await venue.cancelAll(account);
        hold(
          canceledOrders === open.length,
          `cancelAll of ${account} answers ${canceledOrders} orders, but ${open.length} were open.`,
          open.length,
          canceledOrders,
        );
        for (const { clOrdId, orderId } of open) {
          const { ordStatus, leavesQty } = await venue.getOrder(account, clOrdId);
          holdSame(
            { ordStatus, leavesQty },
            { ordStatus: 'CANCELED', leavesQty: 0 },
            `${orderId} is ${ordStatus} with ${leavesQty} open after cancelAll of its account.`,
          );
          hit('canceled');
        }
        for (const [index, { clOrdId, orderId }] of foreign.entries()) {
          const { ordStatus } = await venue.getOrder(other, clOrdId);
          const book = await venue.book(symbols[index]!);
          holdSame(
            { ordStatus, levels: book[side === 'BUY' ? 'bids' : 'asks'] },
            { ordStatus: 'NEW', levels: [{ priceE4: priceAt(0), qty: 7, orders: 1 }] },
            `After cancelAll of ${account} only ${orderId} of ${other} should rest in ${symbols[index]}.`,
          );
        }
      },
      { runs: 8 },
    ),
};

export const killSwitch: readonly Check[] = [stopsTrading, disables, massCancelComplete];
