/** HFT-COMP-02: the journal is enough to rebuild everything. */
import fc from 'fast-check';
import type {
  AuditEvent,
  ExecutionReport,
  Position,
  Positions,
  StateHash,
} from '../../../spec/trading/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import type { Answer, JsonObject } from '../../target/target.ts';
import { comparable, hashOfJson, readAudit, witnessOf } from './auditJournal.ts';
import { hold, holdSame, sameJson } from '../kit/hold.ts';
import { flows, openFlow, runFlow } from './marketFlow.ts';
import { levelsOf } from './orderLedger.ts';
import { levelsText, positionOf, priceAt, sameLevels, told, venueSession } from './venueSession.ts';
import type { VenueSession } from './venueSession.ts';

/** Everything but reads, control and malformed requests. */
const SEQUENCED: ReadonlySet<string> = new Set([
  ...['submitOrder', 'cancelOrder', 'replaceOrder', 'cancelAll', 'putLimits', 'putSymbol'],
  ...['haltSymbol', 'resumeSymbol', 'endSession'],
]);

/** Market flows that a replay repeats. */
const FLOWS = 4;

const replayIsDeterministic: Check = {
  id: 'replay-is-deterministic',
  isolation: 'exclusive',
  needs: ['virtual-clock', 'state-hash'],
  async run(context) {
    const session = context.session();
    const venue = venueSession(session);
    const last = await makeHistory(context, venue);
    const events = await readAudit(venue, 1, last);
    const before = await venue.call<StateHash>('getStateHash', {});

    const other = await context.launch();
    const second = venueSession(session.on(other));
    let nowMs = other.startClockMs;
    for (const event of events) {
      const { operation, auditSeq } = event;
      hold(
        SEQUENCED.has(operation),
        `Audit event ${auditSeq} is of ${operation}, which is no command that could be replayed.`,
        [...SEQUENCED],
        operation,
      );
      if (event.timeMs > nowMs) {
        nowMs = event.timeMs;
        await second.call('setClock', { nowMs });
      }
      holdSameOutcome(await second.session.raw(event.operation, event.input as JsonObject), event);
    }
    context.hit('events', events.length);
    const after = await second.call<StateHash>('getStateHash', {});
    holdSame(
      after.snapshot,
      before.snapshot,
      `Replaying all ${events.length} inputs into an empty venue gives another state.`,
    );
    hold(
      after.stateHash === before.stateHash,
      `Replaying all ${events.length} inputs into an empty venue gives another state hash.`,
      before.stateHash,
      after.stateHash,
    );
  },
};

/** Every kind of command at several times; answers the last auditSeq. The clock stands still between a command and the next move. */
async function makeHistory(context: CheckContext, venue: VenueSession): Promise<number> {
  const market = await openFlow(venue);
  const { symbol, maker, taker } = market;
  let nowMs = context.target.startClockMs;
  for (const steps of fc.sample(flows, { seed: context.seed, numRuns: FLOWS })) {
    nowMs += 1_234;
    await venue.call('setClock', { nowMs });
    await runFlow(venue, market, steps);
  }
  const order = { account: maker, symbol, side: 'BUY', priceE4: priceAt(-9), qty: 3 } as const;
  await venue.submit({ ...order, tif: 'DAY' });
  await venue.submit({ ...order, tif: 'FOK', priceE4: priceAt(-20) });
  await venue.submit({ account: taker, symbol, side: 'BUY', qty: 1 });
  await venue.submit({ ...order, side: 'SELL', stp: 'CANCEL_BOTH' });
  await venue.tryCancel(venue.id('no-such-order'), maker);
  await venue.submit({ ...order, account: venue.id('stranger') });
  await venue.call('haltSymbol', { symbol, reason: 'check', haltMs: 5_000 });
  await venue.submit(order);
  await venue.call('resumeSymbol', { symbol, reason: 'check' });
  await venue.call('endSession', { symbol });
  await venue.submit({ ...order, account: taker, priceE4: priceAt(-11) });
  await venue.cancelAll(maker);
  const last: ExecutionReport = await venue.submit({ ...order, priceE4: priceAt(-12) });
  return witnessOf(last, told(last));
}

/** @throws Violation when the answer is not what the event says */
export function holdSameOutcome(answer: Answer, event: AuditEvent): void {
  const { operation, auditSeq, output } = event;
  const what = `${operation} of audit event ${auditSeq}, replayed into an empty venue,`;
  if (answer.kind === 'refused') {
    hold(
      answer.problem.code === (output as { code?: unknown }).code,
      `${what} was refused with ${answer.problem.code}, which is not what it came to before.`,
      output,
      answer.problem,
    );
    return;
  }
  hold(
    answer.kind === 'ok',
    `${what} was not answered: ${'reason' in answer ? answer.reason : ''}.`,
  );
  hold(
    sameJson(comparable(answer.output), comparable(output)),
    `${what} came to something else than before.`,
    output,
    answer.output,
  );
}

const stateHashIsTrue: Check = {
  id: 'state-hash-is-true',
  isolation: 'shared',
  needs: ['state-hash'],
  run: ({ property, hit }) =>
    property(
      flows,
      async (steps, session) => {
        const venue = venueSession(session);
        const market = await openFlow(venue);
        const { symbol, maker, taker } = market;
        await runFlow(venue, market, steps);
        const { stateHash, snapshot } = await venue.call<StateHash>('getStateHash', {});
        const expected = hashOfJson(snapshot);
        hold(
          stateHash === expected,
          'The stateHash is not SHA-256 of the canonical JSON of its snapshot.',
          expected,
          stateHash,
        );
        // The symbol and the accounts are this session's own, so nothing has happened to them since.
        const mine = snapshot.symbols.find((each) => each.symbol === symbol);
        hold(mine !== undefined, `The snapshot lacks ${symbol}.`, symbol, snapshot.symbols.length);
        const book = await venue.book(symbol);
        const side = (orders: typeof mine.bids, which: 'BUY' | 'SELL') =>
          orders.map((order) => ({ ...order, side: which }));
        const levels = levelsOf([...side(mine.bids, 'BUY'), ...side(mine.asks, 'SELL')]);
        const { state, seq, referencePriceE4 } = await venue.symbolReport(symbol);
        hold(
          sameLevels(levels, book) && mine.seq === book.seq && mine.state === book.state,
          `The snapshot shows another book of ${symbol} than getBook.`,
          `${levelsText(book)}; ${book.state}; seq ${book.seq}`,
          `${levelsText(levels)}; ${mine.state}; seq ${mine.seq}`,
        );
        holdSame(
          { state: mine.state, seq: mine.seq, referencePriceE4: mine.referencePriceE4 },
          { state, seq, referencePriceE4 },
          `The snapshot shows ${symbol} otherwise than getSymbol.`,
        );
        for (const account of [maker, taker]) {
          const { positions } = await venue.call<Positions>('getPositions', { account });
          const shown = snapshot.accounts.find((each) => each.account === account);
          holdSame(
            withFigures(shown?.positions),
            withFigures(positions),
            `The snapshot shows other positions of ${account} than getPositions.`,
          );
        }
        if (book.bids.length + book.asks.length > 0 || mine.seq > 0) hit('snapshots');
      },
      { runs: 5 },
    ),
};

/** Those that say anything. */
function withFigures(positions: readonly Position[] | undefined): Position[] | undefined {
  return positions
    ?.map(positionOf)
    .filter(
      ({ netQty, openBuyQty, openSellQty, realizedNotionalE4 }) =>
        netQty !== 0 || openBuyQty !== 0 || openSellQty !== 0 || realizedNotionalE4 !== 0,
    );
}

export const replay: readonly Check[] = [replayIsDeterministic, stateHashIsTrue];
