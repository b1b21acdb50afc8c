/** What happens to an order that is paid. */
import type { CancelOrder, ShipOrder } from '../../../spec/marketplace/messages.d.ts';
import type { Answer } from '../../kit/service.ts';
import type { Layer } from '../inventorySystem/consistencyMgr/layer.ts';
import type { OrderRecord } from '../inventorySystem/consistencyMgr/records.ts';
import { release, ship } from '../inventorySystem/reservationMgr/transitions.ts';
import type { Market } from '../market.ts';
import { forEachReservation } from './endings.ts';
import { orderView, unknownOrder } from './orderView.ts';

export function shipOrder(draft: Layer, market: Market, { orderId }: ShipOrder): Answer {
  const order = draft.get('orders', orderId);
  if (!order) return unknownOrder(market, orderId);
  if (order.state === 'FULFILLED') return { output: orderView(order) };
  if (order.state !== 'PAID') return invalidState(market, order);
  forEachReservation(draft, order, ship);
  return put(draft, { ...order, state: 'FULFILLED' });
}

export function cancelOrder(draft: Layer, market: Market, { orderId }: CancelOrder): Answer {
  const order = draft.get('orders', orderId);
  if (!order) return unknownOrder(market, orderId);
  if (order.cancelReason === 'requested') return { output: orderView(order) };
  if (order.state !== 'PAID') return invalidState(market, order);
  forEachReservation(draft, order, release);
  return put(draft, {
    ...order,
    state: 'CANCELLED',
    cancelReason: 'requested',
    chargeToVoid: true,
  });
}

function put(draft: Layer, order: OrderRecord): Answer {
  draft.set('orders', order.orderId, order);
  return { output: orderView(order) };
}

function invalidState({ refusal }: Market, { orderId, state }: OrderRecord): Answer {
  return refusal('INVALID_STATE', `${orderId} is ${state}`);
}
