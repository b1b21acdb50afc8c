/** Carries out what the matching engine made of an order: both sides' states and positions, public events, the breaker. */
import type { CanceledOrder, Fill, Side } from '../../../spec/trading/messages.d.ts';
import {
  EVENT_ADD,
  EVENT_DELETE,
  EVENT_EXECUTE,
  EVENT_REDUCE,
  EVENT_REPLACE,
  STOP_BAND,
} from '../engine/matchingEngine.types.ts';
import type { BookEvents } from '../engine/matchingEngine.types.ts';
import { setBreaker } from './breakerDeadlines.ts';
import { afterPreventedTrade, afterTrade } from './circuitBreaker.ts';
import { publish } from './marketData.ts';
import { endOrder, fillOrder } from './orderState.ts';
import { fillPosition, release } from './positions.ts';
import type { Command, ShardResult } from './program.ts';
import type { Instrument, Order, VenueState } from './state.ts';
import { orderId } from './state.ts';

export interface CarriedOut {
  readonly fills: Fill[];
  readonly canceledOrders: CanceledOrder[];
}

/** `reservedPriceE4`: at what price the incoming order's quantity is reserved. */
export function carryOut(
  state: VenueState,
  incoming: Order,
  reservedPriceE4: number,
  { events, outcome }: ShardResult,
  command: Command,
): CarriedOut {
  const done: CarriedOut = { fills: [], canceledOrders: [] };
  for (let index = 0; index < events.count; index++) {
    const maker = state.orders.get(events.orderId[index]!);
    if (events.kind[index] === EVENT_EXECUTE) {
      done.fills.push(trade(state, incoming, maker!, reservedPriceE4, events.qty[index]!, command));
    } else if (events.kind[index] === EVENT_DELETE && maker && maker !== incoming) {
      done.canceledOrders.push(preventSelfTrade(state, maker, command));
    } else {
      tellOwn(state, incoming, events, index);
    }
  }
  moveBreaker(state, incoming.instrument, done.fills.length > 0, outcome.stop, command.nowMs);
  return done;
}

function trade(
  state: VenueState,
  taker: Order,
  maker: Order,
  reservedPriceE4: number,
  qty: number,
  { nowMs, auditSeq }: Command,
): Fill {
  const { instrument } = maker;
  const priceE4 = maker.priceE4!;
  const tradeId = `T${++state.lastTradeNumber}`;
  fillOrder(maker, qty);
  fillOrder(taker, qty);
  maker.auditSeq = auditSeq;
  maker.transactTimeMs = nowMs;
  fillPosition(maker.account, instrument, maker.side, qty, priceE4, priceE4);
  fillPosition(taker.account, instrument, taker.side, qty, reservedPriceE4, priceE4);
  const makerOrderId = orderId(maker.number);
  const seq = publish(state, instrument, {
    type: 'EXECUTE',
    orderId: makerOrderId,
    tradeId,
    priceE4,
    qty,
    leavesQty: maker.leavesQty,
  });
  const aggressorSide: Side = taker.side;
  instrument.trades.push({ tradeId, seq, priceE4, qty, aggressorSide, transactTimeMs: nowMs });
  return { tradeId, seq, priceE4, qty, makerOrderId };
}

function preventSelfTrade(state: VenueState, maker: Order, command: Command): CanceledOrder {
  const qty = takeOut(state, maker, command);
  endOrder(maker, 'CANCELED', 'CANCELED', 'SELF_TRADE');
  return { orderId: orderId(maker.number), clOrdId: maker.clOrdId, qty, reason: 'SELF_TRADE' };
}

/** Tells the public that a resting order is gone and releases what it had reserved; answers how much that was. */
export function takeOut(state: VenueState, order: Order, { nowMs, auditSeq }: Command): number {
  const qty = order.leavesQty;
  release(order.account, order.instrument, order.side, qty, order.priceE4!);
  order.auditSeq = auditSeq;
  order.transactTimeMs = nowMs;
  publish(state, order.instrument, { type: 'DELETE', orderId: orderId(order.number) });
  return qty;
}

/** Public events of the incoming order itself. */
function tellOwn(state: VenueState, own: Order, events: BookEvents, index: number): void {
  const { instrument, side } = own;
  const id = orderId(own.number);
  const priceE4 = events.priceTicks[index]! * instrument.unitE4;
  const leavesQty = events.leavesQty[index]!;
  switch (events.kind[index]) {
    case EVENT_ADD:
      publish(state, instrument, { type: 'ADD', orderId: id, side, priceE4, leavesQty });
      break;
    case EVENT_REDUCE:
      publish(state, instrument, { type: 'REDUCE', orderId: id, leavesQty });
      break;
    case EVENT_REPLACE:
      publish(state, instrument, { type: 'REPLACE', orderId: id, priceE4, leavesQty });
      break;
    case EVENT_DELETE:
      publish(state, instrument, { type: 'DELETE', orderId: id });
      break;
  }
}

/** A trade relieves a LIMIT_STATE; a trade that was prevented afterwards begins a new one. */
function moveBreaker(
  state: VenueState,
  instrument: Instrument,
  hasTraded: boolean,
  stop: number,
  nowMs: number,
): void {
  if (hasTraded) setBreaker(state, instrument, afterTrade(instrument.breaker));
  if (stop === STOP_BAND && instrument.band) {
    const { breaker, band } = instrument;
    setBreaker(state, instrument, afterPreventedTrade(breaker, band, nowMs));
  }
}
