/** What is physically there, and how many of it one customer may have. */
import type {
  AdjustStock,
  GetStock,
  PutStock,
  Stock,
} from '../../../../spec/marketplace/messages.d.ts';
import type { Answer } from '../../../kit/service.ts';
import type { Market } from '../../market.ts';
import type { Layer } from './layer.ts';
import type { StockRecord } from './records.ts';

/** Of the contract. */
const MAX_ON_HAND = 1_000_000_000;

const NOTHING = { held: 0, confirmed: 0, shipped: 0, perCustomerLimit: null, version: 0 };

export function putStock(draft: Layer, market: Market, input: PutStock): Answer {
  const { productId, onHand, perCustomerLimit = null, ifMatch } = input;
  const before = draft.get('stocks', productId) ?? { ...NOTHING, productId, onHand: 0 };
  if (ifMatch !== undefined && ifMatch !== etagOf(before)) return otherVersion(market, before);
  return putOnHand(draft, market, { ...before, perCustomerLimit }, onHand);
}

export function adjustStock(draft: Layer, market: Market, input: AdjustStock): Answer {
  const { productId, delta } = input;
  const before = draft.get('stocks', productId);
  if (!before) return unknownProduct(market, productId);
  return putOnHand(draft, market, before, before.onHand + delta);
}

export function getStock(market: Market, { productId }: GetStock): Answer {
  const stock = market.state.get('stocks', productId);
  return stock ? stockAnswer(market, stock) : unknownProduct(market, productId);
}

export function available({ onHand, held, confirmed }: StockRecord): number {
  return onHand - held - confirmed;
}

export function unknownProduct({ refusal }: Market, productId: string): Answer {
  return refusal('UNKNOWN_PRODUCT', `there never was stock of ${productId}`);
}

function putOnHand(draft: Layer, market: Market, before: StockRecord, onHand: number): Answer {
  const { productId, held, confirmed, version } = before;
  if (onHand < held + confirmed) {
    const promised = `${held} units are held and ${confirmed} confirmed`;
    return market.refusal('NEGATIVE_STOCK', `${onHand} would be there, and ${promised}`);
  }
  if (onHand > MAX_ON_HAND) {
    return market.refusal('INVALID_REQUEST', `no more than ${MAX_ON_HAND} units can be there`);
  }
  const stock = { ...before, onHand, version: version + 1 };
  draft.set('stocks', productId, stock);
  return stockAnswer(market, stock);
}

function otherVersion({ refusal }: Market, stock: StockRecord): Answer {
  const { version } = stock;
  const answer = refusal('VERSION_MISMATCH', `the present version is ${version}`, { version });
  return { ...answer, headers: { ETag: etagOf(stock) } };
}

function stockAnswer(market: Market, stock: StockRecord): Answer {
  const { productId, onHand, held, confirmed, shipped, perCustomerLimit, version } = stock;
  const output: Stock = {
    productId,
    onHand,
    available: available(stock),
    held,
    confirmed,
    shipped,
    perCustomerLimit,
    version,
    shardId: market.state.shardOf(productId),
  };
  return { output, headers: { ETag: etagOf(stock) } };
}

function etagOf({ version }: StockRecord): string {
  return `"${version}"`;
}
