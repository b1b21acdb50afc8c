/** HFT-RISK-01: the position limit holds for the worst case of open orders, with the sign of the side. */
import fc from 'fast-check';
import type { Side } from '../../../spec/trading/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { oppositeOf } from './model.ts';
import { qtyArbitrary, sideArbitrary } from './scene.ts';
import { holdAccepted, holdRejected, priceAt, venueSession } from './venueSession.ts';
import type { VenueSession } from './venueSession.ts';

const positionSign: Check = {
  id: 'position-sign',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.array(fc.record({ side: sideArbitrary, qty: qtyArbitrary }), {
        minLength: 2,
        maxLength: 5,
      }),
      async (deals, session) => {
        const venue = venueSession(session);
        const [symbol, ann, bob] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('ann'),
          venue.account('bob'),
        ]);
        let net = 0;
        for (const { side, qty } of deals) {
          await deal(venue, { symbol, account: ann, other: bob, side, qty });
          net += side === 'BUY' ? qty : -qty;
          for (const [account, expected] of [
            [ann, net],
            [bob, -net],
          ] as const) {
            const { netQty } = await venue.position(account, symbol);
            hold(
              netQty === expected,
              `After ${ann} had traded ${side} ${qty} with ${bob}, ${account} has netQty ${netQty}, not ${expected}.`,
              expected,
              netQty,
            );
          }
          // Of each trade one account buys and the other sells.
          hit('buys');
          hit('sells');
        }
      },
      { runs: 12 },
    ),
};

const countsOpenOrders: Check = {
  id: 'position-counts-open-orders',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        first: qtyArbitrary,
        room: qtyArbitrary,
        over: fc.nat(99),
        isBare: fc.boolean(),
      }),
      async ({ side, first, room, over, isBare }, session) => {
        const venue = venueSession(session);
        const maxPosition = first + room;
        const [symbol, account] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('ann', { maxPosition }),
        ]);
        const order = { account, symbol, side, priceE4: priceAt(0) };
        // Alone within the limit, but not beside what is open.
        const qty = room + 1 + (over % first);
        if (!isBare) {
          // The other side does not count against this one.
          const away = { side: oppositeOf(side), priceE4: priceAt(side === 'BUY' ? 5 : -5) };
          await venue.rest({ ...order, ...away, qty: maxPosition });
        }
        await venue.rest({ ...order, qty: first });
        holdRejected(
          await venue.submit({ ...order, qty }),
          ['RISK_POSITION_LIMIT'],
          `maxPosition is ${maxPosition}, and ${first} are open on its side`,
        );
        holdAccepted(
          await venue.submit({ ...order, qty: room }),
          `maxPosition is ${maxPosition}, and ${first} are open on its side`,
        );
        hit('refused');
      },
      { runs: 12 },
    ),
};

const boundary: Check = {
  id: 'position-boundary',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        maxPosition: fc.integer({ min: 5, max: 30 }),
        /** What the account has already: as a share of the limit, with its sign. */
        held: fc.integer({ min: -4, max: 4 }),
      }),
      async ({ side, maxPosition, held }, session) => {
        const venue = venueSession(session);
        const [symbol, account, other] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('ann', { maxPosition }),
          venue.account('bob'),
        ]);
        if (held !== 0) {
          const heldSide = held > 0 ? 'BUY' : 'SELL';
          await deal(venue, { symbol, account, other, side: heldSide, qty: Math.abs(held) });
        }
        const room = side === 'BUY' ? maxPosition - held : maxPosition + held;
        const order = { account, symbol, side, priceE4: priceAt(0) };
        const why = `maxPosition is ${maxPosition}, the net position ${held}`;
        holdRejected(await venue.submit({ ...order, qty: room + 1 }), ['RISK_POSITION_LIMIT'], why);
        holdAccepted(await venue.submit({ ...order, qty: room }), why);
        holdRejected(
          await venue.submit({ ...order, qty: 1 }),
          ['RISK_POSITION_LIMIT'],
          `${why}, and ${room} are open on its side`,
        );
        hit('boundaries');
      },
      { runs: 12 },
    ),
};

interface Deal {
  symbol: string;
  account: string;
  other: string;
  /** Of the account. */
  side: Side;
  qty: number;
}

/** The two accounts trade with each other, the first one as the incoming order. */
export async function deal(
  venue: VenueSession,
  { symbol, account, other, side, qty }: Deal,
): Promise<void> {
  const order = { symbol, priceE4: priceAt(0), qty };
  await venue.rest({ ...order, account: other, side: oppositeOf(side) });
  const report = await venue.submit({ ...order, account, side });
  hold(
    report.cumQty === qty,
    `${account} should have traded ${side} ${qty} with ${other}, but filled ${report.cumQty} (${report.ordStatus}, ${report.reason}).`,
    qty,
    report,
  );
}

export const positionLimits: readonly Check[] = [positionSign, countsOpenOrders, boundary];
