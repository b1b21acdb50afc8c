/** The operations of the world, and the ids by which a call is scripted and found. */
import type { JsonObject } from '../../../target/target.ts';
import type { WorldOperationName } from '../worldQuestions.ts';

const SCRIPTED_BY: Readonly<Record<WorldOperationName, 'patientId' | 'organizationId'>> = {
  createKey: 'patientId',
  getKey: 'patientId',
  wrapKey: 'patientId',
  unwrapKey: 'patientId',
  rotateWrappingKey: 'patientId',
  destroyKey: 'patientId',
  receiveAlert: 'organizationId',
  receiveAuditEntries: 'organizationId',
};

export function isWorldOperation(name: unknown): name is WorldOperationName {
  return typeof name === 'string' && Object.hasOwn(SCRIPTED_BY, name);
}

export function scriptId(operation: WorldOperationName, input: JsonObject): string {
  return String(input[SCRIPTED_BY[operation]]);
}

/** Beside its scripting id: the patient and the grant that an alert is about. */
export function idsOf(_operation: WorldOperationName, input: JsonObject): string[] {
  return [input['patientId'], input['grantId']].filter((id) => typeof id === 'string');
}
