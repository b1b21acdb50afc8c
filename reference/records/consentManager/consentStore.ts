/** A patient's consents, versioned. A change holds from its turn on: whoever is decided later is decided with it. */
import type {
  Consents,
  ListConsents,
  PutConsent,
  RevokeConsent,
} from '../../../spec/records/messages.d.ts';
import { livePatientOfDuty } from '../accessController/relationships.ts';
import type { DecideForUser } from '../accessController/sessionManager.ts';
import { etagOf, Refusal } from '../request.ts';
import type { Done } from '../request.ts';
import { versionMismatch, written } from '../resources/writes.ts';
import type { ConsentRow } from '../store/consents.ts';

export const putConsent: DecideForUser<PutConsent> = (request, input) => {
  const { patientId, consentId, ifMatch, resource } = input;
  if (resource.patient.reference !== `Patient/${patientId}`) {
    throw new Refusal('INVALID_REQUEST', 'the consent is not of the patient of its path');
  }
  const { records, nowMs } = request;
  livePatientOfDuty(request, patientId);
  const before = records.store.consent(patientId, consentId);
  if (ifMatch !== (before && etagOf(before.versionId))) throw versionMismatch();
  const versionId = (before?.versionId ?? 0) + 1;
  const consent = { patientId, consentId, versionId, writtenAtMs: nowMs, resource };
  records.store.putConsent(consent);
  return writtenConsent(consent);
};

export const revokeConsent: DecideForUser<RevokeConsent> = (request, input) => {
  const { patientId, consentId } = input;
  const { records, nowMs } = request;
  livePatientOfDuty(request, patientId);
  const before = records.store.consent(patientId, consentId);
  if (!before) throw new Refusal('UNKNOWN_CONSENT', 'the patient has no such consent');
  if (before.resource.status === 'inactive') return writtenConsent(before);
  const consent: ConsentRow = {
    ...before,
    versionId: before.versionId + 1,
    writtenAtMs: nowMs,
    resource: { ...before.resource, status: 'inactive' },
  };
  records.store.putConsent(consent);
  return writtenConsent(consent);
};

export const listConsents: DecideForUser<ListConsents> = (request, { patientId }) => {
  livePatientOfDuty(request, patientId);
  const consents = request.records.store
    .consentsOf(patientId)
    .map(({ consentId, versionId, resource }) => ({
      consentId,
      versionId: String(versionId),
      resource,
    }));
  const output: Consents = { consents };
  return { output };
};

function writtenConsent({ consentId, versionId, writtenAtMs }: ConsentRow): Done {
  return { output: written('Consent', consentId, versionId, writtenAtMs), versionId };
}
