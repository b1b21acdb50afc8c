/** The public side: events, snapshots, the hash of the state. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Book, FeedMessage } from '../../../spec/trading/messages.d.ts';
import { bookOf, ordersOf, publish } from '../../../reference/trading/venue/marketData.ts';
import { stateHash, stateSnapshot } from '../../../reference/trading/venue/stateSnapshot.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';
import { CENTRE_E4, filledVenue, LEVELS_A_SIDE, QTY, TICK_E4 } from './filledVenue.ts';

const ORDERS_A_CALL = 200;
const EVENTS_AN_ORDER = 3;

/** An order comes to the best level, trades in part, and goes. */
function publicEvents(): MicroWork {
  const { state, instrument } = filledVenue();
  const priceE4 = CENTRE_E4 - TICK_E4;
  const id = 'X1';
  let sent: FeedMessage[] = [];
  let firstSeq = 0;
  return {
    prepare() {
      state.outbox = [];
      firstSeq = instrument.seq + 1;
    },
    fn() {
      const side = 'BUY';
      let lastSeq = 0;
      for (let made = 0; made < ORDERS_A_CALL; made++) {
        publish(state, instrument, { type: 'ADD', orderId: id, side, priceE4, leavesQty: 10 });
        const trade = { tradeId: 'T1', priceE4, qty: 4, leavesQty: 6 };
        publish(state, instrument, { type: 'EXECUTE', orderId: id, ...trade });
        lastSeq = publish(state, instrument, { type: 'DELETE', orderId: id });
      }
      sent = state.outbox;
      return lastSeq - firstSeq + 1;
    },
    check(answer) {
      assert.equal(answer, EVENTS_AN_ORDER * ORDERS_A_CALL, 'the numbers have a gap');
      const symbol = 'MICRO';
      const expected = Array.from({ length: ORDERS_A_CALL }, (_, made) => {
        const seq = firstSeq + made * EVENTS_AN_ORDER;
        return [
          { symbol, seq, type: 'ADD', orderId: id, side: 'BUY', priceE4, leavesQty: 10 },
          { symbol, seq: seq + 1, type: 'EXECUTE', orderId: id, tradeId: 'T1', priceE4, qty: 4 },
          { symbol, seq: seq + 2, type: 'DELETE', orderId: id },
        ];
      }).flat();
      assert.deepEqual(sent, expected, 'not the messages that the contract asks for');
      const best = instrument.image.bids[0]!;
      assert.deepEqual([best.priceE4, best.qty, best.orders.size], [priceE4, QTY, 1]);
    },
  };
}

const BOOKS_A_CALL = 100;
const DEPTH = 10;

function topOfBook(): MicroWork {
  const { instrument } = filledVenue();
  let last: Book;
  return {
    fn() {
      let qty = 0;
      for (let made = 0; made < BOOKS_A_CALL; made++) {
        last = bookOf(instrument, DEPTH);
        for (const level of last.bids) qty += level.qty;
        for (const level of last.asks) qty += level.qty;
      }
      return qty;
    },
    check(answer) {
      assert.equal(answer, BOOKS_A_CALL * 2 * DEPTH * QTY);
      const levels = (sign: number) =>
        Array.from({ length: DEPTH }, (_, level) => {
          return { priceE4: CENTRE_E4 + sign * (level + 1) * TICK_E4, qty: QTY, orders: 1 };
        });
      const seq = 2 * LEVELS_A_SIDE;
      const expected = { symbol: 'MICRO', seq, state: 'OPEN', bids: levels(-1), asks: levels(1) };
      assert.deepEqual(last, expected, 'not the top of the book');
    },
  };
}

const SNAPSHOTS_A_CALL = 5;

function wholeBook(): MicroWork {
  const { image } = filledVenue().instrument;
  let last: ReturnType<typeof ordersOf> = [];
  return {
    fn() {
      let qty = 0;
      for (let made = 0; made < SNAPSHOTS_A_CALL; made++) {
        last = [...ordersOf(image.bids), ...ordersOf(image.asks)];
        for (const order of last) qty += order.leavesQty;
      }
      return qty;
    },
    check(answer) {
      assert.equal(answer, SNAPSHOTS_A_CALL * 2 * LEVELS_A_SIDE * QTY);
      const expected = ['BUY', 'SELL'].flatMap((side) =>
        Array.from({ length: LEVELS_A_SIDE }, (_, level) => `${side}${level + 1}`),
      );
      assert.deepEqual(last.map(({ orderId }) => orderId), expected, 'not in priority order'); // prettier-ignore
    },
  };
}

function hashOfState(): MicroWork {
  const { state } = filledVenue();
  const canonical = canonicalize(stateSnapshot(state))!;
  const expected = createHash('sha256').update(canonical).digest('hex');
  const figure = (hex: string): number => Number.parseInt(hex.slice(0, 12), 16);
  return {
    fn: () => figure(stateHash(stateSnapshot(state))),
    check(answer) {
      assert.equal(answer, figure(expected), 'not the hash of the canonical snapshot');
      assert.equal(canonical.split('"leavesQty":10').length - 1, 2 * LEVELS_A_SIDE);
    },
  };
}

export const marketDataTasks: MicroTask[] = [
  {
    name: 'market data: a public event',
    operations: EVENTS_AN_ORDER * ORDERS_A_CALL,
    setup: publicEvents,
  },
  { name: 'book snapshot, 10 levels a side', operations: BOOKS_A_CALL, setup: topOfBook },
  { name: 'book snapshot, 1 000 orders', operations: SNAPSHOTS_A_CALL, setup: wholeBook },
  { name: 'state hash, 1 000 orders', operations: 1, setup: hashOfState },
];
