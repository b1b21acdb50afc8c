/** A subscriber of the feed: keeps what came, waits for what must come, and folds it into a book. */
import type {
  Book,
  FeedMessage,
  FeedOrder,
  FeedSnapshot,
  Side,
  SymbolState,
} from '../../../spec/trading/messages.d.ts';
import { Violation } from '../check.ts';
import type { Session } from '../check.ts';
import type { StreamEvent } from '../../target/target.ts';
import { hold } from '../kit/hold.ts';
import { levelsOf } from './orderLedger.ts';

/** What the venue has told in a reply leaves for the feed at once; on loopback this is an eternity. */
const MAX_FEED_WAIT_MS = 5_000;

export interface FeedReader {
  readonly messages: readonly FeedMessage[];
  /** Resolves once a message of this seq or a later one has come. @throws Violation when none comes */
  waitFor(seq: number): Promise<void>;
  close(): Promise<void>;
}

export interface FoldedBook {
  readonly seq: number;
  readonly state: SymbolState | undefined;
  readonly levels: Pick<Book, 'bids' | 'asks'>;
}

export async function openFeed(
  session: Session,
  symbol: string,
  fromSeq?: number,
): Promise<FeedReader> {
  const messages: FeedMessage[] = [];
  let broken: string | undefined;
  let wake: () => void = () => undefined;
  const onEvent = (event: StreamEvent): void => {
    if (event.kind === 'message') messages.push(event.message as unknown as FeedMessage);
    else broken ??= event.kind === 'malformed' ? event.reason : `The feed ended: ${event.reason}`;
    wake();
  };
  const input = { symbol, ...(fromSeq === undefined ? {} : { fromSeq }) };
  const subscription = await session.subscribe('feed', input, onEvent);

  const reader: FeedReader = {
    messages,
    close: () => subscription.close(),
    async waitFor(seq) {
      const deadlineMs = performance.now() + MAX_FEED_WAIT_MS;
      while ((messages.at(-1)?.seq ?? -1) < seq) {
        if (broken !== undefined) throw new Violation(broken);
        const leftMs = deadlineMs - performance.now();
        hold(
          leftMs > 0,
          `The feed of ${symbol}${fromSeq === undefined ? '' : ` from ${fromSeq}`} has not brought seq ${seq} within ${MAX_FEED_WAIT_MS} ms.`,
          seq,
          messages.at(-1) ?? 'no message at all',
        );
        await woken(leftMs);
      }
    },
  };
  // From here on the snapshot is there, so it is of a time before whatever the caller does next.
  if (fromSeq === undefined) await reader.waitFor(0);
  return reader;

  function woken(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** The feed must begin with a snapshot, or every event has to be there from the first on. */
export function startOf(messages: readonly FeedMessage[], symbol: string): FeedSnapshot {
  const first = messages[0];
  hold(
    first?.type === 'SNAPSHOT',
    `The first message of a feed of ${symbol} without fromSeq is no SNAPSHOT.`,
    'a SNAPSHOT',
    first,
  );
  return first;
}

/** The book after every message up to and including `seq`. @throws Violation for an event about an order that is not there */
export function fold(messages: readonly FeedMessage[], seq: number): FoldedBook {
  let orders = new Map<string, { side: Side; priceE4: number; leavesQty: number }>();
  let state: SymbolState | undefined;
  let last = 0;
  const known = (message: Extract<FeedMessage, { orderId: string }>) => {
    const order = orders.get(message.orderId);
    hold(
      order !== undefined,
      `The feed's ${message.type} with seq ${message.seq} is about order ${message.orderId}, which by the feed does not rest.`,
      undefined,
      message,
    );
    return order;
  };
  for (const message of messages) {
    if (message.seq > seq) break;
    last = message.seq;
    switch (message.type) {
      case 'SNAPSHOT':
        orders = new Map([...sideOf(message.bids, 'BUY'), ...sideOf(message.asks, 'SELL')]);
        state = message.state;
        break;
      case 'ADD':
        orders.set(message.orderId, message);
        break;
      case 'EXECUTE': {
        const order = known(message);
        const leavesQty = order.leavesQty - message.qty;
        if (leavesQty > 0) orders.set(message.orderId, { ...order, leavesQty });
        else orders.delete(message.orderId);
        break;
      }
      case 'REDUCE':
        orders.set(message.orderId, { ...known(message), leavesQty: message.leavesQty });
        break;
      case 'REPLACE': {
        const { side } = known(message);
        orders.set(message.orderId, { ...message, side });
        break;
      }
      case 'DELETE':
        // After an EXECUTE that left nothing it says again what is known.
        orders.delete(message.orderId);
        break;
      case 'STATE':
        state = message.state;
        break;
    }
  }
  return { seq: last, state, levels: levelsOf([...orders.values()]) };
}

/** Only what the contract names, so that the same event told twice is the same. */
export function eventOf(message: FeedMessage): object {
  switch (message.type) {
    case 'SNAPSHOT': {
      const { type, seq, state, bids, asks } = message;
      return { type, seq, state, bids: bids.map(orderOf), asks: asks.map(orderOf) };
    }
    case 'ADD': {
      const { type, seq, side } = message;
      return { type, seq, side, ...orderOf(message) };
    }
    case 'EXECUTE': {
      const { type, seq, orderId, tradeId, priceE4, qty } = message;
      return { type, seq, orderId, tradeId, priceE4, qty };
    }
    case 'REDUCE': {
      const { type, seq, orderId, leavesQty } = message;
      return { type, seq, orderId, leavesQty };
    }
    case 'REPLACE': {
      const { type, seq } = message;
      return { type, seq, ...orderOf(message) };
    }
    case 'DELETE': {
      const { type, seq, orderId } = message;
      return { type, seq, orderId };
    }
    case 'STATE': {
      const { type, seq, state } = message;
      return { type, seq, state };
    }
  }
}

function orderOf({ orderId, priceE4, leavesQty }: FeedOrder): FeedOrder {
  return { orderId, priceE4, leavesQty };
}

function sideOf(orders: readonly FeedOrder[], side: Side) {
  return orders.map((order) => [order.orderId, { ...order, side }] as const);
}
