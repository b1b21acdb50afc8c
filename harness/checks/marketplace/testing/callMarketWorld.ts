/** Calls to the marketplace's world as an implementation would make them, each reply held to its shape. */
import { loadCaseStudy } from '../../../contract/loadCaseStudy.ts';
import type { JsonObject } from '../../../target/target.ts';
import { localWorld } from '../../../world/localWorld.ts';
import type { LocalCallOptions } from '../../../world/localWorld.ts';
import type { World, WorldReply } from '../../../world/world.ts';
import { createSimulators } from '../world.ts';
import { marketWorld } from '../worldQuestions.ts';
import type { MarketWorld, WorldOperationName } from '../worldQuestions.ts';

const caseStudy = loadCaseStudy('marketplace');

export interface CalledWorld {
  readonly world: MarketWorld;
  readonly complaints: World['complaints'];
  call(
    operation: WorldOperationName,
    input: JsonObject,
    options?: LocalCallOptions,
  ): Promise<WorldReply>;
  /** Of 1 000 for customer c-1 by method m-1, as ref-1; but for what is given. */
  charge(more?: JsonObject): Promise<WorldReply>;
}

export function callMarketWorld(): CalledWorld {
  const local = localWorld(createSimulators, caseStudy);
  const call: CalledWorld['call'] = async (operation, input, options) => {
    const reply = await local.call(operation, input, options);
    if (reply.kind !== 'reply' || reply.status !== 200) return reply;
    const { response } = caseStudy.world?.operations.get(operation) ?? {};
    const wrong = response?.validate(reply.body);
    if (wrong !== undefined) throw new Error(`${operation} was answered out of shape: ${wrong}.`);
    return reply;
  };
  return {
    world: marketWorld(local),
    complaints: local.complaints,
    call,
    charge: (more) => call('createCharge', chargeOf(more)),
  };
}

export function chargeOf(more: JsonObject = {}): JsonObject {
  return {
    reference: 'ref-1',
    customerId: 'c-1',
    methodId: 'm-1',
    amountMinor: 1_000,
    ...more,
  };
}
