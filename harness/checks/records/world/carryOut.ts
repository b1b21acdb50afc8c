/** What each operation does when nobody has said otherwise. */
import type { JsonObject } from '../../../target/target.ts';
import type { WorldReply } from '../../../world/world.ts';
import { answered } from '../../kit/world/replies.ts';
import type { TakenAlert, WorldOperationName } from '../worldQuestions.ts';
import type { AlertReceiver } from './alertReceiver.ts';
import type { AuditSinks, SentEntry } from './auditSinks.ts';
import type { KeyService } from './keyService.ts';

export interface Services {
  readonly keys: KeyService;
  readonly alerts: AlertReceiver;
  readonly sinks: AuditSinks;
}

/**
 * @param input of the shape that world.schema.json gives the operation
 * @param isWrong unwrapKey: what a script wants
 */
export type CarryOut = (
  operation: WorldOperationName,
  input: JsonObject,
  isWrong?: boolean,
) => WorldReply;

export function createCarryOut({ keys, alerts, sinks }: Services): CarryOut {
  return (operation, input, isWrong) => {
    const patientId = String(input['patientId']);
    switch (operation) {
      case 'createKey':
      case 'getKey':
      case 'rotateWrappingKey':
      case 'destroyKey':
        return keys[operation](patientId);
      case 'wrapKey':
        return keys.wrapKey(patientId, String(input['plaintext']));
      case 'unwrapKey':
        return keys.unwrapKey(patientId, String(input['wrapped']), isWrong);
      case 'receiveAlert':
        alerts.take(input as unknown as TakenAlert);
        return answered({ received: true });
      case 'receiveAuditEntries':
        sinks.take(String(input['organizationId']), entriesIn(input));
        return answered({ received: true });
    }
  };
}

/** Of a call of receiveAuditEntries. */
export function entriesIn(input: JsonObject): readonly SentEntry[] {
  return input['entries'] as unknown as readonly SentEntry[];
}
