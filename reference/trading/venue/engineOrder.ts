/** An order in the matching engine's integers. */
import type { SelfTradePrevention, TimeInForce } from '../../../spec/trading/messages.d.ts';
import {
  BUY,
  CANCEL_BOTH,
  CANCEL_MAKER,
  CANCEL_TAKER,
  FOK,
  IOC,
  REST,
  SELL,
} from '../engine/matchingEngine.types.ts';
import type { EngineOrder } from './program.ts';
import type { Order } from './state.ts';

const SELF_TRADE = { CANCEL_TAKER, CANCEL_MAKER, CANCEL_BOTH } as const satisfies Record<
  SelfTradePrevention,
  number
>;

const REMAINDER = { GTC: REST, DAY: REST, IOC, FOK } as const satisfies Record<TimeInForce, number>;

/** `priceE4`: its limit, or for MARKET the edge of the collar, which need not lie on a tick. */
export function engineOrder(order: Order, priceE4: number, qty: number): EngineOrder {
  const { unitE4 } = order.instrument;
  const isMarket = order.priceE4 === null;
  return {
    orderId: order.number,
    account: order.account.index,
    side: order.side === 'BUY' ? BUY : SELL,
    // Towards the inside of the limit. A price below one tick would be no price.
    priceTicks:
      order.side === 'BUY'
        ? Math.floor(priceE4 / unitE4)
        : Math.max(1, Math.ceil(priceE4 / unitE4)),
    qty,
    remainder: isMarket && order.tif !== 'FOK' ? IOC : REMAINDER[order.tif],
    postOnly: order.postOnly,
    selfTrade: SELF_TRADE[order.stp],
  };
}
