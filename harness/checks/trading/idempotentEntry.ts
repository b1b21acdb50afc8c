/** HFT-EXEC-03: clOrdId makes submit and replace idempotent per account. */
import fc from 'fast-check';
import type {
  ExecutionReport,
  ReplaceOrder,
  SubmitOrder,
} from '../../../spec/trading/messages.d.ts';
import type { Check, Session } from '../check.ts';
import { comparable } from './auditJournal.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { together } from '../kit/together.ts';
import { oppositeOf } from './model.ts';
import { qtyArbitrary, sideArbitrary } from './scene.ts';
import {
  because,
  holdAccepted,
  holdBookUnchanged,
  holdRejected,
  openOrder,
  priceAt,
  stateOf,
  told,
  venueSession,
} from './venueSession.ts';
import type { VenueSession } from './venueSession.ts';

/** What became of an order before its request comes again. */
const FATES = [
  'resting',
  'filled',
  'partially filled',
  'canceled',
  'replaced',
  'rejected',
  'IOC',
  'a replace',
  'disabled',
] as const;
type Fate = (typeof FATES)[number];

/** Identical requests in flight together. */
const PARALLEL = 4;

interface Sent {
  readonly operation: 'submitOrder' | 'replaceOrder';
  readonly request: SubmitOrder | ReplaceOrder;
  readonly report: ExecutionReport;
}

async function openMarket(venue: VenueSession) {
  const [symbol, account, other] = await Promise.all([
    venue.symbol('ACME'),
    venue.account('ann', { maxOrderQty: 50 }),
    venue.account('bob'),
  ]);
  return { symbol, account, other };
}
type Market = Awaited<ReturnType<typeof openMarket>>;

/** Sends a request and lets its order come to its fate. */
async function live(venue: VenueSession, market: Market, fate: Fate, qty: number): Promise<Sent> {
  const { symbol, account, other } = market;
  const request = venue.order({
    ...{ account, symbol, side: 'BUY', priceE4: priceAt(0) },
    qty: fate === 'rejected' ? 51 : qty + 1,
    ...(fate === 'IOC' && { tif: 'IOC' }),
  });
  const report = await venue.call<ExecutionReport>('submitOrder', request);
  const sent: Sent = { operation: 'submitOrder', request, report };
  const take = (much: number) =>
    venue.submit({ account: other, symbol, side: 'SELL', priceE4: priceAt(0), qty: much });
  switch (fate) {
    case 'resting':
    case 'IOC':
      return sent;
    case 'rejected':
      holdRejected(report, ['RISK_MAX_ORDER_QTY'], 'maxOrderQty is 50');
      return sent;
    case 'filled':
      await take(qty + 1);
      return sent;
    case 'partially filled':
      await take(qty);
      return sent;
    case 'canceled':
      await venue.cancel(openOrder(report));
      return sent;
    case 'replaced':
      await venue.replace(openOrder(report), { priceE4: priceAt(-1) });
      return sent;
    case 'disabled':
      await venue.account('ann', { maxOrderQty: 50, enabled: false });
      return sent;
    case 'a replace': {
      const { orderId } = openOrder(report);
      const newClOrdId = venue.id('replacement');
      const replace = { orderId, account, newClOrdId, priceE4: priceAt(-2), qty: qty + 2 };
      const replaced = await venue.call<ExecutionReport>('replaceOrder', replace);
      return { operation: 'replaceOrder', request: replace, report: replaced };
    }
  }
}

async function holdSameReport(venue: VenueSession, sent: Sent, fate: string): Promise<void> {
  const answer = await venue.attempt<ExecutionReport>(sent.operation, sent.request);
  const what = `${told(sent.report)}${fate === '' ? '' : ` (${fate} since)`} was sent again, identically`;
  if (answer.kind === 'refused') {
    hold(
      false,
      `${what}, and was refused with ${answer.problem.code}.`,
      sent.report,
      answer.problem,
    );
  }
  holdSame(
    comparable(answer.output),
    comparable(sent.report),
    `${what}, and is not answered with its original report.`,
  );
}

const returnsOriginal: Check = {
  id: 'resend-returns-original',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ fates: fc.shuffledSubarray([...FATES], { minLength: 3 }), qty: qtyArbitrary }),
      async ({ fates, qty }, session) => {
        for (const [index, fate] of fates.entries()) {
          // A market of its own each, so that what one order does is not what another one sees.
          const venue = within(session, `${index}`);
          const market = await openMarket(venue);
          const sent = await live(venue, market, fate, qty);
          const [book, position] = await look(venue, market);
          await holdSameReport(venue, sent, fate);
          const [bookNow, positionNow] = await look(venue, market);
          holdBookUnchanged(book, bookNow, `A resend of ${told(sent.report)} (${fate})`);
          holdSame(
            positionNow,
            position,
            `A resend of ${told(sent.report)} (${fate}) changed the position of ${market.account}.`,
          );
          hit('resends');
        }
      },
      { runs: 8 },
    ),
};

function look(venue: VenueSession, { symbol, account }: Market) {
  return Promise.all([venue.book(symbol), venue.position(account, symbol)]);
}

/** The same conversation with ids of its own. */
function within(session: Session, prefix: string): VenueSession {
  return venueSession({ ...session, id: (name) => session.id(`${prefix}.${name}`) });
}

type Change = 'qty' | 'priceE4' | 'side' | 'tif' | 'stp';

const otherBody: Check = {
  id: 'resend-other-body',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        qty: qtyArbitrary,
        change: fc.constantFrom<Change>('qty', 'priceE4', 'side', 'tif', 'stp'),
        end: fc.constantFrom('open', 'canceled'),
      }),
      async ({ side, qty, change, end }, session) => {
        const venue = venueSession(session);
        const { symbol, account, other } = await openMarket(venue);
        const request = venue.order({ account, symbol, side, priceE4: priceAt(0), qty });
        const original = openOrder(await venue.call<ExecutionReport>('submitOrder', request));
        if (end === 'canceled') await venue.cancel(original);
        const second = await venue.rest({ account, symbol, side, priceE4: priceAt(0), qty });
        const changed: Partial<SubmitOrder> = {
          qty: { qty: qty + 1 },
          priceE4: { priceE4: priceAt(side === 'BUY' ? -1 : 1) },
          // Priced so that it would rest.
          side: { side: oppositeOf(side), priceE4: priceAt(side === 'BUY' ? 3 : -3) },
          tif: { tif: 'DAY' as const },
          stp: { stp: 'CANCEL_MAKER' as const },
        }[change];
        const [book, before] = await Promise.all([
          venue.book(symbol),
          venue.getOrder(account, original.clOrdId),
        ]);
        const conflict = await venue.submit({ ...request, ...changed });
        holdRejected(
          conflict,
          ['DUPLICATE_CLORDID'],
          `its clOrdId was used with another ${change}`,
        );
        const { clOrdId } = original;
        const replace = await venue.replace(second, { newClOrdId: clOrdId, qty: qty + 1 });
        hold(
          replace.execType === 'REJECTED' && replace.reason === 'DUPLICATE_CLORDID',
          `A replace with the used clOrdId ${clOrdId} should be REJECTED with DUPLICATE_CLORDID, but is ${replace.execType}${because(replace)}.`,
          { execType: 'REJECTED', reason: 'DUPLICATE_CLORDID' },
          replace,
        );
        holdBookUnchanged(book, await venue.book(symbol), `A request under the used ${clOrdId}`);
        const after = await venue.getOrder(account, clOrdId);
        holdSame(
          stateOf(after),
          stateOf(before),
          `${original.orderId} changed when another request came under its clOrdId ${clOrdId}.`,
        );
        // An account's ids are its own.
        const foreign = await venue.submit({ ...request, account: other });
        holdAccepted(foreign, `only another account has used ${clOrdId}`);
        hit('conflicts', 2);
      },
      { runs: 12 },
    ),
};

const inFlight: Check = {
  id: 'resend-in-flight',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        qtys: fc.array(qtyArbitrary, { minLength: 4, maxLength: 4 }),
      }),
      async ({ side, qtys }, session) => {
        const venue = venueSession(session);
        const { symbol, account } = await openMarket(venue);
        for (const [index, qty] of qtys.entries()) {
          const request = venue.order({ account, symbol, side, priceE4: priceAt(0), qty });
          const copies = await sendCopies(venue, 'submitOrder', request);
          const expected = qtys.slice(0, index + 1).reduce((total, each) => total + each, 0);
          const book = await venue.book(symbol);
          holdSame(
            book[side === 'BUY' ? 'bids' : 'asks'],
            [{ priceE4: priceAt(0), qty: expected, orders: index + 1 }],
            `${PARALLEL} identical requests in flight (${request.clOrdId}, ${side} of ${qty}) should make one order.`,
          );
          hit('parallelResends', copies.length - 1);
        }
        const last = await venue.rest({ account, symbol, side, priceE4: priceAt(0), qty: 5 });
        const { orderId } = last;
        const newClOrdId = venue.id('replacement');
        const replace = { orderId, account, newClOrdId, qty: 3 };
        hit('parallelResends', (await sendCopies(venue, 'replaceOrder', replace)).length - 1);
      },
      { runs: 6 },
    ),
};

async function sendCopies(
  venue: VenueSession,
  operation: Sent['operation'],
  request: SubmitOrder | ReplaceOrder,
): Promise<ExecutionReport[]> {
  const copies = await together(PARALLEL, () => venue.call<ExecutionReport>(operation, request));
  const [first] = copies;
  for (const copy of copies) {
    holdSame(
      comparable(copy),
      comparable(first!),
      `${PARALLEL} identical requests in flight (${copy.clOrdId}) got different reports.`,
    );
  }
  return copies;
}

/** Those whose market can be gone on with after a restart. */
const RESTART_FATES: readonly Fate[] = [
  'resting',
  'filled',
  'canceled',
  'rejected',
  'IOC',
  'a replace',
];

const afterRestart: Check = {
  id: 'resend-after-restart',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    const { target, hit } = context;
    holdCanRestart(target);
    const session = context.session();
    const sent: { venue: VenueSession; fate: Fate; request: Sent; market: Market }[] = [];
    for (const [index, fate] of RESTART_FATES.entries()) {
      const venue = within(session, `${index}`);
      const market = await openMarket(venue);
      sent.push({ venue, fate, market, request: await live(venue, market, fate, 3 + index) });
    }
    await killAndRestart(target);
    for (const { venue, fate, market, request } of sent) {
      const book = await venue.book(market.symbol);
      await holdSameReport(venue, request, `${fate} before a restart, and nothing`);
      const what = `A resend of ${told(request.report)} after a restart`;
      holdBookUnchanged(book, await venue.book(market.symbol), what);
      hit('resends');
    }
  },
};

export const idempotentEntry: readonly Check[] = [
  returnsOriginal,
  otherBody,
  inFlight,
  afterRestart,
];
