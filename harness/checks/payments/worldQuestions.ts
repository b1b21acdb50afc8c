/** What a check may ask of the payments world, and tell it. One vocabulary for the simulators, the checks and the campaign. */
import type { Json, JsonObject } from '../../target/target.ts';
import type { World } from '../../world/world.ts';

/**
 * By which id an operation is scripted: tokenize by the card number, IBAN or wallet token; scoreFraud by deviceId; screenSanctions by name;
 * receiveWebhook by merchantId; everything of a provider by providerId.
 */
export type WorldOperationName =
  | 'tokenize'
  | 'scoreFraud'
  | 'screenSanctions'
  | 'createCharge'
  | 'getCharge'
  | 'captureCharge'
  | 'voidCharge'
  | 'refundCharge'
  | 'getProviderRefund'
  | 'receiveWebhook';

/**
 * What happens to one call, a repeated reference counts too. `decline` books the decline, unless the reference is known already; `…Booked`
 * carries the call out first, the others do not. `hold` carries it out and answers when released.
 */
export type Behaviour =
  /** As if nothing were scripted. */
  | { readonly kind: 'usual' }
  /** createCharge, refundCharge. */
  | { readonly kind: 'decline'; readonly declineCode: ProviderDecline }
  /** Scorer, sanctions list, vault: this document, or this text, as a 200. */
  | { readonly kind: 'answer'; readonly body: JsonObject }
  | { readonly kind: 'text'; readonly body: string }
  /** Not carried out; status 300 to 599. */
  | { readonly kind: 'error'; readonly status: number }
  | { readonly kind: 'silence' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silenceBooked' }
  | { readonly kind: 'resetBooked' }
  /** Carried out at once, answered so many ms later, at most 60 000. */
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'hold' };

export type ProviderDecline = 'INSUFFICIENT_FUNDS' | 'CARD_DECLINED' | 'EXPIRED_CARD' | 'LOST_CARD';

/** A charge as the provider has it. What was voided before any request for it came has no payment, no merchant (empty texts) and the amount 0. */
export interface ProviderCharge {
  readonly providerId: string;
  readonly reference: string;
  readonly paymentId: string;
  readonly merchantId: string;
  readonly token: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly status: 'authorized' | 'captured' | 'declined' | 'voided';
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  readonly feeMinor: number;
  /** Requests for the charge that came through to the provider, repeated ones too. */
  readonly requests: number;
  readonly refunds: readonly ProviderRefund[];
}

export interface ProviderRefund {
  readonly refundReference: string;
  readonly amountMinor: number;
  readonly status: 'succeeded' | 'declined';
}

/** A call as it came, in the order of arrival over the whole world. */
export interface SeenCall {
  readonly index: number;
  readonly operation: WorldOperationName;
  readonly input: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Real time, ms since the epoch. */
  readonly atMs: number;
}

export interface ChargeFilter {
  readonly paymentId?: string;
  readonly providerId?: string;
  readonly merchantId?: string;
}

/** The questions with their answers, typed. */
export interface PaymentsWorld {
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
  /** In the order in which they were booked. The newest 300 000 of all are kept. */
  charges(filter: ChargeFilter): Promise<ProviderCharge[]>;
  /**
   * The calls of the operations (default: all) whose scripting id, paymentId or merchantId is `id`; a call about a charge counts as one of
   * the charge's payment and merchant. The newest 200 000 of all calls are kept.
   */
  calls(id: string, operations?: readonly WorldOperationName[]): Promise<SeenCall[]>;
}

export function paymentsWorld(world: World): PaymentsWorld {
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
    charges: (filter) => ask({ ask: 'charges', ...filter }),
    calls: (id, operations) =>
      ask({ ask: 'calls', id, ...(operations && { operations: [...operations] }) }),
  };
}

/** What is in force of charges: neither declined nor voided. */
export function inForce(charges: readonly ProviderCharge[]): ProviderCharge[] {
  return charges.filter(({ status }) => status === 'authorized' || status === 'captured');
}
