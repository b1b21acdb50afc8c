/** The public side of a symbol: every public event gets the next seq, changes the book image, and goes to the feed. */
import type {
  Book,
  BookLevel,
  FeedMessage,
  FeedOrder,
  FeedSnapshot,
  Side,
  SymbolState,
  Trades,
} from '../../../spec/trading/messages.d.ts';
import { addOrder, moveOrder, setLeaves } from './bookImage.ts';
import type { Level } from './bookImage.ts';
import type { Instrument, VenueState } from './state.ts';

/** Public events kept for subscribers that resume; who is further behind gets a snapshot. Bounds memory a symbol. */
export const MAX_HISTORY_EVENTS = 4096;

/** An event as its command tells it; symbol and seq are added here. */
export type PublicEvent =
  | { type: 'ADD'; orderId: string; side: Side; priceE4: number; leavesQty: number }
  | {
      type: 'EXECUTE';
      orderId: string;
      tradeId: string;
      priceE4: number;
      qty: number;
      leavesQty: number;
    }
  | { type: 'REDUCE'; orderId: string; leavesQty: number }
  | { type: 'REPLACE'; orderId: string; priceE4: number; leavesQty: number }
  | { type: 'DELETE'; orderId: string }
  | { type: 'STATE'; state: SymbolState };

/** Answers the event's seq. */
export function publish(state: VenueState, instrument: Instrument, event: PublicEvent): number {
  const seq = ++instrument.seq;
  applyToImage(instrument, event);
  const message = feedMessage(instrument.symbol, seq, event);
  remember(instrument.history, message);
  state.outbox.push(message);
  return seq;
}

function applyToImage(instrument: Instrument, event: PublicEvent): void {
  const { image } = instrument;
  switch (event.type) {
    case 'ADD':
      return addOrder(image, event.orderId, event.side, event.priceE4, event.leavesQty);
    case 'EXECUTE':
    case 'REDUCE':
      return setLeaves(image, event.orderId, event.leavesQty);
    case 'REPLACE':
      return moveOrder(image, event.orderId, event.priceE4, event.leavesQty);
    case 'DELETE':
      return setLeaves(image, event.orderId, 0);
    case 'STATE':
      return;
  }
}

/** Only what the contract names: nothing here can tell an account or a clOrdId. */
function feedMessage(symbol: string, seq: number, event: PublicEvent): FeedMessage {
  if (event.type !== 'EXECUTE') return { symbol, seq, ...event };
  const { type, orderId, tradeId, priceE4, qty } = event;
  return { type, symbol, seq, orderId, tradeId, priceE4, qty };
}

/** Trimmed by halves, so that keeping the bound costs nothing an event. */
function remember(history: FeedMessage[], message: FeedMessage): void {
  history.push(message);
  if (history.length > 2 * MAX_HISTORY_EVENTS)
    history.splice(0, history.length - MAX_HISTORY_EVENTS);
}

/**
 * What a new subscriber is told first, and the seq after which it wants the feed: the events from `fromSeq` on where they are all
 * still there, else a snapshot. Ahead of the feed, it hears nothing until the feed is there.
 */
export function catchUp(
  instrument: Instrument,
  fromSeq: number | undefined,
): { messages: FeedMessage[]; lastSeq: number } {
  const { seq, history } = instrument;
  const firstKept = seq - history.length + 1;
  if (fromSeq === undefined || fromSeq < firstKept) {
    return { messages: [feedSnapshot(instrument)], lastSeq: seq };
  }
  const lastSeq = Math.max(seq, fromSeq - 1);
  return { messages: history.slice(fromSeq - firstKept), lastSeq };
}

function feedSnapshot(instrument: Instrument): FeedSnapshot {
  return {
    type: 'SNAPSHOT',
    symbol: instrument.symbol,
    seq: instrument.seq,
    state: instrument.breaker.state,
    bids: ordersOf(instrument.image.bids),
    asks: ordersOf(instrument.image.asks),
  };
}

/** In priority order. */
export function ordersOf(levels: readonly Level[]): FeedOrder[] {
  return levels.flatMap(({ priceE4, orders }) =>
    Array.from(orders, ([orderId, leavesQty]) => ({ orderId, priceE4, leavesQty })),
  );
}

export function bookOf(instrument: Instrument, depth: number): Book {
  return {
    symbol: instrument.symbol,
    seq: instrument.seq,
    state: instrument.breaker.state,
    bids: instrument.image.bids.slice(0, depth).map(bookLevel),
    asks: instrument.image.asks.slice(0, depth).map(bookLevel),
  };
}

function bookLevel({ priceE4, qty, orders }: Level): BookLevel {
  return { priceE4, qty, orders: orders.size };
}

export function tradesOf(instrument: Instrument, fromSeq: number, limit: number): Trades {
  const { trades } = instrument;
  let low = 0;
  let high = trades.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (trades[middle]!.seq < fromSeq) low = middle + 1;
    else high = middle;
  }
  return {
    symbol: instrument.symbol,
    trades: trades.slice(low, low + limit),
    nextFromSeq: trades[low + limit]?.seq ?? null,
  };
}
