/** putConsent, revokeConsent, listConsents. */
import type {
  ListConsents,
  PutConsent,
  RevokeConsent,
} from '../../../../spec/records/messages.d.ts';
import { holdNotErased, Refusal } from './call.ts';
import type { Call, Done, Handler } from './call.ts';
import { holdDuty } from './decide.ts';
import { has } from './life.ts';
import type { ConsentVersion, PatientState } from './state.ts';
import { versionInTurn, written } from './writes.ts';

function patientOf(call: Call, patientId: string): PatientState {
  const patient = holdDuty(call, patientId)!;
  holdNotErased(patient);
  return patient;
}

export const putConsent: Handler<PutConsent> = (call, input) => {
  const { patientId, consentId, ifMatch, resource } = input;
  const isHis = resource.patient.reference === `Patient/${patientId}`;
  if (!isHis && !has(call.life, 'takes resources of other patients')) {
    throw new Refusal('INVALID_REQUEST');
  }
  const { consents } = patientOf(call, patientId);
  const present = consents.get(consentId)?.at(-1);
  const versionId = versionInTurn(call, present, ifMatch);
  return put({ patientId, consentId, versionId, writtenMs: call.life.nowMs, resource });
};

function put(version: ConsentVersion): Done {
  const { consentId, versionId, writtenMs } = version;
  return {
    ...written('Consent', consentId, versionId, writtenMs),
    changes: [{ kind: 'consent', value: version }],
  };
}

export const revokeConsent: Handler<RevokeConsent> = (call, { patientId, consentId }) => {
  const { consents } = patientOf(call, patientId);
  const present = consents.get(consentId)?.at(-1);
  if (!present) throw new Refusal('UNKNOWN_CONSENT');
  const { versionId, writtenMs, resource } = present;
  if (resource.status === 'inactive') return written('Consent', consentId, versionId, writtenMs);
  return put({
    ...{ patientId, consentId, versionId: String(Number(versionId) + 1) },
    writtenMs: call.life.nowMs,
    resource: { ...resource, status: 'inactive' },
  });
};

export const listConsents: Handler<ListConsents> = (call, { patientId }) => {
  const { consents } = patientOf(call, patientId);
  return {
    output: {
      consents: [...consents.values()].map((versions) => {
        const { consentId, versionId, resource } = versions.at(-1)!;
        return { consentId, versionId, resource };
      }),
    },
  };
};
