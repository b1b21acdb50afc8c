/** The operations of the contract, each with what carries it out. */
import type { SetClock } from '../../spec/marketplace/messages.d.ts';
import type { Answer } from '../kit/service.ts';
import { getProduct, purgeProduct, putPrice } from './cacheManager/products.ts';
import { decide } from './decide.ts';
import { findKey } from './idempotency/findKey.ts';
import { underKey } from './idempotency/underKey.ts';
import type { Layer } from './inventorySystem/consistencyMgr/layer.ts';
import { adjustStock, getStock, putStock } from './inventorySystem/consistencyMgr/stock.ts';
import { expireDue } from './inventorySystem/reservationMgr/expiry.ts';
import { reserve } from './inventorySystem/reservationMgr/reserve.ts';
import {
  confirmReservation,
  extendReservation,
  getReservation,
  releaseReservation,
} from './inventorySystem/reservationMgr/reservations.ts';
import { getRing, putRing, routeKeys } from './inventorySystem/shards/rings.ts';
import { leafAnswer } from './leafAnswer.ts';
import type { Market } from './market.ts';
import { putAdmission } from './orderProcessor/admission.ts';
import { cancelOrder, shipOrder } from './orderProcessor/orders.ts';
import { getOrder } from './orderProcessor/orderView.ts';
import { placeOrder } from './orderProcessor/placeOrder.ts';
import type { Outcome } from './outcome.ts';

/** The input has the shape that the contract gives the operation. */
export type Operation = (market: Market, input: never) => Answer | Promise<Answer>;

type Command<Input> = (draft: Layer, market: Market, input: Input) => Answer;

/** Where the data directory keeps the clock: after a restart it must not be earlier. */
export const CLOCK = 'clockMs';

export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['putStock', command(putStock)],
  ['adjustStock', keyed('adjustStock', adjustStock)],
  ['getStock', getStock],
  ['reserve', keyed('reserve', reserve)],
  ['confirmReservation', command(confirmReservation)],
  ['releaseReservation', command(releaseReservation)],
  ['extendReservation', command(extendReservation)],
  ['getReservation', getReservation],
  ['placeOrder', placeOrder],
  ['getOrder', getOrder],
  ['shipOrder', command(shipOrder)],
  ['cancelOrder', command(cancelOrder)],
  ['putAdmission', command(putAdmission)],
  ['findKey', findKey],
  ['getProduct', getProduct],
  ['putPrice', putPrice],
  ['purgeProduct', purgeProduct],
  ['putRing', command(putRing)],
  ['getRing', getRing],
  ['routeKeys', routeKeys],
  ['putFleet', leaf(({ fleets }, input) => fleets.putFleet(input))],
  ['recordLoad', leaf(({ fleets }, input) => fleets.recordLoad(input))],
  ['evaluateFleet', leaf(({ fleets }, input) => fleets.evaluateFleet(input))],
  ['putPool', leaf(({ pools }, input) => pools.putPool(input))],
  ['getPool', leaf(({ pools }, input) => pools.getPool(input))],
  ['pickBackend', leaf(({ pools }, input) => pools.pickBackend(input))],
  ['completePick', leaf(({ pools }, input) => pools.completePick(input))],
  ['setBackendHealth', leaf(({ pools }, input) => pools.setBackendHealth(input))],
  ['setClock', setClock],
]);

function command<Input>(carryOut: Command<Input>): Operation {
  return (market, input) => decide(market, (draft) => carryOut(draft, market, input));
}

function keyed<Input>(name: string, carryOut: Command<Input>): Operation {
  return (market, input) =>
    underKey(market, name, input, (draft) => carryOut(draft, market, input));
}

function leaf(ask: (market: Market, input: never) => Outcome<object>): Operation {
  return (market, input) => leafAnswer(market, ask(market, input));
}

function setClock(market: Market, { nowMs }: SetClock): Answer {
  const { clock, commits, refusal } = market;
  if (!clock.moveTo(nowMs)) return refusal('CLOCK_BACKWARDS', `it is ${clock.nowMs()} already`);
  commits.carry([['settings', CLOCK, nowMs]]);
  expireDue(market);
  commits.flush();
  return { output: { nowMs } };
}
