/** `PatientConsentManager`: one answer for patient, requester and purpose, so none by type or label; without a consent it is no. */
import type { Coding, Consent, Provision } from '../../../spec/records/messages.d.ts';
import type { People } from './people.ts';
import { policy } from './record.ts';

export interface PatientConsentManager {
  hasConsent(patientId: string, requesterId: string, purpose: string): boolean;
}

export interface KeptConsent {
  readonly patientId: string;
  readonly consentId: string;
  readonly version: number;
  readonly resource: Consent;
}

interface Asked {
  readonly purpose: Coding;
  readonly actors: readonly string[];
  readonly nowMs: number;
}

export function patientConsentManager(
  people: People,
  consentsOf: (patientId: string) => readonly KeptConsent[],
  nowMs: () => number,
): PatientConsentManager {
  return {
    hasConsent(patientId, requesterId, purpose) {
      const organizationId = people.users.get(requesterId)?.organizationId ?? '';
      const asked: Asked = {
        purpose: { system: policy.purposes.system, code: purpose },
        actors: [
          `Practitioner/${requesterId}`,
          `Organization/${organizationId}`,
          ...people.careTeamsOf(requesterId, patientId).map((id) => `CareTeam/${id}`),
        ],
        nowMs: nowMs(),
      };
      const words = consentsOf(patientId)
        .filter(({ resource }) => resource.status === 'active')
        .map(({ resource }) => saidBy(resource.provision, asked));
      return words.includes('permit') && !words.includes('deny');
    },
  };
}

function saidBy(provision: Provision, asked: Asked): 'permit' | 'deny' | undefined {
  if (!applies(provision, asked)) return undefined;
  const inner = (provision.provision ?? []).map((each) => saidBy(each, asked));
  if (inner.includes('deny')) return 'deny';
  return inner.includes('permit') ? 'permit' : provision.type;
}

/** What is about some types or labels only cannot be told in one answer. */
function applies(provision: Provision, { purpose, actors, nowMs }: Asked): boolean {
  const { period, actor, purpose: purposes, class: classes, securityLabel } = provision;
  if (classes || securityLabel) return false;
  if (period?.start !== undefined && nowMs < Date.parse(period.start)) return false;
  if (period?.end !== undefined && nowMs > Date.parse(period.end)) return false;
  if (actor && !actor.some(({ reference }) => actors.includes(reference.reference))) return false;
  return (
    !purposes ||
    purposes.some(({ system, code }) => system === purpose.system && code === purpose.code)
  );
}
