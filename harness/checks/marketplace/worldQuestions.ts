/** What a check may ask of the marketplace's world, and tell it. One vocabulary for the simulators, the checks and the campaign. */
import type { Json, JsonObject } from '../../target/target.ts';
import type { World } from '../../world/world.ts';

/** By which id an operation is scripted: getItem and putItemPrice by productId; those of the payment service by the charge's methodId. */
export type WorldOperationName =
  'getItem' | 'putItemPrice' | 'createCharge' | 'getCharge' | 'voidCharge';

/**
 * What happens to one call, a repeated reference counts too. `decline` books the decline, unless the reference is known already; `…Booked`
 * carries the call out first, the others do not. `hold` carries it out (so a held getItem has the item as it was when it came) and answers
 * when released.
 */
export type Behaviour =
  /** As if nothing were scripted. */
  | { readonly kind: 'usual' }
  /** createCharge. */
  | { readonly kind: 'decline' }
  /** Not carried out; status 300 to 599. */
  | { readonly kind: 'error'; readonly status: number }
  | { readonly kind: 'silence' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silenceBooked' }
  | { readonly kind: 'resetBooked' }
  /** Carried out at once, answered so many ms later, at most 60 000. */
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'hold' };

/** A charge as the payment service has it. What was voided before any request for it came has no customer, no method (empty texts) and the amount 0. */
export interface ServiceCharge {
  readonly reference: string;
  readonly customerId: string;
  readonly methodId: string;
  readonly amountMinor: number;
  readonly status: 'approved' | 'declined' | 'voided';
  /** Requests for the charge that came through to the service, repeated ones too. */
  readonly requests: number;
}

export interface ChargeFilter {
  readonly reference?: string;
  readonly customerId?: string;
  readonly methodId?: string;
}

/** An item as the catalogue has it; null: the product is not there. */
export interface CatalogueItem {
  readonly productId: string;
  readonly title: string;
  readonly priceMinor: number;
  readonly revision: number;
  readonly cache: {
    readonly ttlMs: number;
    readonly staleWhileRevalidateMs: number;
    readonly staleIfErrorMs: number;
  };
}

/** A call as it came, in the order of arrival over the whole world. */
export interface SeenCall {
  readonly index: number;
  readonly operation: WorldOperationName;
  readonly input: JsonObject;
  /** Real time, ms since the epoch. */
  readonly atMs: number;
}

/** The questions with their answers, typed. */
export interface MarketWorld {
  readonly url: string;
  /** The next calls of the operation with that id behave like `behaviours`, one each; those after them like `then` (default: usual). Replaces an earlier script. */
  script(
    operation: WorldOperationName,
    id: string,
    behaviours: readonly Behaviour[],
    then?: Behaviour,
  ): Promise<void>;
  /** Answers what is held; later calls that the script would hold are answered at once. */
  release(operation: WorldOperationName, id: string): Promise<void>;
  /** How many calls are held at the moment; one whose caller has gone away is not. */
  held(operation: WorldOperationName, id: string): Promise<number>;
  /** Sets an item of the catalogue, or takes it away: what is left out of the item stays, its revision grows. */
  setItem(
    productId: string,
    item: Partial<Pick<CatalogueItem, 'title' | 'priceMinor' | 'cache'>> | null,
  ): Promise<void>;
  item(productId: string): Promise<CatalogueItem | null>;
  /** In the order in which they were booked. The newest 300 000 of all are kept. */
  charges(filter: ChargeFilter): Promise<ServiceCharge[]>;
  /**
   * The calls of the operations (default: all) whose productId, methodId, customerId or reference is `id`; getCharge and voidCharge count as
   * calls of the charge's method and customer too. The newest 200 000 of all calls are kept.
   */
  calls(id: string, operations?: readonly WorldOperationName[]): Promise<SeenCall[]>;
}

export function marketWorld(world: World): MarketWorld {
  const ask = <T>(question: JsonObject): Promise<T> => world.ask(question) as Promise<T>;
  return {
    url: world.url,
    script: async (operation, id, behaviours, then = { kind: 'usual' }) =>
      void (await ask({
        ask: 'script',
        operation,
        id,
        behaviours: behaviours as unknown as Json,
        then: then as unknown as Json,
      })),
    release: async (operation, id) => void (await ask({ ask: 'release', operation, id })),
    held: (operation, id) => ask({ ask: 'held', operation, id }),
    setItem: async (productId, item) =>
      void (await ask({ ask: 'setItem', productId, item: item as unknown as Json })),
    item: (productId) => ask({ ask: 'item', productId }),
    charges: (filter) => ask({ ask: 'charges', ...filter }),
    calls: (id, operations) =>
      ask({ ask: 'calls', id, ...(operations && { operations: [...operations] }) }),
  };
}

/** What is in force of charges: approved, neither declined nor voided. */
export function inForce(charges: readonly ServiceCharge[]): ServiceCharge[] {
  return charges.filter(({ status }) => status === 'approved');
}
