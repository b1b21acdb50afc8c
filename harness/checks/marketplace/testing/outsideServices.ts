/** The outside services as a marketplace in memory has them: over HTTP, with a second's patience. */
import type { CatalogueItem, ServiceCharge } from '../worldQuestions.ts';

/** The contract's: no answer within a second. */
const TIMEOUT_MS = 1_000;

export type Heard<T> =
  | { readonly kind: 'answer'; readonly body: T }
  /** 404. */
  | { readonly kind: 'absent' }
  /** A status of 500 or above, or no connection. */
  | { readonly kind: 'failed' }
  /** No answer in time, or the connection was cut: it may have been carried out. */
  | { readonly kind: 'silent' };

export type Charge = Pick<ServiceCharge, 'reference' | 'status'>;

export interface OutsideServices {
  getItem(productId: string): Promise<Heard<CatalogueItem>>;
  putItemPrice(productId: string, priceMinor: number): Promise<Heard<CatalogueItem>>;
  createCharge(
    charge: Pick<ServiceCharge, 'reference' | 'customerId' | 'methodId' | 'amountMinor'>,
  ): Promise<Heard<Charge>>;
  getCharge(reference: string): Promise<Heard<Charge>>;
  voidCharge(reference: string): Promise<Heard<Charge>>;
}

/**
 * @param worldUrl http://127.0.0.1:PORT
 * @param killed aborted when the caller ends; then what it asks rejects
 */
export function outsideServices(
  worldUrl: string,
  killed: AbortSignal = new AbortController().signal,
): OutsideServices {
  const send = async <T>(method: string, path: string, body?: object): Promise<Heard<T>> => {
    killed.throwIfAborted();
    const heard = await hear<T>(`${worldUrl}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([killed, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    killed.throwIfAborted();
    return heard;
  };
  return {
    getItem: (productId) => send('GET', `/catalogue/items/${productId}`),
    putItemPrice: (productId, priceMinor) =>
      send('PUT', `/catalogue/items/${productId}/price`, { priceMinor }),
    createCharge: (charge) => send('POST', '/payments/charges', charge),
    getCharge: (reference) => send('GET', `/payments/charges/${reference}`),
    voidCharge: (reference) => send('POST', `/payments/charges/${reference}/void`),
  };
}

/** @throws Error for any other refusal, which a marketplace should never bring about */
async function hear<T>(url: string, request: RequestInit): Promise<Heard<T>> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, request);
    text = await response.text();
  } catch (error) {
    return { kind: isRefusedConnection(error) ? 'failed' : 'silent' };
  }
  if (response.ok) return { kind: 'answer', body: JSON.parse(text) as T };
  if (response.status === 404) return { kind: 'absent' };
  if (response.status >= 500) return { kind: 'failed' };
  throw new Error(`The world answered ${response.status}: ${text}`);
}

function isRefusedConnection(error: unknown): boolean {
  const cause = (error as Error).cause as { code?: string } | undefined;
  return cause?.code === 'ECONNREFUSED';
}
