/** What calls of this world can be scripted with beside the common behaviours. */
import type { JsonObject } from '../../../target/target.ts';
import type { WorldReply } from '../../../world/world.ts';
import type { OwnBehaviour, WorldOperationName } from '../worldQuestions.ts';
import type { CarryOut } from './carryOut.ts';

const DECLINING: readonly string[] = ['createCharge', 'refundCharge'];
const ANSWERING: readonly string[] = ['tokenize', 'scoreFraud', 'screenSanctions'];

export function canHave(operation: string, kind: string): boolean {
  if (kind === 'decline') return DECLINING.includes(operation);
  return (kind === 'answer' || kind === 'text') && ANSWERING.includes(operation);
}

export function carryOutOwn(
  carryOut: CarryOut,
  behaviour: OwnBehaviour,
  operation: WorldOperationName,
  input: JsonObject,
): WorldReply {
  switch (behaviour.kind) {
    case 'decline':
      return carryOut(operation, input, behaviour.declineCode);
    case 'answer':
    case 'text':
      return { kind: 'reply', status: 200, body: behaviour.body };
  }
}
