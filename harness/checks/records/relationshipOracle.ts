/** Who the caller is, and how they stand to a patient. */
import { refused } from './decision.ts';
import type { Refused } from './decision.ts';
import type { Relationship } from './policy.ts';
import { careTeamsWith } from './wardModel.ts';
import type { ModelSession, ModelUser, WardModel } from './wardModel.ts';

/** Undefined: nobody, or nobody who is active. */
export function userOf(ward: WardModel, session: ModelSession | undefined): ModelUser | undefined {
  const user = session && ward.users.get(session.userId);
  return user?.active === false ? undefined : user;
}

/** Erased patients have relationships too; one that does not exist has none. */
export function hasRelationship(
  ward: WardModel,
  user: ModelUser,
  relationship: Relationship,
  patientId: string,
): boolean {
  const patient = ward.patients.get(patientId);
  if (!patient) return false;
  switch (relationship) {
    case 'none':
      return true;
    case 'self':
      return user.patientId === patientId;
    case 'organization':
      return user.organizationId === patient.organizationId;
    case 'care-team':
      return careTeamsWith(ward, patientId, user.userId).length > 0;
    case 'break-glass':
      return [...ward.grants.values()].some(
        ({ userId, declared, expiresAtMs }) =>
          userId === user.userId && declared.patientId === patientId && ward.nowMs < expiresAtMs,
      );
  }
}

export function refusalWithout(relationship: Relationship): Refused {
  return refused(relationship === 'break-glass' ? 'BREAK_GLASS_REQUIRED' : 'ACCESS_DENIED');
}
