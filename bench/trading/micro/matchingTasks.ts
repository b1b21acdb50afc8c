/** The order book of the reference: 1 000 orders of 10 on 1 000 price levels, as many as the published mix keeps. */
import assert from 'node:assert/strict';
import { createMatchingEngine } from '../../../reference/trading/engine/matchingEngine.ts';
import {
  BUY,
  CANCEL_TAKER,
  EVENT_EXECUTE,
  IOC,
  REST,
  SELL,
} from '../../../reference/trading/engine/matchingEngine.types.ts';
import type {
  MatchingEngine,
  SideCode,
} from '../../../reference/trading/engine/matchingEngine.types.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';
import { restingOrders } from '../restingOrders.ts';

const CENTRE_TICKS = 100_000;
const LEVELS_A_SIDE = 500;
const QTY = 10;
const BUYER = 1;
const SELLER = 2;

interface Filled {
  readonly engine: MatchingEngine;
  readonly book: number;
  /** Ids of what rests, one a level: bids from the best down, then asks from the best up. */
  readonly ids: readonly number[];
  /** Puts an order in and answers its id. */
  rest(side: SideCode, priceTicks: number): number;
  nextId(): number;
}

function filledBook(): Filled {
  const engine = createMatchingEngine();
  const book = engine.openBook(CENTRE_TICKS);
  let lastId = 0;
  const nextId = (): number => ++lastId;
  const rest = (side: SideCode, priceTicks: number): number => {
    const account = side === BUY ? BUYER : SELLER;
    engine.submit(book, nextId(), account, side, priceTicks, QTY, REST, false, CANCEL_TAKER);
    return lastId;
  };
  const levels = Array.from({ length: LEVELS_A_SIDE }, (_, level) => level + 1);
  const bids = levels.map((level) => rest(BUY, CENTRE_TICKS - level));
  const asks = levels.map((level) => rest(SELL, CENTRE_TICKS + level));
  return { engine, book, ids: [...bids, ...asks], rest, nextId };
}

/** Everything that rests has the price that it should have, and nothing else is there. */
function checkLevels({ engine, book }: Filled, shiftTicks: number): void {
  const levels = Array.from({ length: LEVELS_A_SIDE }, (_, level) => level + 1);
  const expected = [
    ...levels.map((level) => CENTRE_TICKS - level + shiftTicks),
    ...levels.map((level) => CENTRE_TICKS + level + shiftTicks),
  ];
  const orders = restingOrders(engine, book);
  assert.deepEqual(orders.map(({ priceTicks }) => priceTicks), expected, 'not the levels expected'); // prettier-ignore
  assert.ok(orders.every(({ qty }) => qty === QTY), 'an order does not have its quantity'); // prettier-ignore
}

const TRADES_A_CALL = 500;

/** An ask joins the best level, and an IOC takes the one that stood first there. */
function submitAndMatch(): MicroWork {
  const filled = filledBook();
  const { engine, book, nextId } = filled;
  const best = CENTRE_TICKS + 1;
  let firstId = 0;
  let fills = 0;
  return {
    prepare() {
      fills = 0;
      firstId = restingOrders(engine, book).find(({ side }) => side === 'sell')!.orderId;
    },
    fn() {
      const { events } = engine;
      let notionalTicks = 0;
      for (let made = 0; made < TRADES_A_CALL; made++) {
        engine.submit(book, nextId(), SELLER, SELL, best, QTY, REST, false, CANCEL_TAKER);
        engine.submit(book, nextId(), BUYER, BUY, best, QTY, IOC, false, CANCEL_TAKER);
        for (let index = 0; index < events.count; index++) {
          if (events.kind[index] !== EVENT_EXECUTE) continue;
          fills += 1;
          notionalTicks += events.qty[index]! * events.priceTicks[index]!;
        }
      }
      return notionalTicks;
    },
    check(answer) {
      assert.equal(answer, TRADES_A_CALL * QTY * best, 'not everything traded at its price');
      assert.equal(fills, TRADES_A_CALL, 'an order of the same size was not one trade');
      checkLevels(filled, 0);
      const stands = restingOrders(engine, book).find(({ side }) => side === 'sell')!.orderId;
      assert.notEqual(stands, firstId, 'the order that stood first has not traded');
    },
  };
}

/** Every order moves by one tick, and back in the next call; a price that is new loses its place. */
function replace(): MicroWork {
  const filled = filledBook();
  const { engine, book, ids } = filled;
  let shiftTicks = 0;
  return {
    fn() {
      shiftTicks = 1 - shiftTicks;
      let leavesQty = 0;
      for (let at = 0; at < ids.length; at++) {
        const level = at < LEVELS_A_SIDE ? -(at + 1) : at - LEVELS_A_SIDE + 1;
        const priceTicks = CENTRE_TICKS + level + shiftTicks;
        leavesQty += engine.replace(
          book,
          ids[at]!,
          priceTicks,
          QTY,
          false,
          CANCEL_TAKER,
        )!.leavesQty;
      }
      return leavesQty;
    },
    check(answer) {
      assert.equal(answer, ids.length * QTY, 'an order lost quantity on its way');
      checkLevels(filled, shiftTicks);
    },
  };
}

const CANCELS_A_CALL = 1_000;
/** Without a common divisor with the number of orders: takes them from all over the book, each once. */
const STRIDE = 387;

function cancel(): MicroWork {
  const filled = filledBook();
  const { engine, book } = filled;
  let made: number[] = [];
  return {
    prepare() {
      made = Array.from({ length: CANCELS_A_CALL }, (_, at) =>
        at % 2 === 0
          ? filled.rest(BUY, CENTRE_TICKS - 1 - (at >> 1))
          : filled.rest(SELL, CENTRE_TICKS + 1 + (at >> 1)),
      );
    },
    fn() {
      let canceledQty = 0;
      for (let at = 0; at < CANCELS_A_CALL; at++) {
        canceledQty += engine.cancel(book, made[(at * STRIDE) % CANCELS_A_CALL]!);
      }
      return canceledQty;
    },
    check(answer) {
      assert.equal(answer, CANCELS_A_CALL * QTY, 'not everything was open');
      checkLevels(filled, 0);
    },
  };
}

export const matchingTasks: MicroTask[] = [
  { name: 'book: submit, and match', operations: 2 * TRADES_A_CALL, setup: submitAndMatch },
  { name: 'book: replace', operations: 2 * LEVELS_A_SIDE, setup: replace },
  { name: 'book: cancel', operations: CANCELS_A_CALL, setup: cancel },
];
