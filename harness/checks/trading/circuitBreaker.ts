/** HFT-CB-02: no trade prints outside the band; limit state, halt and resumption follow the clock. */
import fc from 'fast-check';
import type { Side, SymbolState } from '../../../spec/trading/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdOneOf, holdSame } from '../kit/hold.ts';
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
import type { VenueSession } from './venueSession.ts';

/** 1 % of the reference: prices up to 100 ticks away may print. */
const BAND_BPS = 100;
const BAND_TICKS = 100;
/** As long as the contract allows: nothing ends by itself while a check looks at it. */
const NEVER_MS = 86_400_000;

interface Banded {
  readonly venue: VenueSession;
  readonly symbol: string;
  readonly taker: string;
  readonly maker: string;
  readonly at: (away: number) => number;
}

/** A symbol with a band. `at` counts ticks away from the reference, to where an order of `side` reaches. */
async function openBanded(
  venue: VenueSession,
  name: string,
  side: Side,
  { limitStateMs = NEVER_MS, haltMs = NEVER_MS } = {},
): Promise<Banded> {
  const [symbol, taker, maker] = await Promise.all([
    venue.symbol(name, { band: { bandBps: BAND_BPS, limitStateMs, haltMs } }),
    venue.account('tom'),
    venue.account('mia'),
  ]);
  const at = (away: number): number => priceAt(side === 'BUY' ? away : -away);
  return { venue, symbol, taker, maker, at };
}

/** Makes a trade outside the band impossible to miss: an order rests there, and one reaches it. */
async function preventTrade(banded: Banded, side: Side): Promise<void> {
  const { venue, symbol, taker, maker, at } = banded;
  const priceE4 = at(BAND_TICKS + 50);
  const outside = { account: maker, symbol, side: oppositeOf(side), priceE4, qty: 5 };
  await venue.rest(outside);
  const report = await venue.submit({ ...outside, account: taker, side, qty: 1 });
  hold(
    report.cumQty === 0,
    `${told(report)} traded outside the band of ${symbol}.`,
    0,
    report.cumQty,
  );
}

async function holdState(
  { venue, symbol }: Pick<Banded, 'venue' | 'symbol'>,
  state: SymbolState,
  when: string,
): Promise<void> {
  const report = await venue.symbolReport(symbol);
  hold(
    report.state === state,
    `${symbol} should be ${state} ${when}, but is ${report.state}.`,
    state,
    report.state,
  );
}

const preventsTrade: Check = {
  id: 'band-prevents-trade',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        /** 0: nothing rests inside. */
        insideQty: fc.integer({ min: 0, max: 5 }),
        insideAway: fc.constantFrom(1, 50, BAND_TICKS),
        outsideAway: fc.constantFrom(BAND_TICKS + 1, BAND_TICKS + 60),
        outsideQty: qtyArbitrary,
        more: qtyArbitrary,
      }),
      async ({ side, insideQty, insideAway, outsideAway, outsideQty, more }, session) => {
        const venue = venueSession(session);
        const { symbol, taker, maker, at } = await openBanded(venue, 'ACME', side);
        const rest = { account: maker, symbol, side: oppositeOf(side) };
        if (insideQty > 0) {
          await venue.rest({ ...rest, priceE4: at(insideAway), qty: insideQty });
        }
        const outside = await venue.rest({ ...rest, priceE4: at(outsideAway), qty: outsideQty });
        const qty = insideQty + more;
        const report = await venue.submit({
          ...{ account: taker, symbol, side, priceE4: at(outsideAway), qty },
        });
        const where = `inside the band, which ends ${BAND_TICKS} ticks from the reference, ${insideQty} rested`;
        hold(
          report.cumQty === insideQty,
          `${told(report)} traded ${report.cumQty}, although ${where}.`,
          insideQty,
          report.cumQty,
        );
        const ends: (typeof report.ordStatus)[] = ['CANCELED', 'EXPIRED'];
        if (insideQty === 0) ends.push('REJECTED');
        holdOneOf(report.ordStatus, ends, `${told(report)} met the band, so it ends wrongly`);
        holdOneOf(report.reason, ['LIMIT_BAND'], `${told(report)} met the band`);
        const seen = await venue.getOrder(maker, outside.clOrdId);
        hold(
          seen.cumQty === 0 && seen.leavesQty === outsideQty,
          `${outside.orderId}, resting outside the band, reads cumQty ${seen.cumQty} and leavesQty ${seen.leavesQty}.`,
          { cumQty: 0, leavesQty: outsideQty },
          seen,
        );
        hit('prevented');
      },
      { runs: 12 },
    ),
};

const limitState: Check = {
  id: 'limit-state',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ side: sideArbitrary, away: fc.constantFrom(0, 10, BAND_TICKS) }),
      async ({ side, away }, session) => {
        const venue = venueSession(session);
        const banded = await openBanded(venue, 'ACME', side);
        const { symbol, taker, maker, at } = banded;
        await holdState(banded, 'OPEN', 'before anything happened');
        await preventTrade(banded, side);
        await holdState(banded, 'LIMIT_STATE', 'after a trade outside its band was prevented');
        const order = { symbol, side: oppositeOf(side), priceE4: at(away), qty: 2 };
        const resting = await venue.submit({ ...order, account: maker });
        holdAccepted(resting, `${symbol} is in LIMIT_STATE`);
        await holdState(banded, 'LIMIT_STATE', 'while nothing has traded');
        hit('entered');
        const report = await venue.submit({ ...order, account: taker, side, qty: 1 });
        hold(
          report.cumQty === 1,
          `${told(report)} should trade inside the band of ${symbol} in LIMIT_STATE, but is ${report.ordStatus}${because(report)}.`,
          1,
          report.cumQty,
        );
        await holdState(banded, 'OPEN', 'after a trade inside its band');
        hit('relieved');
      },
      { runs: 6 },
    ),
};

/** Two symbols, so that not one number of milliseconds fits by chance. */
const DURATIONS: readonly { limitStateMs: number; haltMs: number; sides: [Side, Side] }[] = [
  { limitStateMs: 15_000, haltMs: 300_000, sides: ['BUY', 'SELL'] },
  { limitStateMs: 1_234, haltMs: 7_001, sides: ['SELL', 'BUY'] },
];

const limitStateHalts: Check = {
  id: 'limit-state-halts',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const venue = venueSession(context.session());
    for (const [index, durations] of DURATIONS.entries()) {
      const [side] = durations.sides;
      const banded = await openBanded(venue, `S${index}`, side, durations);
      await preventTrade(banded, side);
      const beganMs = await nowMs(banded);
      const { limitStateMs } = durations;
      await setClock(venue, beganMs + limitStateMs - 1);
      await holdState(banded, 'LIMIT_STATE', `${limitStateMs} - 1 ms after it began`);
      await setClock(venue, beganMs + limitStateMs);
      await holdState(banded, 'HALTED', `${limitStateMs} ms after its LIMIT_STATE began`);
      const { symbol, taker, at } = banded;
      const order = { account: taker, symbol, side, priceE4: at(0), qty: 1 };
      holdRejected(await venue.submit(order), ['HALTED'], `${symbol} is halted`);
      context.hit('halted');
    }
  },
};

const haltEnds: Check = {
  id: 'halt-ends',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const venue = venueSession(context.session());
    for (const [index, durations] of DURATIONS.entries()) {
      const [, side] = durations.sides;
      const banded = await openBanded(venue, `S${index}`, side, durations);
      await preventTrade(banded, side);
      const haltedMs = (await nowMs(banded)) + durations.limitStateMs;
      const { haltMs } = durations;
      await setClock(venue, haltedMs);
      await holdState(banded, 'HALTED', 'when its LIMIT_STATE was over');
      await setClock(venue, haltedMs + haltMs - 1);
      await holdState(banded, 'HALTED', `${haltMs} - 1 ms after the halt`);
      await setClock(venue, haltedMs + haltMs);
      await holdState(banded, 'OPEN', `${haltMs} ms after the halt`);
      const { symbol, taker, at } = banded;
      const order = { account: taker, symbol, side, priceE4: at(0), qty: 1 };
      holdAccepted(await venue.submit(order), `the halt of ${symbol} is over`);
      context.hit('resumed');
    }
  },
};

const haltedRefuses: Check = {
  id: 'halted-refuses-orders',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ side: sideArbitrary, qty: qtyArbitrary }),
      async ({ side, qty }, session) => {
        const venue = venueSession(session);
        const [symbol, account] = await Promise.all([venue.symbol('ACME'), venue.account('ann')]);
        const order = { account, symbol, side, priceE4: priceAt(0), qty };
        const canceled = await venue.rest(order);
        const stays = await venue.rest(order);
        await venue.call('haltSymbol', { symbol, reason: 'check' });
        for (const request of [order, { ...order, tif: 'IOC' as const }]) {
          holdRejected(await venue.submit(request), ['HALTED'], `${symbol} is halted`);
          hit('refused');
        }
        const replace = await venue.replace(stays, { qty: qty + 1 });
        hold(
          replace.execType === 'REJECTED' && replace.reason === 'HALTED',
          `A replace of ${stays.orderId} in the halted ${symbol} should be REJECTED with HALTED, but is ${replace.execType}${because(replace)}.`,
          { execType: 'REJECTED', reason: 'HALTED' },
          replace,
        );
        const report = await venue.cancel(canceled);
        hold(
          report.ordStatus === 'CANCELED',
          `The cancel of ${canceled.orderId} in the halted ${symbol} should work, but reports ${report.ordStatus}.`,
          'CANCELED',
          report.ordStatus,
        );
        const book = await venue.book(symbol);
        holdSame(
          book[side === 'BUY' ? 'bids' : 'asks'],
          [{ priceE4: priceAt(0), qty, orders: 1 }],
          `One order was cancelled in the halted ${symbol}, so the other should rest alone, unchanged.`,
        );
        hit('canceled');
        await venue.call('resumeSymbol', { symbol, reason: 'check' });
        holdAccepted(await venue.submit(order), `${symbol} was resumed`);
      },
      { runs: 5 },
    ),
};

const operatorHalt: Check = {
  id: 'operator-halt',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const venue = venueSession(context.session());
    const timed = await openBanded(venue, 'TIMED', 'BUY');
    const byHand = await openBanded(venue, 'HAND', 'BUY');
    const halt = (symbol: string, haltMs?: number) =>
      venue.call('haltSymbol', {
        ...{ symbol, reason: 'check' },
        ...(haltMs === undefined ? {} : { haltMs }),
      });
    const order = { account: timed.taker, side: 'BUY', priceE4: priceAt(0), qty: 1 } as const;
    const startMs = await nowMs(timed);
    await halt(byHand.symbol);
    await halt(timed.symbol, 60_000);
    // On a symbol that is halted it can only prolong.
    await halt(timed.symbol, 1_000);
    await setClock(venue, startMs + 59_999);
    await holdState(timed, 'HALTED', '1 ms before the 60 000 ms for which it was halted');
    holdRejected(
      await venue.submit({ ...order, symbol: timed.symbol }),
      ['HALTED'],
      'it was halted by hand',
    );
    await setClock(venue, startMs + 60_000);
    await holdState(timed, 'OPEN', 'after the 60 000 ms for which it was halted');
    holdAccepted(
      await venue.submit({ ...order, symbol: timed.symbol }),
      'the time of its halt is over',
    );
    context.hit('halted');

    await setClock(venue, startMs + 10 * NEVER_MS);
    await holdState(byHand, 'HALTED', 'until it is resumed, however late');
    holdRejected(
      await venue.submit({ ...order, symbol: byHand.symbol }),
      ['HALTED'],
      'it was halted by hand',
    );
    await venue.call('resumeSymbol', { symbol: byHand.symbol, reason: 'check' });
    await holdState(byHand, 'OPEN', 'at once when it is resumed');
    holdAccepted(await venue.submit({ ...order, symbol: byHand.symbol }), 'it was resumed');
    context.hit('halted');

    await halt(timed.symbol, 60_000);
    await venue.call('resumeSymbol', { symbol: timed.symbol, reason: 'check' });
    await holdState(timed, 'OPEN', 'when it is resumed before its halt is over');
  },
};

/** The venue's clock, as a report tells it: that of an order which rests where it meets nothing. */
async function nowMs({ venue, symbol, taker, at }: Banded): Promise<number> {
  const side = at(1) > at(0) ? 'BUY' : 'SELL';
  const order = await venue.rest({ account: taker, symbol, side, priceE4: at(-50), qty: 1 });
  return order.report.transactTimeMs;
}

async function setClock(venue: VenueSession, ms: number): Promise<void> {
  await venue.call('setClock', { nowMs: ms });
}

export const circuitBreaker: readonly Check[] = [
  preventsTrade,
  limitState,
  limitStateHalts,
  haltedRefuses,
  haltEnds,
  operatorHalt,
];
