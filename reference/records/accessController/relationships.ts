/** What a user has to do with a patient. */
import type { CareTeam, PutCareTeam } from '../../../spec/records/messages.d.ts';
import type { Answer } from '../../kit/service.ts';
import type { Records } from '../records.ts';
import { Refusal } from '../request.ts';
import type { PatientRow } from '../store/patients.ts';
import { dutyRelationship } from './policy.ts';
import type { Relationship } from './policy.ts';
import type { SessionRequest } from './sessionManager.ts';

export function putCareTeam(records: Records, input: PutCareTeam): Promise<Answer> {
  const { store, turns, problem } = records;
  const { careTeamId, patientId } = input;
  const members = [...new Set(input.members)];
  return turns.take((): Answer => {
    if (!store.patient(patientId)) {
      return { problem: problem('UNKNOWN_PATIENT', 'a care team is of a patient that exists') };
    }
    if ((store.careTeam(careTeamId)?.patientId ?? patientId) !== patientId) {
      return { problem: problem('ID_REUSED', 'the care team is of another patient') };
    }
    store.putCareTeam({ careTeamId, patientId }, members);
    const output: CareTeam = { careTeamId, patientId, members };
    return { output };
  });
}

/**
 * The patient, if there is one and the user has the relationship with them; erased or not.
 *
 * @throws Refusal that is the same whether there is such a patient or not
 */
export function relatedPatient(
  request: SessionRequest,
  relationship: Relationship,
  patientId: string,
): PatientRow {
  const patient = request.records.store.patient(patientId);
  if (patient && isRelated(request, relationship, patient)) return patient;
  if (relationship === 'break-glass') {
    throw new Refusal('BREAK_GLASS_REQUIRED', 'the purpose needs a declared emergency');
  }
  throw accessDenied(patient ? 'NO_RELATIONSHIP' : 'UNKNOWN_PATIENT');
}

/** The refusal of whoever is to learn nothing, not even why. */
export function accessDenied(
  reason: 'NO_RELATIONSHIP' | 'UNKNOWN_PATIENT' | 'ERASED' | 'NO_CONSENT',
): Refusal {
  return new Refusal('ACCESS_DENIED', 'this caller gets nothing of this patient', reason);
}

export function erased(): Refusal {
  return new Refusal('ERASED', 'the patient was erased');
}

/** For an operation that is a duty: that the user's role has it, and the relationship that it needs. */
export function dutyOf({ operation, user }: SessionRequest): Relationship {
  const relationship = dutyRelationship(operation, user.role);
  if (relationship) return relationship;
  throw new Refusal('INSUFFICIENT_PRIVILEGES', 'it is not a duty of this role');
}

/** The patient of a duty, whose relationship the user has. */
export function patientOfDuty(request: SessionRequest, patientId: string): PatientRow {
  return relatedPatient(request, dutyOf(request), patientId);
}

/** As patientOfDuty, of one who is not erased. */
export function livePatientOfDuty(request: SessionRequest, patientId: string): PatientRow {
  const patient = patientOfDuty(request, patientId);
  if (patient.state !== 'active') throw erased();
  return patient;
}

function isRelated(
  request: SessionRequest,
  relationship: Relationship,
  { patientId, organizationId }: PatientRow,
): boolean {
  const { records, user, nowMs, facts } = request;
  switch (relationship) {
    case 'care-team':
      return records.store.careTeamsWith(patientId, user.userId).length > 0;
    case 'organization':
      return organizationId === user.organizationId;
    case 'self':
      return patientId === user.patientId;
    case 'break-glass': {
      const grants = records.store.openGrants(patientId, user.userId, nowMs);
      if (grants.length > 0) facts.grantIds = grants.map(({ grantId }) => grantId);
      return grants.length > 0;
    }
    case 'none':
      return true;
  }
}
