/** What an operator does to a symbol that exists: halt, resume, end the session. */
import type { HaltSymbol, SymbolId } from '../../../../spec/trading/messages.d.ts';
import { setBreaker } from '../breakerDeadlines.ts';
import { OPEN, afterHalt } from '../circuitBreaker.ts';
import { ordersOf } from '../marketData.ts';
import type { Command, Program, ShardResult, ShardTask, Venue } from '../program.ts';
import type { Instrument } from '../state.ts';
import { endResting } from './cancelOrder.ts';
import { symbolReport } from './symbolReport.ts';

type Action = (
  venue: Venue,
  instrument: Instrument,
  command: Command,
) => Generator<ShardTask, void, ShardResult>;

// eslint-disable-next-line require-yield -- needs no shard
export const haltSymbol = symbolCommand(function* ({ state }, instrument, { input, nowMs }) {
  const { haltMs = Infinity } = input as HaltSymbol;
  setBreaker(state, instrument, afterHalt(instrument.breaker, nowMs + haltMs));
});

// eslint-disable-next-line require-yield -- needs no shard
export const resumeSymbol = symbolCommand(function* ({ state }, instrument) {
  setBreaker(state, instrument, OPEN);
});

/** Open DAY orders expire; GTC orders stay where they are. */
export const endSession = symbolCommand(function* ({ state }, { image }, command) {
  for (const { orderId } of [...ordersOf(image.bids), ...ordersOf(image.asks)]) {
    const order = state.orders.get(Number(orderId.slice(1)))!;
    if (order.tif === 'DAY') yield* endResting(state, order, 'EXPIRED', 'SESSION_END', command);
  }
});

function symbolCommand(action: Action): (venue: Venue, command: Command) => Program {
  return function* (venue, command) {
    const { symbol } = command.input as { symbol: SymbolId };
    const instrument = venue.state.instruments.get(symbol);
    if (!instrument) {
      const answer = venue.problem('UNKNOWN_SYMBOL', `${symbol} has not been put`, command);
      return { kind: 'event', answer, symbol };
    }
    yield* action(venue, instrument, command);
    const output = symbolReport(instrument, command.auditSeq);
    return { kind: 'event', answer: { output }, symbol };
  };
}
