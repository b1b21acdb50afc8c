/** Calls to the payments world as an implementation would make them, each reply held to its shape. */
import { loadCaseStudy } from '../../../contract/loadCaseStudy.ts';
import type { JsonObject } from '../../../target/target.ts';
import { localWorld } from '../../../world/localWorld.ts';
import type { LocalCallOptions } from '../../../world/localWorld.ts';
import type { World, WorldReply } from '../../../world/world.ts';
import { createSimulators } from '../world.ts';
import { paymentsWorld } from '../worldQuestions.ts';
import type { PaymentsWorld, WorldOperationName } from '../worldQuestions.ts';

const caseStudy = loadCaseStudy('payments');

export interface CalledWorld {
  readonly world: PaymentsWorld;
  readonly complaints: World['complaints'];
  call(
    operation: WorldOperationName,
    input: JsonObject,
    options?: LocalCallOptions,
  ): Promise<WorldReply>;
  /** The body of a reply 200. @throws Error for any other */
  ok(operation: WorldOperationName, input: JsonObject): Promise<JsonObject>;
  token(number?: string): Promise<string>;
  /** Of 1 000 EUR cents for payment pay-1 of shop-1 at prov-1, as ref-1, not captured; but for what is given. */
  charge(more?: JsonObject): Promise<JsonObject>;
}

export function callPaymentsWorld(): CalledWorld {
  const local = localWorld(createSimulators, caseStudy);
  const call: CalledWorld['call'] = async (operation, input, options) => {
    const reply = await local.call(operation, input, options);
    // A text is there to be none of the messages.
    if (reply.kind !== 'reply' || reply.status !== 200 || typeof reply.body === 'string') {
      return reply;
    }
    const wrong = caseStudy.world?.operations.get(operation)?.response.validate(reply.body);
    if (wrong !== undefined) throw new Error(`${operation} was answered out of shape: ${wrong}.`);
    return reply;
  };
  const ok: CalledWorld['ok'] = async (operation, input) => {
    const reply = await call(operation, input);
    if (reply.kind === 'reply' && reply.status === 200 && typeof reply.body === 'object') {
      return reply.body;
    }
    throw new Error(`${operation} was answered ${JSON.stringify(reply)}.`);
  };
  const token: CalledWorld['token'] = async (number = '4242424242424242') =>
    String((await ok('tokenize', card(number)))['token']);
  return {
    world: paymentsWorld(local),
    complaints: local.complaints,
    call,
    ok,
    token,
    charge: async (more = {}) => ok('createCharge', chargeOf(await token(), more)),
  };
}

export function card(number: string): JsonObject {
  return { type: 'card', number, expMonth: 12, expYear: 2031, cvc: '123' };
}

export function chargeOf(token: string, more: JsonObject = {}): JsonObject {
  return {
    providerId: 'prov-1',
    reference: 'ref-1',
    paymentId: 'pay-1',
    merchantId: 'shop-1',
    token,
    amountMinor: 1_000,
    currency: 'EUR',
    capture: false,
    ...more,
  };
}
