import type { Line, Reserve } from '../../../../spec/marketplace/messages.d.ts';
import type { Answer } from '../../../kit/service.ts';
import type { Market } from '../../market.ts';
import type { Layer } from '../consistencyMgr/layer.ts';
import { available, unknownProduct } from '../consistencyMgr/stock.ts';
import { holdUnits, unitsOfCustomer } from './transitions.ts';

/** Of the contract: fifteen minutes. */
const DEFAULT_TTL_MS = 900_000;

/** Holds all lines or none. */
export function reserve(draft: Layer, market: Market, input: Reserve): Answer {
  const { customerId, lines, ttlMs = DEFAULT_TTL_MS } = input;
  if (new Set(lines.map(({ productId }) => productId)).size < lines.length) {
    return market.refusal('INVALID_REQUEST', 'a product may stand in one line only');
  }
  for (const line of lines) {
    const refusal = refuseLine(draft, market, customerId, line);
    if (refusal) return refusal;
  }
  const output = holdUnits(draft, {
    reservationId: market.newId('res'),
    state: 'HELD',
    customerId,
    lines: lines.map((line) => ({ ...line, version: 0 })),
    expiresAtMs: market.clock.nowMs() + ttlMs,
    orderId: null,
  });
  return { output };
}

function refuseLine(
  draft: Layer,
  market: Market,
  customerId: string,
  { productId, quantity }: Line,
): Answer | undefined {
  const stock = draft.get('stocks', productId);
  if (!stock) return unknownProduct(market, productId);
  const { perCustomerLimit } = stock;
  const units = unitsOfCustomer(draft, productId, customerId) + quantity;
  if (perCustomerLimit !== null && units > perCustomerLimit) {
    const detail = `${customerId} would have ${units} of ${productId}, and may have ${perCustomerLimit}`;
    return market.refusal('LIMIT_PER_CUSTOMER', detail, { productId });
  }
  const left = available(stock);
  if (quantity > left) {
    const detail = `${left} of ${productId} are available`;
    return market.refusal('OUT_OF_STOCK', detail, { productId, available: left });
  }
  return undefined;
}
