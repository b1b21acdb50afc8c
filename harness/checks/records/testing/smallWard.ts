/** A small model of a ward, and requests of the people in it, for tests of the oracle. */
import type { Observation, Patient } from '../../../../spec/records/messages.d.ts';
import { isRefused } from '../decision.ts';
import { decide } from '../oracle.ts';
import { labelOf } from '../policy.ts';
import type { SensitiveCategory } from '../policy.ts';
import { emptyWard, noteWrite } from '../wardModel.ts';
import type { ModelSession, WardModel } from '../wardModel.ts';
import type { WardRequest } from '../wardRequests.ts';

export const HOUR_MS = 3_600_000;

export function patientOf(organization: string): Patient {
  return {
    resourceType: 'Patient',
    managingOrganization: { reference: `Organization/${organization}` },
  };
}

/** Of the patient `pat`. */
export function observation(...labels: SensitiveCategory[]): Observation {
  return {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'Example' },
    subject: { reference: 'Patient/pat' },
    ...(labels.length > 0 && { meta: { security: labels.map(labelOf) } }),
  };
}

/** The patients `pat` and, erased, `gone`, both of the organisation north and with `doc` and `nurse` in their care teams. */
export function smallWard(): WardModel {
  const ward = emptyWard(Date.parse('2030-01-01T00:00:00.000Z'));
  const users = [
    ['doc', 'physician', 'north'],
    ['stranger', 'physician', 'north'],
    ['nurse', 'nurse', 'north'],
    ['bill', 'billing', 'north'],
    ['billSouth', 'billing', 'south'],
    ['study', 'researcher', 'university'],
    ['officer', 'privacy-officer', 'north'],
    ['officerSouth', 'privacy-officer', 'south'],
  ] as const;
  for (const [userId, role, organizationId] of users) {
    ward.users.set(userId, { userId, role, organizationId });
  }
  const self = {
    userId: 'self',
    role: 'patient',
    organizationId: 'none',
    patientId: 'pat',
  } as const;
  ward.users.set('self', self);
  noteWrite(ward, 'pat', 'pat', patientOf('north'));
  noteWrite(ward, 'gone', 'gone', patientOf('north'));
  ward.patients.get('gone')!.erased = true;
  const members = ['doc', 'nurse'];
  ward.careTeams.set('red', { careTeamId: 'red', patientId: 'pat', members });
  ward.careTeams.set('grey', { careTeamId: 'grey', patientId: 'gone', members });
  return ward;
}

/** The codes of a refusal, or `allowed`. @param session a user id: a session without scopes */
export function codesOf(
  ward: WardModel,
  session: ModelSession | string | undefined,
  request: WardRequest,
): readonly string[] | 'allowed' {
  const of = typeof session === 'string' ? { userId: session } : session;
  const decision = decide(ward, of, request);
  return isRefused(decision) ? decision.refused : 'allowed';
}

/** An observation `o` of `pat`. */
export function write(resource: Observation, ifMatch?: string, purpose = 'TREAT') {
  return {
    operation: 'putResource',
    patientId: 'pat',
    resourceType: 'Observation',
    resourceId: 'o',
    purpose,
    resource,
    ...(ifMatch !== undefined && { ifMatch }),
  } as const;
}

/** For an hour. */
export function grantTo(ward: WardModel, userId: string, patientId: string): void {
  const declared = { patientId, grantId: 'g', purpose: 'ETREAT', reason: 'unconscious' } as const;
  const expiresAtMs = ward.nowMs + HOUR_MS;
  ward.grants.set('g', { userId, declared, expiresAtMs, review: 'pending' });
}
