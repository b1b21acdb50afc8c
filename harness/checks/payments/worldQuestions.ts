/** What a check may ask of the payments world, and tell it. One vocabulary for the simulators, the checks and the campaign. */
import type { JsonObject } from '../../target/target.ts';
import type { World } from '../../world/world.ts';
import type { CommonBehaviour } from '../kit/world/commonBehaviour.ts';
import { scripting } from '../kit/world/scripting.ts';
import type { Scripting } from '../kit/world/scripting.ts';

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

/** What happens to one call, a repeated reference counts too. `decline` books the decline, unless the reference is known already. */
export type Behaviour = CommonBehaviour | OwnBehaviour;

export type OwnBehaviour =
  /** createCharge, refundCharge. */
  | { readonly kind: 'decline'; readonly declineCode: ProviderDecline }
  /** Scorer, sanctions list, vault: this document, or this text, as a 200. */
  | { readonly kind: 'answer'; readonly body: JsonObject }
  | { readonly kind: 'text'; readonly body: string };

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
export interface PaymentsWorld extends Scripting<WorldOperationName, Behaviour> {
  readonly url: string;
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
    ...scripting(ask),
    charges: (filter) => ask({ ask: 'charges', ...filter }),
    calls: (id, operations) =>
      ask({ ask: 'calls', id, ...(operations && { operations: [...operations] }) }),
  };
}

/** What is in force of charges: neither declined nor voided. */
export function inForce(charges: readonly ProviderCharge[]): ProviderCharge[] {
  return charges.filter(({ status }) => status === 'authorized' || status === 'captured');
}
