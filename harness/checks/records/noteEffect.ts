/** The model follows what a ward has carried out. */
import type { Grant } from '../../../spec/records/messages.d.ts';
import { noteWrite } from './wardModel.ts';
import type { WardModel } from './wardModel.ts';
import type { WardRequest } from './wardRequests.ts';
import type { Person } from './wardTypes.ts';

/** What a request that was carried out has changed. */
export function noteEffect(
  model: WardModel,
  person: Person,
  request: WardRequest,
  output: unknown,
): void {
  switch (request.operation) {
    case 'putPatient':
      return noteWrite(model, request.patientId, request.patientId, request.resource);
    case 'putResource':
      return noteWrite(model, request.patientId, request.resourceId, request.resource);
    case 'putConsent': {
      const { consents } = model.patients.get(request.patientId)!;
      const versionId = (consents.get(request.consentId)?.versionId ?? 0) + 1;
      return void consents.set(request.consentId, { versionId, resource: request.resource });
    }
    case 'revokeConsent': {
      const consent = model.patients.get(request.patientId)!.consents.get(request.consentId)!;
      if (consent.resource.status === 'inactive') return;
      consent.versionId += 1;
      consent.resource = { ...consent.resource, status: 'inactive' };
      return;
    }
    case 'declareBreakGlass': {
      const { patientId, grantId, purpose, reason } = request;
      const declared = { patientId, grantId, purpose, reason };
      const { expiresAtMs } = output as Grant;
      const grant = { userId: person.userId, declared, expiresAtMs, review: 'pending' } as const;
      return void model.grants.set(grantId, { ...grant });
    }
    case 'reviewGrant':
      model.grants.get(request.grantId)!.review = request.outcome;
      return;
    case 'shredPatient':
      model.patients.get(request.patientId)!.erased = true;
      return;
  }
}
