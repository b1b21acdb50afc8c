/** What patients have agreed to, as the consent manager would have to keep it: `dataDir`/consents.jsonl. */
import type { Consents, PutConsent, Written } from '../../../spec/records/messages.d.ts';
import { jsonLines } from './jsonLines.ts';
import type { KeptConsent } from './patientConsentManager.ts';

export interface KeptConsents {
  of(patientId: string): KeptConsent[];
  put(input: Pick<PutConsent, 'patientId' | 'consentId' | 'resource'>, nowMs: number): Written;
  /** Undefined when there is no such consent. */
  revoke(patientId: string, consentId: string, nowMs: number): Written | undefined;
  list(patientId: string): Consents;
}

export function keptConsents(dataDir: string): KeptConsents {
  const kept = new Map<string, KeptConsent>();
  const keep = jsonLines<KeptConsent>(dataDir, 'consents.jsonl', (consent) => {
    kept.set(`${consent.patientId}/${consent.consentId}`, consent);
  });

  const of = (patientId: string): KeptConsent[] =>
    [...kept.values()].filter((consent) => consent.patientId === patientId);

  const put: KeptConsents['put'] = ({ patientId, consentId, resource }, nowMs) => {
    const version = (kept.get(`${patientId}/${consentId}`)?.version ?? 0) + 1;
    keep({ patientId, consentId, version, resource });
    return writtenOf(consentId, version, nowMs);
  };

  return {
    of,
    put,
    revoke(patientId, consentId, nowMs) {
      const consent = kept.get(`${patientId}/${consentId}`);
      if (!consent) return undefined;
      const { version, resource } = consent;
      if (resource.status === 'inactive') return writtenOf(consentId, version, nowMs);
      return put({ patientId, consentId, resource: { ...resource, status: 'inactive' } }, nowMs);
    },
    list: (patientId) => ({
      consents: of(patientId).map(({ consentId, version, resource }) => ({
        consentId,
        versionId: String(version),
        resource,
      })),
    }),
  };
}

function writtenOf(id: string, version: number, nowMs: number): Written {
  const lastUpdated = new Date(nowMs).toISOString();
  return { resourceType: 'Consent', id, versionId: String(version), lastUpdated };
}
