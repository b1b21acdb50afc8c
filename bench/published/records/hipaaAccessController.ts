/** `HIPAAAccessController`: its two parts that are asked. Neither knows what the other was asked. */
import type { ResourceType } from '../../../spec/records/messages.d.ts';
import { policy } from './record.ts';
import type { People, PublishedUser } from './people.ts';

export interface HIPAAAccessController {
  readonly purposeValidator: { validatePurpose(purpose: string): boolean };
  readonly roleBasedAccess: {
    canAccess(requesterId: string, patientId: string, dataTypes: readonly ResourceType[]): boolean;
  };
}

export function hipaaAccessController(people: People): HIPAAAccessController {
  return {
    purposeValidator: { validatePurpose: (purpose) => policy.purposes.codes.includes(purpose) },
    roleBasedAccess: {
      canAccess(requesterId, patientId, dataTypes) {
        const user = people.users.get(requesterId);
        if (!user) return false;
        // No purpose is among the arguments: one rule of the role that gives all of it is enough.
        return policy.rules.some(
          ({ role, relationship, read }) =>
            role === user.role &&
            isRelated(people, relationship, user, patientId) &&
            dataTypes.every((type) => read.includes(categoryOf(type))),
        );
      },
    },
  };
}

export function categoryOf(type: ResourceType) {
  return policy.categories.find(({ resourceType }) => resourceType === type)!.id;
}

/** Nobody is in an emergency: emergencyOverride is not asked. */
export function isRelated(
  people: People,
  relationship: string,
  user: PublishedUser,
  patientId: string,
): boolean {
  switch (relationship) {
    case 'care-team':
      return people.isInCareTeam(user.userId, patientId);
    case 'organization':
      return people.organizationOf(patientId) === user.organizationId;
    case 'self':
      return user.patientId === patientId;
    case 'none':
      return true;
  }
  return false;
}
