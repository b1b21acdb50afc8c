/** Entries as a ward leaves them: every other one of an access to a whole record, the rest of writes. */
import type { AuditEvent } from '../../../spec/records/messages.d.ts';
import { auditEvent } from '../../../reference/records/auditLogger/auditEvent.ts';
import type { AuditFacts } from '../../../reference/records/auditLogger/auditEvent.ts';
import { policy } from '../../../reference/records/accessController/policy.ts';
import { NOW_MS } from './ward.ts';

/** Of a patient, a condition and an observation. */
const FIELDS = (['Patient', 'Condition', 'Observation'] as const).flatMap((type) =>
  Object.keys(policy.profiles['full']?.elements[type] ?? {}).map((element) => `${type}.${element}`),
);

export function factsOf(at: number): AuditFacts {
  const request = {
    nowMs: NOW_MS + at,
    requestId: `request-${at}`,
    user: { userId: `user-${at % 16}`, role: 'physician', organizationId: 'clinic-a' },
    purpose: 'TREAT',
    status: 200,
    patientId: `patient-${at % 1_000}`,
  } as const;
  return at % 2 === 0
    ? { ...request, operation: 'accessRecord', accessedFields: FIELDS }
    : {
        ...request,
        operation: 'putResource',
        resource: { resourceType: 'Observation', resourceId: `observation-${at}` },
      };
}

export function entryOf(at: number): AuditEvent {
  return auditEvent(factsOf(at));
}
