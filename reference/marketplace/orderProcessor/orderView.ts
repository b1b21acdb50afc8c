import type { GetOrder, Order } from '../../../spec/marketplace/messages.d.ts';
import type { Answer } from '../../kit/service.ts';
import type { OrderRecord } from '../inventorySystem/consistencyMgr/records.ts';
import type { Market } from '../market.ts';

/** What a client sees of an order. */
export function orderView(order: OrderRecord): Order {
  const { orderId, state, customerId, reservationIds, amountMinor, cancelReason } = order;
  return { orderId, state, customerId, reservationIds, amountMinor, cancelReason };
}

/** The order as it is written. */
export function orderAnswer(market: Market, orderId: string): Answer {
  const order = market.state.get('orders', orderId);
  return order ? { output: orderView(order) } : unknownOrder(market, orderId);
}

export function getOrder(market: Market, { orderId }: GetOrder): Answer {
  return orderAnswer(market, orderId);
}

export function unknownOrder({ refusal }: Market, orderId: string): Answer {
  return refusal('UNKNOWN_ORDER', `there is no order ${orderId}`);
}
