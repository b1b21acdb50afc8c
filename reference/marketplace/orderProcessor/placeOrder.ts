import type { PlaceOrder } from '../../../spec/marketplace/messages.d.ts';
import type { Answer } from '../../kit/service.ts';
import { mustBeWritable, writtenSoFar } from '../decide.ts';
import { repetition, requestDigest } from '../idempotency/underKey.ts';
import { layerOver } from '../inventorySystem/consistencyMgr/layer.ts';
import type { Layer } from '../inventorySystem/consistencyMgr/layer.ts';
import type { OrderRecord } from '../inventorySystem/consistencyMgr/records.ts';
import {
  ownReservation,
  refuseUnlessHeld,
} from '../inventorySystem/reservationMgr/reservations.ts';
import { keepHeld } from '../inventorySystem/reservationMgr/transitions.ts';
import type { Market } from '../market.ts';
import { refuseBeyondLimit } from './admission.ts';
import { startSaga } from './saga.ts';

/** Records the order as PENDING, and pays for it. What is refused before leaves no order and no key. */
export async function placeOrder(market: Market, input: PlaceOrder): Promise<Answer> {
  mustBeWritable(market);
  const digest = requestDigest('placeOrder', input);
  const known = repetition(market, input, digest);
  if (known) return known;
  const draft = layerOver(market.decided);
  const refusal = refuseBeyondLimit(market) ?? refuseReservations(draft, market, input);
  if (refusal) {
    await writtenSoFar(market);
    return refusal;
  }
  const order = recordPending(draft, market, input, digest);
  return startSaga(market, order, draft.step());
}

function refuseReservations(draft: Layer, market: Market, input: PlaceOrder): Answer | undefined {
  const { customerId, reservationIds } = input;
  for (const reservationId of reservationIds) {
    const found = ownReservation(draft, market, { reservationId, customerId });
    const refusal = 'refusal' in found ? found.refusal : refuseUnlessHeld(market, found);
    if (refusal) return refusal;
  }
  return undefined;
}

function recordPending(
  draft: Layer,
  market: Market,
  input: PlaceOrder,
  digest: string,
): OrderRecord {
  const { idempotencyKey, customerId, reservationIds, payment } = input;
  const orderId = market.newId('ord');
  const order: OrderRecord = {
    orderId,
    state: 'PENDING',
    customerId,
    reservationIds,
    ...payment,
    cancelReason: null,
    idempotencyKey,
    chargeToVoid: false,
  };
  for (const reservationId of reservationIds) {
    const held = draft.get('reservations', reservationId);
    if (held) keepHeld(draft, { ...held, orderId });
  }
  draft.set('orders', orderId, order);
  const operation = 'placeOrder';
  const key = { operation, digest, reservationId: null, orderId, answer: null };
  draft.set('keys', idempotencyKey, key);
  return order;
}
