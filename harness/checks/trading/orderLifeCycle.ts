/** HFT-EXEC-05: ordStatus follows the FIX state graph. */
import fc from 'fast-check';
import type { ExecutionReport, OrdStatus } from '../../../spec/trading/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { oppositeOf } from './model.ts';
import { qtyArbitrary, sideArbitrary } from './scene.ts';
import { priceAt, told, venueSession } from './venueSession.ts';
import type { OpenOrder, VenueSession } from './venueSession.ts';

/** What may follow what; nothing follows a terminal state but itself. */
const NEXT: Record<OrdStatus, readonly OrdStatus[]> = {
  NEW: ['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED'],
  PARTIALLY_FILLED: ['PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED'],
  FILLED: ['FILLED'],
  CANCELED: ['CANCELED'],
  EXPIRED: ['EXPIRED'],
  REJECTED: ['REJECTED'],
};

const statusGraph: Check = {
  id: 'status-graph',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        qty: fc.integer({ min: 3, max: 12 }),
        takes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 4 }),
        end: fc.constantFrom('cancel', 'expire', 'fill', 'mass-cancel'),
      }),
      async ({ side, qty, takes, end }, session) => {
        const venue = venueSession(session);
        const [symbol, owner, taker] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('ann'),
          venue.account('tom'),
        ]);
        const order = { account: owner, symbol, side, priceE4: priceAt(0), qty };
        let last = await venue.submit({ ...order, tif: 'DAY' });
        holdStatusFits(last);
        const { clOrdId, orderId } = last;
        const look = async (): Promise<void> => {
          const now = await venue.getOrder(owner, clOrdId);
          holdStatusFits(now);
          hold(
            NEXT[last.ordStatus].includes(now.ordStatus) && now.cumQty >= last.cumQty,
            `${told(now)} went from ${last.ordStatus} with cumQty ${last.cumQty} to ${now.ordStatus} with cumQty ${now.cumQty}.`,
            NEXT[last.ordStatus],
            now.ordStatus,
          );
          if (now.ordStatus !== last.ordStatus) hit('transitions');
          last = now;
        };
        const take = { ...order, account: taker, side: oppositeOf(side), tif: 'IOC' } as const;
        for (const much of takes) {
          holdStatusFits(await venue.submit({ ...take, qty: much }));
          await look();
        }
        if (end === 'cancel') await venue.tryCancel(orderId ?? '-', owner);
        if (end === 'expire') await venue.call('endSession', { symbol });
        if (end === 'fill') await venue.submit({ ...take, qty });
        if (end === 'mass-cancel') await venue.cancelAll(owner);
        await look();
      },
      { runs: 30 },
    ),
};

/** ordStatus agrees with what has been filled. */
function holdStatusFits(report: ExecutionReport): void {
  const { ordStatus, cumQty, orderQty } = report;
  const fits: Record<OrdStatus, boolean> = {
    NEW: cumQty === 0,
    PARTIALLY_FILLED: cumQty > 0 && cumQty < orderQty,
    FILLED: cumQty === orderQty,
    CANCELED: cumQty < orderQty,
    EXPIRED: cumQty < orderQty,
    REJECTED: cumQty === 0,
  };
  hold(
    fits[ordStatus],
    `${told(report)} is ${ordStatus} with ${cumQty} of ${orderQty} filled.`,
    'an ordStatus that agrees with cumQty',
    { ordStatus, cumQty, orderQty },
  );
}

const ENDS = ['filled', 'canceled', 'partially filled and canceled', 'expired', 'IOC'] as const;
type End = (typeof ENDS)[number];

const terminalIsFinal: Check = {
  id: 'terminal-is-final',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ side: sideArbitrary, qty: qtyArbitrary, end: fc.constantFrom(...ENDS) }),
      async ({ side, qty, end }, session) => {
        const venue = venueSession(session);
        const [symbol, owner, taker] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('ann'),
          venue.account('tom'),
        ]);
        const order = { account: owner, symbol, side, priceE4: priceAt(0), qty: qty + 1 };
        const take = { ...order, account: taker, side: oppositeOf(side), tif: 'IOC' } as const;
        const request = venue.order({
          ...order,
          ...(end === 'expired' && { tif: 'DAY' }),
          ...(end === 'IOC' && { tif: 'IOC' }),
        });
        const report = await venue.call<ExecutionReport>('submitOrder', request);
        const { ordStatus: before } = await venue.getOrder(owner, report.clOrdId);
        await come(end);
        const ended = await venue.getOrder(owner, report.clOrdId);
        hold(
          ended.ordStatus !== 'NEW' && ended.ordStatus !== 'PARTIALLY_FILLED',
          `${told(ended)} should have ended (${end}), but is ${ended.ordStatus}.`,
          'a terminal state',
          ended.ordStatus,
        );
        const orderId = report.orderId ?? '-';
        const attempts: [string, () => Promise<unknown>][] = [
          ['a cancel', () => venue.tryCancel(orderId, owner)],
          ['a replace', () => venue.tryReplace(orderId, owner, { qty: qty + 5 })],
          ['a resend', () => venue.call('submitOrder', request)],
          ['an order at its price', () => venue.submit({ ...take, qty: qty + 1 })],
          ['the end of the session', () => venue.call('endSession', { symbol })],
          ['a mass cancel', () => venue.cancelAll(owner)],
        ];
        for (const [what, attempt] of attempts) {
          await attempt();
          const now = await venue.getOrder(owner, report.clOrdId);
          const { ordStatus, cumQty, leavesQty } = now;
          holdSame(
            { ordStatus, cumQty, leavesQty },
            { ordStatus: ended.ordStatus, cumQty: ended.cumQty, leavesQty: ended.leavesQty },
            `${told(now)} had ended as ${ended.ordStatus} with cumQty ${ended.cumQty}, and ${what} made it ${ordStatus} with cumQty ${cumQty}.`,
          );
        }
        // One that was never seen open proves little about its end.
        if (before === 'NEW') hit('attempts', attempts.length);

        async function come(to: End): Promise<void> {
          const much = to === 'filled' ? qty + 1 : qty;
          if (to === 'filled' || to.startsWith('partially')) {
            await venue.submit({ ...take, qty: much });
          }
          if (to.endsWith('canceled')) await venue.tryCancel(report.orderId ?? '-', owner);
          if (to === 'expired') await venue.call('endSession', { symbol });
        }
      },
      { runs: 10 },
    ),
};

const dayOrdersExpire: Check = {
  id: 'day-orders-expire',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        orders: fc
          .array(fc.record({ tif: fc.constantFrom('DAY', 'GTC', undefined), qty: qtyArbitrary }), {
            maxLength: 4,
          })
          // At least one of each, so that something expires and something stays.
          .map((more) => [
            { tif: 'DAY' as const, qty: 2 },
            { tif: 'GTC' as const, qty: 3 },
            ...more,
          ]),
      }),
      async ({ side, orders }, session) => {
        const venue = venueSession(session);
        const [symbol, otherSymbol, owner, taker] = await Promise.all([
          venue.symbol('ACME'),
          venue.symbol('BOLT'),
          venue.account('ann'),
          venue.account('tom'),
        ]);
        const rest = { account: owner, side, priceE4: priceAt(0) };
        const elsewhere = await venue.rest({ ...rest, symbol: otherSymbol, qty: 1, tif: 'DAY' });
        const open: OpenOrder[] = [];
        for (const { tif, qty } of orders) {
          open.push(await venue.rest({ ...rest, symbol, qty, ...(tif && { tif }) }));
        }
        await venue.call('endSession', { symbol });
        for (const [index, { tif, qty }] of orders.entries()) {
          const { ordStatus, leavesQty } = await readOrder(venue, open[index]!);
          const isDay = tif === 'DAY';
          holdSame(
            { ordStatus, leavesQty },
            isDay ? { ordStatus: 'EXPIRED', leavesQty: 0 } : { ordStatus: 'NEW', leavesQty: qty },
            `After endSession the ${tif ?? 'GTC (default)'} order ${open[index]!.orderId} is ${ordStatus} with ${leavesQty} open.`,
          );
          hit(isDay ? 'expired' : 'stayed');
        }
        const { ordStatus } = await readOrder(venue, elsewhere);
        hold(
          ordStatus === 'NEW',
          `endSession of ${symbol} made a DAY order in ${otherSymbol} ${ordStatus}.`,
          'NEW',
          ordStatus,
        );
        const stay = open.filter((_, index) => orders[index]!.tif !== 'DAY');
        const sweep = await venue.submit({
          ...{ account: taker, symbol, side: oppositeOf(side), priceE4: priceAt(0), qty: 100 },
          tif: 'IOC',
        });
        holdSame(
          sweep.fills.map(({ makerOrderId }) => makerOrderId),
          stay.map(({ orderId }) => orderId),
          `After endSession the GTC orders of ${symbol} should trade in the order in which they came.`,
        );
      },
      { runs: 8 },
    ),
};

function readOrder(venue: VenueSession, { account, clOrdId }: OpenOrder): Promise<ExecutionReport> {
  return venue.getOrder(account, clOrdId);
}

export const orderLifeCycle: readonly Check[] = [statusGraph, terminalIsFinal, dayOrdersExpire];
