/** The catalogue, an outside service of spec/marketplace/world.schema.json: what it says of a product, and its price. */
import { jsonClient } from '../../kit/jsonClient.ts';
import type { HttpAnswer } from '../../kit/jsonClient.ts';

/** In ms of the system's clock, from the time the catalogue was asked. */
export interface CachePolicy {
  readonly ttlMs: number;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
}

export interface Item {
  readonly productId: string;
  readonly title: string;
  readonly priceMinor: number;
  readonly revision: number;
  readonly cache: CachePolicy;
}

/** unavailable: it has a problem; what was sent to it may have been carried out. */
export type CatalogueAnswer =
  | { readonly kind: 'item'; readonly item: Item }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unavailable' };

/** Never rejects. */
export interface Catalogue {
  get(productId: string): Promise<CatalogueAnswer>;
  /** Answers the item with its new price. */
  putPrice(productId: string, priceMinor: number): Promise<CatalogueAnswer>;
  close(): Promise<void>;
}

/** The contract's: no answer within a second is a problem. */
const TIMEOUT_MS = 1_000;

export function createCatalogue(worldUrl: string): Catalogue {
  const { origin, pathname } = new URL(worldUrl);
  const client = jsonClient();
  // Ids of the spec need no percent-encoding.
  const path = (productId: string) => `${pathname.replace(/\/$/, '')}/catalogue/items/${productId}`;
  return {
    async get(productId) {
      const call = { origin, method: 'GET', path: path(productId), timeoutMs: TIMEOUT_MS } as const;
      return understood(await client(call));
    },
    async putPrice(productId, priceMinor) {
      const answer = await client({
        origin,
        method: 'PUT',
        path: `${path(productId)}/price`,
        body: JSON.stringify({ priceMinor }),
        timeoutMs: TIMEOUT_MS,
      });
      return understood(answer);
    },
    close: () => client.close(),
  };
}

function understood(answer: HttpAnswer): CatalogueAnswer {
  if (answer.kind !== 'answer') return { kind: 'unavailable' };
  if (answer.status === 404) return { kind: 'unknown' };
  if (answer.status === 200 && isItem(answer.body)) return { kind: 'item', item: answer.body };
  return { kind: 'unavailable' };
}

function isItem(body: unknown): body is Item {
  const item = membersOf(body);
  const { ttlMs, staleWhileRevalidateMs, staleIfErrorMs } = membersOf(item.cache);
  const numbers = [item.priceMinor, item.revision, ttlMs, staleWhileRevalidateMs, staleIfErrorMs];
  return (
    [item.productId, item.title].every((text) => typeof text === 'string') &&
    numbers.every((number) => Number.isSafeInteger(number) && Number(number) >= 0)
  );
}

function membersOf(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}
