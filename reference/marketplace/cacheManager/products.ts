/** Product pages: what the catalogue says, from the cache, and what is available, never from it. */
import type {
  GetProduct,
  Product,
  PurgeProduct,
  PutPrice,
} from '../../../spec/marketplace/messages.d.ts';
import type { Answer } from '../../kit/service.ts';
import { available } from '../inventorySystem/consistencyMgr/stock.ts';
import type { Market } from '../market.ts';
import type { Item } from './catalogue.ts';
import type { NoPage } from './pageCache.ts';

export async function getProduct(market: Market, { productId }: GetProduct): Promise<Answer> {
  const page = await market.pages.get(productId);
  if (!('item' in page)) return noPage(market, productId, page);
  const headers = { 'Cache-Status': page.cacheStatus };
  return { output: productOf(market, page.item), headers };
}

export async function putPrice(market: Market, input: PutPrice): Promise<Answer> {
  const { productId, priceMinor } = input;
  const written = await market.pages.writePrice(productId, priceMinor);
  if (!('item' in written)) return noPage(market, productId, written);
  return { output: productOf(market, written.item) };
}

export function purgeProduct({ pages }: Market, { productId }: PurgeProduct): Answer {
  pages.purge(productId);
  return { output: { productId } };
}

function productOf({ state }: Market, item: Item): Product {
  const { productId, title, priceMinor, revision } = item;
  const stock = state.get('stocks', productId);
  return { productId, title, priceMinor, revision, available: stock ? available(stock) : 0 };
}

function noPage({ refusal }: Market, productId: string, why: NoPage): Answer {
  return 'unknown' in why
    ? refusal('UNKNOWN_PRODUCT', `the catalogue has no ${productId}`)
    : refusal('CATALOGUE_UNAVAILABLE', 'the catalogue has a problem, and nothing may be shown');
}
