/** HFT-RISK-02: checking a limit and reserving against it is one atomic step. */
import fc from 'fast-check';
import type { ExecutionReport, PutLimits, Reason } from '../../../spec/trading/messages.d.ts';
import type { Check, Session } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { oppositeOf } from './model.ts';
import { qtyArbitrary, sideArbitrary } from './scene.ts';
import {
  holdAccepted,
  holdRejected,
  openOrder,
  priceAt,
  REFERENCE_E4,
  told,
  venueSession,
} from './venueSession.ts';
import type { VenueSession } from './venueSession.ts';

/** Clients that send at the same time. */
const CLIENTS = 32;

type Limit = 'maxPosition' | 'maxOpenOrders' | 'creditLimitE4';
const LIMITS: readonly Limit[] = ['maxPosition', 'maxOpenOrders', 'creditLimitE4'];
const REASONS: Record<Limit, Reason> = {
  maxPosition: 'RISK_POSITION_LIMIT',
  maxOpenOrders: 'RISK_MAX_OPEN_ORDERS',
  creditLimitE4: 'RISK_CREDIT_LIMIT',
};

/** So many orders of `qty` fit, and no more. */
function limitFor(limit: Limit, fits: number, qty: number): Partial<PutLimits> {
  switch (limit) {
    case 'maxPosition':
      // Not a multiple: what is left over is too little for one more.
      return { maxPosition: fits * qty + qty - 1 };
    case 'maxOpenOrders':
      return { maxOpenOrders: fits };
    case 'creditLimitE4':
      return { creditLimitE4: fits * qty * REFERENCE_E4 + 1 };
  }
}

interface Contest {
  limit: Limit;
  fits: number;
  qty: number;
}

const contests = fc.record<Contest>({
  limit: fc.constantFrom(...LIMITS),
  fits: fc.integer({ min: 1, max: CLIENTS - 8 }),
  qty: qtyArbitrary,
});

/** All at once; resting orders, so that nothing is released. Answers how many were accepted. */
async function contend({ limit, fits, qty }: Contest, session: Session) {
  const venue = venueSession(session);
  const [symbol, account] = await Promise.all([
    venue.symbol('ACME'),
    venue.account('ann', limitFor(limit, fits, qty)),
  ]);
  const order = { account, symbol, side: 'BUY', priceE4: priceAt(0), qty } as const;
  const reports = await Promise.all(Array.from({ length: CLIENTS }, () => venue.submit(order)));
  const accepted = reports.filter(({ ordStatus }) => ordStatus !== 'REJECTED');
  const odd = reports.find(
    ({ ordStatus, reason }) => ordStatus === 'REJECTED' && reason !== REASONS[limit],
  );
  return { accepted: accepted.length, odd, account };
}

const fitLimit: Check = {
  id: 'concurrent-orders-fit-limit',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      contests,
      async (contest, session) => {
        const { accepted, account } = await contend(contest, session);
        hold(
          accepted <= contest.fits,
          `Of ${CLIENTS} concurrent orders of ${account} ${accepted} were accepted, although ${contest.limit} leaves room for ${contest.fits}.`,
          contest.fits,
          accepted,
        );
        if (accepted > 0) hit('contended');
      },
      { runs: 9 },
    ),
};

const fillLimit: Check = {
  id: 'concurrent-orders-fill-limit',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      contests,
      async (contest, session) => {
        const { accepted, odd, account } = await contend(contest, session);
        hold(
          accepted >= contest.fits,
          `Of ${CLIENTS} concurrent orders of ${account} only ${accepted} were accepted, although ${contest.limit} leaves room for ${contest.fits}.`,
          contest.fits,
          odd ?? accepted,
        );
        if (accepted < CLIENTS) hit('contended');
      },
      { runs: 9 },
    ),
};

const RELEASES = [
  'cancel',
  'mass-cancel',
  'expiry',
  'IOC',
  'FOK',
  'MARKET',
  'post-only',
  'self-trade',
  'replace',
] as const;
type Release = (typeof RELEASES)[number];

const reservationReleased: Check = {
  id: 'reservation-released',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        limit: fc.integer({ min: 3, max: 20 }),
        ways: fc.shuffledSubarray([...RELEASES], { minLength: 3, maxLength: 4 }),
      }),
      async ({ side, limit, ways }, session) => {
        const venue = venueSession(session);
        const [symbol, account, other] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('ann', { maxPosition: limit }),
          venue.account('bob'),
        ]);
        const order = { account, symbol, side, priceE4: priceAt(0), qty: limit };
        for (const way of ways) {
          await useUp(venue, way, { order, other });
          // All of the limit is free again: exactly that much, and no more.
          holdRejected(
            await venue.submit({ ...order, qty: limit + 1 }),
            ['RISK_POSITION_LIMIT'],
            `maxPosition is ${limit}`,
          );
          const again = await venue.submit(order);
          holdAccepted(again, `maxPosition is ${limit}, and what was reserved has ended by ${way}`);
          await venue.cancel(openOrder(again));
          hit('released');
        }
      },
      { runs: 8 },
    ),
};

interface Whole {
  order: {
    account: string;
    symbol: string;
    side: 'BUY' | 'SELL';
    priceE4: number;
    qty: number;
  };
  other: string;
}

/** Reserves the whole limit and lets it end in the given way, without a trade. */
async function useUp(venue: VenueSession, way: Release, { order, other }: Whole): Promise<void> {
  const { account, symbol, side } = order;
  switch (way) {
    case 'cancel':
      await venue.cancel(await venue.rest(order));
      return;
    case 'mass-cancel':
      await venue.rest(order);
      await venue.cancelAll(account);
      return;
    case 'expiry':
      await venue.rest({ ...order, tif: 'DAY' });
      await venue.call('endSession', { symbol });
      return;
    case 'IOC':
    case 'FOK':
      holdNotRisk(await venue.submit({ ...order, tif: way }));
      return;
    case 'MARKET':
      holdNotRisk(await venue.submit({ account, symbol, side, qty: order.qty }));
      return;
    case 'post-only': {
      const inTheWay = await venue.rest({ ...order, account: other, side: oppositeOf(side) });
      holdNotRisk(await venue.submit({ ...order, postOnly: true }));
      await venue.cancel(inTheWay);
      return;
    }
    case 'self-trade': {
      const own = await venue.rest({ ...order, side: oppositeOf(side) });
      holdNotRisk(await venue.submit({ ...order, stp: 'CANCEL_TAKER' }));
      await venue.cancel(own);
      return;
    }
    case 'replace': {
      const report = await venue.replace(await venue.rest(order), { qty: 1 });
      // All but the one that is open is free.
      const rest = await venue.submit({ ...order, qty: order.qty - 1 });
      holdAccepted(rest, `maxPosition is ${order.qty}, and the open order was replaced to 1`);
      await venue.cancel(openOrder(rest));
      await venue.cancel(openOrder(report));
      return;
    }
  }
}

/** The order may end without trading, but not because of the limit, which it fits. */
function holdNotRisk(report: ExecutionReport): void {
  hold(
    report.reason !== 'RISK_POSITION_LIMIT',
    `${told(report)} fits the position limit, all of which is free, but is REJECTED with RISK_POSITION_LIMIT.`,
    'not refused by the limit',
    report,
  );
}

export const checkAndReserve: readonly Check[] = [fitLimit, fillLimit, reservationReleased];
