/** Calls to the records world as an implementation would make them, each reply held to its shape. */
import { loadCaseStudy } from '../../../contract/loadCaseStudy.ts';
import type { JsonObject } from '../../../target/target.ts';
import { localWorld } from '../../../world/localWorld.ts';
import type { LocalCallOptions } from '../../../world/localWorld.ts';
import type { World, WorldReply } from '../../../world/world.ts';
import { createSimulators } from '../world.ts';
import { recordsWorld } from '../worldQuestions.ts';
import type { RecordsWorld, WorldOperationName } from '../worldQuestions.ts';

const caseStudy = loadCaseStudy('records');

export interface CalledWorld {
  readonly world: RecordsWorld;
  readonly complaints: World['complaints'];
  call(
    operation: WorldOperationName,
    input: JsonObject,
    options?: LocalCallOptions,
  ): Promise<WorldReply>;
  /** The body of a reply 200. @throws Error for any other */
  ok(operation: WorldOperationName, input: JsonObject): Promise<JsonObject>;
}

export function callRecordsWorld(): CalledWorld {
  const local = localWorld(createSimulators, caseStudy);
  const call: CalledWorld['call'] = async (operation, input, options) => {
    const reply = await local.call(operation, input, options);
    if (reply.kind !== 'reply' || reply.status !== 200) return reply;
    const wrong = caseStudy.world?.operations
      .get(operation)
      ?.response.validate(reply.body as JsonObject);
    if (wrong !== undefined) throw new Error(`${operation} was answered out of shape: ${wrong}.`);
    return reply;
  };
  return {
    world: recordsWorld(local),
    complaints: local.complaints,
    call,
    async ok(operation, input) {
      const reply = await call(operation, input);
      if (reply.kind === 'reply' && reply.status === 200) return reply.body as JsonObject;
      throw new Error(`${operation} was answered ${JSON.stringify(reply)}.`);
    },
  };
}

/** Break-glass alert a-1 of grant g-1 with p-1 to o-1, but for what is given. */
export function alert(more: JsonObject = {}): JsonObject {
  return {
    organizationId: 'o-1',
    alertId: 'a-1',
    kind: 'break-glass',
    patientId: 'p-1',
    grantId: 'g-1',
    userId: 'u-1',
    atMs: 5,
    ...more,
  };
}

/** Of entries whose events say what is given. */
export function batch(organizationId: string, events: Readonly<Record<number, string>>) {
  const entries = Object.entries(events).map(([index, outcome]) => ({
    index: Number(index),
    event: { resourceType: 'AuditEvent', outcome },
  }));
  return { organizationId, entries };
}
