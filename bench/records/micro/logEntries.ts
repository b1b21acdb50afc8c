/** Entries as an access of a whole record leaves them. */
import type { AuditEvent } from '../../../spec/records/messages.d.ts';
import { auditEvent } from '../../../reference/records/auditLogger/auditEvent.ts';
import type { AuditFacts } from '../../../reference/records/auditLogger/auditEvent.ts';
import { policy } from '../../../reference/records/accessController/policy.ts';
import { NOW_MS } from './ward.ts';

/** Of a patient's, a condition's and an observation's elements. */
const FIELDS = (['Patient', 'Condition', 'Observation'] as const).flatMap((type) =>
  Object.keys(policy.profiles['operations']?.elements[type] ?? {}).map(
    (element) => `${type}.${element}`,
  ),
);

export function factsOf(at: number): AuditFacts {
  return {
    nowMs: NOW_MS + at,
    operation: 'accessRecord',
    requestId: `request-${at}`,
    user: { userId: `user-${at % 16}`, role: 'physician', organizationId: 'clinic-a' },
    purpose: 'HOPERAT',
    status: 200,
    patientId: `patient-${at % 1_000}`,
    accessedFields: FIELDS,
  };
}

export function entryOf(at: number): AuditEvent {
  return auditEvent(factsOf(at));
}
