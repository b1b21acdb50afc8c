/** HFT-RISK-04: orders that look like an error are refused. */
import fc from 'fast-check';
import type { ExecutionReport } from '../../../spec/trading/messages.d.ts';
import type { Check } from '../check.ts';
import type { Json, JsonObject } from '../../target/target.ts';
import { hold } from '../kit/hold.ts';
import { oppositeOf } from './model.ts';
import { deal } from './positionLimits.ts';
import { qtyArbitrary, sideArbitrary } from './scene.ts';
import {
  holdAccepted,
  holdBookUnchanged,
  holdRejected,
  openOrder,
  priceAt,
  REFERENCE_E4,
  TICK_E4,
  venueSession,
} from './venueSession.ts';

const maxOrderQty: Check = {
  id: 'max-order-qty',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        max: fc.integer({ min: 1, max: 1_000 }),
        over: qtyArbitrary,
      }),
      async ({ side, max, over }, session) => {
        const venue = venueSession(session);
        const [symbol, account] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('ann', { maxOrderQty: max }),
        ]);
        const order = { account, symbol, side, priceE4: priceAt(0) };
        const why = `maxOrderQty is ${max}`;
        for (const qty of [max + 1, max + over]) {
          holdRejected(await venue.submit({ ...order, qty }), ['RISK_MAX_ORDER_QTY'], why);
        }
        holdAccepted(await venue.submit({ ...order, qty: max }), why);
        hit('boundaries');
      },
      { runs: 10 },
    ),
};

/** About the largest notional that the contract's ranges allow: 10^15, where 32-bit arithmetic and floats of less than 50 bits are wrong. */
const HUGE_PRICE_E4 = 999_999_937;
const HUGE_QTY = 999_983;

const maxNotional: Check = {
  id: 'max-notional',
  isolation: 'shared',
  async run(context) {
    const { property, hit } = context;
    await property(
      fc.record({ side: sideArbitrary, qty: qtyArbitrary, ticks: fc.integer({ min: -9, max: 9 }) }),
      async ({ side, qty, ticks }, session) => {
        const venue = venueSession(session);
        const max = qty * priceAt(ticks);
        const [symbol, account] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('ann', { maxNotionalE4: max }),
        ]);
        const order = { account, symbol, side, priceE4: priceAt(ticks), qty };
        const why = `maxNotionalE4 is ${max}`;
        holdAccepted(await venue.submit(order), why);
        const dearer = { ...order, priceE4: priceAt(ticks + 1) };
        const larger = { ...order, qty: qty + 1 };
        // Both on one side of an otherwise empty book: nothing trades.
        for (const over of [dearer, larger]) {
          holdRejected(await venue.submit(over), ['RISK_MAX_NOTIONAL'], why);
        }
        hit('boundaries');
      },
      { runs: 10 },
    );

    const venue = venueSession(context.session());
    const exact = HUGE_QTY * HUGE_PRICE_E4;
    const [symbol, fits, tooSmall] = await Promise.all([
      venue.symbol('HUGE', { tickSizeE4: 1, referencePriceE4: HUGE_PRICE_E4 }),
      venue.account('fits', { maxNotionalE4: exact, creditLimitE4: Number.MAX_SAFE_INTEGER }),
      venue.account('small', { maxNotionalE4: exact - 1, creditLimitE4: Number.MAX_SAFE_INTEGER }),
    ]);
    const order = { symbol, side: 'BUY', priceE4: HUGE_PRICE_E4, qty: HUGE_QTY } as const;
    holdRejected(
      await venue.submit({ ...order, account: tooSmall }),
      ['RISK_MAX_NOTIONAL'],
      `maxNotionalE4 is ${exact - 1}, one less than its notional`,
    );
    const accepted = await venue.submit({ ...order, account: fits });
    holdAccepted(accepted, `maxNotionalE4 is ${exact}, exactly its notional`);
  },
};

/** Symbols whose collar ends on a tick, and ones where the exact edge lies between two prices. */
const collars = fc.constantFrom(
  { tickSizeE4: 100, referencePriceE4: 1_000_000, collarBps: 500 },
  { tickSizeE4: 1, referencePriceE4: 1_000_003, collarBps: 333 },
  { tickSizeE4: 1, referencePriceE4: 7, collarBps: 3_000 },
  { tickSizeE4: 5, referencePriceE4: 123_455, collarBps: 1 },
);

const priceCollar: Check = {
  id: 'price-collar',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ side: sideArbitrary, collar: collars, end: fc.constantFrom('high', 'low') }),
      async ({ side, collar, end }, session) => {
        const venue = venueSession(session);
        const [symbol, account] = await Promise.all([
          venue.symbol('ACME', collar),
          venue.account('ann'),
        ]);
        const { tickSizeE4, referencePriceE4, collarBps } = collar;
        const sign = end === 'high' ? 1 : -1;
        // In exact integers: the last tick with distance x 10 000 <= collarBps x reference.
        const widthE4 = Math.floor((collarBps * referencePriceE4) / 10_000);
        const ticksOut = (priceE4: number): boolean =>
          Math.abs(priceE4 - referencePriceE4) > widthE4;
        let edgeE4 = nearestTick(referencePriceE4 + sign * widthE4, tickSizeE4);
        if (ticksOut(edgeE4)) edgeE4 -= sign * tickSizeE4;
        if (!ticksOut(edgeE4 + sign * tickSizeE4)) edgeE4 += sign * tickSizeE4;
        const order = { account, symbol, side, qty: 1 };
        const why = `the collar is ${collarBps} bps around ${referencePriceE4}, so it ends at ${edgeE4}`;
        for (const beyond of [1, 7]) {
          const priceE4 = edgeE4 + sign * beyond * tickSizeE4;
          if (priceE4 < 1) continue;
          holdRejected(await venue.submit({ ...order, priceE4 }), ['PRICE_COLLAR'], why);
        }
        holdAccepted(await venue.submit({ ...order, priceE4: edgeE4 }), why);
        hit('boundaries');
      },
      { runs: 12 },
    ),
};

function nearestTick(priceE4: number, tickSizeE4: number): number {
  return Math.round(priceE4 / tickSizeE4) * tickSizeE4;
}

const rateLimit: Check = {
  id: 'rate-limit',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const venue = venueSession(context.session());
    for (const max of [1, 3, 8]) {
      const name = `rate${max}`;
      const [symbol, account] = await Promise.all([
        venue.symbol(`S${max}`),
        venue.account(name, { maxOrdersPerSec: max }),
      ]);
      const order = { account, symbol, side: 'BUY', priceE4: priceAt(0), qty: 1 } as const;
      const why = (since: string): string => `maxOrdersPerSec is ${max}, ${since}`;
      let report: ExecutionReport | undefined;
      for (const since of ['and none was accepted before', '1 000 ms after the ones before']) {
        for (let sent = 0; sent < max; sent += 1) {
          report = await venue.submit(order);
          holdAccepted(report, why(`${since}, ${sent} were sent in this millisecond`));
        }
        const over = await venue.submit(order);
        holdRejected(over, ['RISK_RATE_LIMIT'], why(`and ${max} were accepted this millisecond`));
        context.hit('refused');
        await venue.call('setClock', { nowMs: over.transactTimeMs + 1_000 });
      }
    }
  },
};

const restrictedSymbol: Check = {
  id: 'restricted-symbol',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ side: sideArbitrary, qty: qtyArbitrary, count: fc.integer({ min: 1, max: 3 }) }),
      async ({ side, qty, count }, session) => {
        const venue = venueSession(session);
        const names = ['ACME', 'BOLT', 'CORK', 'DUNE'].slice(0, count + 1);
        const symbols = await Promise.all(names.map((name) => venue.symbol(name)));
        const [free, ...restrictedSymbols] = symbols;
        const account = await venue.account('ann', { restrictedSymbols });
        const order = { account, side, priceE4: priceAt(0), qty };
        for (const symbol of restrictedSymbols) {
          const report = await venue.submit({ ...order, symbol });
          holdRejected(report, ['RISK_RESTRICTED'], `${symbol} is restricted for ${account}`);
          hit('refused');
        }
        const report = await venue.submit({ ...order, symbol: free! });
        holdAccepted(report, `${free} is not restricted for ${account}`);
      },
      { runs: 8 },
    ),
};

const maxOpenOrders: Check = {
  id: 'max-open-orders',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        max: fc.integer({ min: 1, max: 4 }),
        end: fc.constantFrom('cancel', 'fill', 'expiry'),
      }),
      async ({ side, max, end }, session) => {
        const venue = venueSession(session);
        const [acme, bolt, account, other] = await Promise.all([
          venue.symbol('ACME'),
          venue.symbol('BOLT'),
          venue.account('ann', { maxOpenOrders: max }),
          venue.account('bob'),
        ]);
        const order = { account, side, priceE4: priceAt(0), qty: 2 };
        const first = await venue.rest({ ...order, symbol: acme, tif: 'DAY' });
        // Over all symbols.
        for (let open = 1; open < max; open += 1) await venue.rest({ ...order, symbol: bolt });
        const why = `maxOpenOrders is ${max}, and as many are open`;
        const over = () => venue.submit({ ...order, symbol: bolt });
        holdRejected(await over(), ['RISK_MAX_OPEN_ORDERS'], why);
        hit('refused');
        if (end === 'cancel') await venue.cancel(first);
        if (end === 'expiry') await venue.call('endSession', { symbol: acme });
        if (end === 'fill') {
          const taker = { account: other, side: oppositeOf(side) };
          await venue.submit({ ...order, ...taker, symbol: acme });
        }
        holdAccepted(await over(), `maxOpenOrders is ${max}, and one of as many ended (${end})`);
        holdRejected(await over(), ['RISK_MAX_OPEN_ORDERS'], why);
      },
      { runs: 8 },
    ),
};

const creditLimit: Check = {
  id: 'credit-limit',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ qty: qtyArbitrary, open: fc.nat(5), traded: fc.integer({ min: -4, max: 4 }) }),
      async ({ qty, open, traded }, session) => {
        const venue = venueSession(session);
        // What it needs at the end: everything open, what it bought, less what it sold.
        const spentQty = open + qty + traded;
        const creditLimitE4 = Math.max(0, spentQty) * REFERENCE_E4;
        const [symbol, otherSymbol, account, other] = await Promise.all([
          venue.symbol('ACME'),
          venue.symbol('BOLT'),
          venue.account('ann'),
          venue.account('bob'),
        ]);
        if (traded !== 0) {
          const side = traded > 0 ? 'BUY' : 'SELL';
          await deal(venue, { symbol, account, other, side, qty: Math.abs(traded) });
        }
        await venue.account('ann', { creditLimitE4 });
        // What it sold more than it is to buy is room on top.
        const roomQty = qty + Math.max(0, -spentQty);
        const order = { account, side: 'BUY', priceE4: REFERENCE_E4 } as const;
        if (open > 0) await venue.rest({ ...order, symbol: otherSymbol, qty: open });
        const why = `creditLimitE4 is ${creditLimitE4}, ${open} are open and ${traded} bought (sold, where negative) at ${REFERENCE_E4}`;
        holdRejected(
          await venue.submit({ ...order, symbol, qty: roomQty, priceE4: REFERENCE_E4 + TICK_E4 }),
          ['RISK_CREDIT_LIMIT'],
          why,
        );
        holdRejected(
          await venue.submit({ ...order, symbol, qty: roomQty + 1 }),
          ['RISK_CREDIT_LIMIT'],
          why,
        );
        holdAccepted(await venue.submit({ ...order, symbol, qty: roomQty }), why);
        hit('boundaries');
      },
      { runs: 12 },
    ),
};

/** What is wrong with an order of 10 at the reference of a symbol with tick 100 and lot 10. */
const MALFORMED: readonly { what: string; change: JsonObject }[] = [
  { what: 'a price off the tick', change: { priceE4: REFERENCE_E4 + 50 } },
  { what: 'a price off the tick by the smallest amount', change: { priceE4: REFERENCE_E4 + 1 } },
  { what: 'a quantity off the lot', change: { qty: 15 } },
  { what: 'a quantity below the lot', change: { qty: 9 } },
  { what: 'a quantity that is no integer', change: { qty: 10.5 } },
  { what: 'a quantity in a string', change: { qty: '10' } },
  { what: 'a price that is no integer', change: { priceE4: REFERENCE_E4 + 0.5 } },
  { what: 'a price in a string', change: { priceE4: String(REFERENCE_E4) } },
  { what: 'a quantity of 0', change: { qty: 0 } },
  { what: 'a negative quantity', change: { qty: -10 } },
  { what: 'a price of 0', change: { priceE4: 0 } },
  { what: 'a negative price', change: { priceE4: -REFERENCE_E4 } },
];

const malformedRefused: Check = {
  id: 'malformed-orders-refused',
  isolation: 'shared',
  async run(context) {
    const venue = venueSession(context.session());
    const [symbol, account, other] = await Promise.all([
      venue.symbol('ACME', { lotSize: 10 }),
      venue.account('ann'),
      venue.account('bob'),
    ]);
    const resting = {
      account: other,
      symbol,
      side: 'SELL',
      priceE4: REFERENCE_E4,
      qty: 100,
    } as const;
    await venue.rest(resting);
    const before = await venue.book(symbol);
    const good = { account, symbol, side: 'BUY', priceE4: REFERENCE_E4, qty: 10 } as const;
    for (const { what, change } of MALFORMED) {
      const order: { [name: string]: Json } = { ...venue.order(good), ...change };
      let answer = await venue.session.raw('submitOrder', order);
      // No reply at all says nothing about the order; never a reply does.
      if (answer.kind === 'indeterminate') answer = await venue.session.raw('submitOrder', order);
      const isRefused =
        answer.kind === 'refused'
          ? answer.problem.code === 'INVALID_REQUEST'
          : answer.kind === 'ok' && answer.output['ordStatus'] === 'REJECTED';
      hold(
        isRefused,
        `An order with ${what} (${JSON.stringify(change)}) should be REJECTED, or refused with INVALID_REQUEST, but is answered ${JSON.stringify(answer).slice(0, 300)}.`,
        'REJECTED or INVALID_REQUEST',
        answer,
      );
      holdBookUnchanged(before, await venue.book(symbol), `An order with ${what}`);
      context.hit('refused');
    }
    // On the tick and on the lot it is accepted.
    const accepted = await venue.submit({ ...good, side: 'BUY', priceE4: REFERENCE_E4 - TICK_E4 });
    openOrder(accepted);
  },
};

export const erroneousOrders: readonly Check[] = [
  maxOrderQty,
  maxNotional,
  priceCollar,
  rateLimit,
  restrictedSymbol,
  maxOpenOrders,
  creditLimit,
  malformedRefused,
];
