/** What a check may ask of the marketplace's world, and tell it. One vocabulary for the simulators, the checks and the campaign. */
import type { Json, JsonObject } from '../../target/target.ts';
import type { World } from '../../world/world.ts';
import type { CommonBehaviour } from '../kit/world/commonBehaviour.ts';
import { scripting } from '../kit/world/scripting.ts';
import type { Scripting } from '../kit/world/scripting.ts';

/** By which id an operation is scripted: getItem and putItemPrice by productId; those of the payment service by the charge's methodId. */
export type WorldOperationName =
  'getItem' | 'putItemPrice' | 'createCharge' | 'getCharge' | 'voidCharge';

/**
 * What happens to one call, a repeated reference counts too. `decline` books the decline, unless the reference is known already. A held getItem
 * has the item as it was when it came.
 */
export type Behaviour = CommonBehaviour | OwnBehaviour;

/** createCharge. */
export interface OwnBehaviour {
  readonly kind: 'decline';
}

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
export interface MarketWorld extends Scripting<WorldOperationName, Behaviour> {
  readonly url: string;
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
    ...scripting(ask),
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
