/** The outside services of the records case: the key service, organisations' alert receivers and audit sinks. */
import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../../target/target.ts';
import type { CreateSimulators, WorldCall } from '../../world/world.ts';
import { createFates } from '../kit/world/idFates.ts';
import type { Fate } from '../kit/world/idFates.ts';
import { textIn } from '../kit/world/questions.ts';
import { failed, SILENCE } from '../kit/world/replies.ts';
import { scriptedWorld } from '../kit/world/scriptedWorld.ts';
import { createAlertReceiver } from './world/alertReceiver.ts';
import { createAuditSinks } from './world/auditSinks.ts';
import { canHave } from './world/behaviours.ts';
import { createCarryOut, entriesIn } from './world/carryOut.ts';
import { createKeyService } from './world/keyService.ts';
import { idsOf, isWorldOperation, scriptId } from './world/scriptId.ts';
import type { OwnBehaviour, WorldOperationName } from './worldQuestions.ts';

const SECRET_BYTES = 32;

export const createSimulators: CreateSimulators = () => {
  const keys = createKeyService(randomBytes(SECRET_BYTES));
  const alerts = createAlertReceiver(Date.now);
  const sinks = createAuditSinks(Date.now);
  const carryOut = createCarryOut({ keys, alerts, sinks });
  const fateOf = createFates();

  const fateOfCall = (operation: WorldOperationName, input: JsonObject): Fate => {
    const organizationId = String(input['organizationId']);
    if (operation === 'receiveAlert') {
      const alertId = String(input['alertId']);
      return fateOf(organizationId, `alert ${alertId}`, alerts.has(organizationId, alertId));
    }
    if (operation !== 'receiveAuditEntries') return 'usual';
    // However the entries are put into batches when they are sent again, none is refused twice.
    const entries = entriesIn(input);
    const isSentAgain = sinks.isSentAgain(organizationId, entries);
    sinks.noteSent(organizationId, entries);
    return fateOf(organizationId, `batch from ${entries[0]?.index}`, isSentAgain);
  };

  return scriptedWorld<WorldOperationName, OwnBehaviour>({
    title: 'records',
    isOperation: isWorldOperation,
    scriptId,
    idsOf,
    logged,
    carryOut,
    asUsual(operation, input) {
      const fate = fateOfCall(operation, input);
      if (fate === 'refused') return failed(503);
      const reply = carryOut(operation, input);
      return fate === 'silent' ? SILENCE : reply;
    },
    canHave,
    behave: (_wrongKey, operation, input) => carryOut(operation, input, true),
    questions: {
      key: (question) => keys.key(textIn(question, 'patientId')) as JsonObject | null,
      unwrap: (question) => keys.unwrap(textIn(question, 'patientId'), textIn(question, 'wrapped')),
      refuseOldVersions(question) {
        keys.refuseOldVersions(textIn(question, 'patientId'));
        return null;
      },
      alerts: (question) => alerts.list(textIn(question, 'organizationId')),
      entries: (question) => sinks.list(textIn(question, 'organizationId')),
    },
  });
};

/** The sinks have the entries: logged as well, those of a long run would not fit into memory. */
function logged(call: WorldCall): WorldCall {
  if (call.operation !== 'receiveAuditEntries') return call;
  const entries = entriesIn(call.input).map(({ index }) => ({ index }));
  return { ...call, input: { ...call.input, entries }, body: '' };
}
