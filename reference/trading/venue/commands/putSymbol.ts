import type { PutSymbol } from '../../../../spec/trading/messages.d.ts';
import { BUY, CANCEL_TAKER, REST, SELL } from '../../engine/matchingEngine.types.ts';
import { ordersOf } from '../marketData.ts';
import { highestInside, lowestInside } from '../priceRange.ts';
import type { Command, EngineOrder, Program, ShardResult, ShardTask, Venue } from '../program.ts';
import { newInstrument } from '../state.ts';
import type { Instrument, VenueState } from '../state.ts';
import { symbolReport } from './symbolReport.ts';

/** Creates a symbol, or changes its parameters and its reference price. Resting orders stay, whatever the new parameters. */
export function* putSymbol(venue: Venue, command: Command): Program {
  const { symbol, band = null, ...input } = command.input as PutSymbol;
  const { state } = venue;
  const params = { ...input, band };
  let instrument = state.instruments.get(symbol);
  if (!instrument) {
    const index = state.instruments.size;
    instrument = newInstrument(symbol, index, venue.shardOf(symbol), params);
    instrument.book = yield* openBook(instrument);
    state.instruments.set(symbol, instrument);
  }
  Object.assign(instrument, params);
  const unitE4 = greatestCommonDivisor(instrument.unitE4, instrument.tickSizeE4);
  if (unitE4 !== instrument.unitE4) yield* rebuildBook(state, instrument, unitE4);
  yield bandTask(instrument);
  return { kind: 'event', answer: { output: symbolReport(instrument, command.auditSeq) }, symbol };
}

function* openBook(instrument: Instrument): Generator<ShardTask, number, ShardResult> {
  const { shard, referencePriceE4, unitE4 } = instrument;
  const centreTicks = Math.max(1, Math.round(referencePriceE4 / unitE4));
  return (yield { kind: 'openBook', shard, centreTicks }).value;
}

/** Inclusive ticks inside which trades may print; without a band, every tick there is. */
function bandTask({ shard, book, band, referencePriceE4, unitE4 }: Instrument): ShardTask {
  const lowTicks = band ? Math.ceil(lowestInside(referencePriceE4, band.bandBps) / unitE4) : 0;
  const highTicks = band
    ? Math.floor(highestInside(referencePriceE4, band.bandBps) / unitE4)
    : 0x7fffffff;
  return { kind: 'setBand', shard, book, lowTicks, highTicks };
}

/**
 * The engine counts prices in one unit a book. A tick that this unit does not divide needs a finer one: the resting orders
 * move to a new book, best first and in time order, so that each keeps its place. They do not cross, so nothing trades.
 */
function* rebuildBook(
  state: VenueState,
  instrument: Instrument,
  unitE4: number,
): Generator<ShardTask, void, ShardResult> {
  const { shard, image, book: oldBook } = instrument;
  const resting = [...ordersOf(image.bids), ...ordersOf(image.asks)].map(({ orderId }) =>
    state.orders.get(Number(orderId.slice(1)))!,
  );
  for (const { number } of resting) {
    yield { kind: 'cancel', shard, book: oldBook, orderId: number };
  }
  instrument.unitE4 = unitE4;
  instrument.book = yield* openBook(instrument);
  for (const { number, account, side, priceE4, leavesQty } of resting) {
    const order: EngineOrder = {
      orderId: number,
      account: account.index,
      side: side === 'BUY' ? BUY : SELL,
      priceTicks: priceE4! / unitE4,
      qty: leavesQty,
      remainder: REST,
      postOnly: false,
      selfTrade: CANCEL_TAKER,
    };
    yield { kind: 'submit', shard, book: instrument.book, order };
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
