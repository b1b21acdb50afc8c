/** EHR-INT-01.f: what names another patient than its path changes nobody's record. */
import type { ClinicalType, Patient } from '../../../spec/records/messages.d.ts';
import type { Check } from '../check.ts';
import { holdSame } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { consentOf } from './consents.ts';
import { CLINICAL_TYPES } from './policy.ts';
import { openWard } from './ward.ts';
import { patientResource } from './wardResources.ts';

export const wrongPatient: Check = {
  id: 'wrong-patient',
  isolation: 'shared',
  async run(context) {
    const ward = openWard(context.session());
    const [patient, other] = [await ward.admit(), await ward.admit()];
    const { patientId, physician } = patient;
    const officer = await ward.officer();
    const ids = new Map<ClinicalType, string>();
    for (const type of CLINICAL_TYPES) {
      const resource = clinicalResource(type, patientId);
      ids.set(type, await ward.write(physician, patientId, resource));
    }
    const look = async (): Promise<object[]> => {
      const views = [patient, other].map(async (each) => [
        okOutput('accessRecord', await ward.access(physician, each.patientId))
          .resources.map((resource) => JSON.stringify(resource))
          .sort(),
        await ward.listConsents(each),
      ]);
      return Promise.all(views);
    };
    const before = await look();
    const refuse = (what: string, reply: Reply<unknown>): void => {
      refusedWith(what, reply, 'INVALID_REQUEST');
      context.hit('refused');
    };
    for (const [type, resourceId] of ids) {
      const resource = clinicalResource(type, other.patientId, 'of somebody else');
      const created = await ward.put(physician, patientId, resource);
      refuse(`A ${type} of another patient than its path’s`, created);
      const more = { resourceId, ifMatch: etagOf(1) };
      const updated = await ward.put(physician, patientId, resource, more);
      refuse(`A ${type} of another patient, as the next version of one of its path’s,`, updated);
    }
    const mixed = await ward.ask(physician, 'putResource', {
      ...{ patientId, resourceType: 'Condition', resourceId: ward.requestId(), purpose: 'TREAT' },
      resource: clinicalResource('Observation', patientId),
    });
    refuse('A resource of another type than its path’s', mixed);
    const consent = await ward.ask(officer, 'putConsent', {
      ...{ patientId, consentId: ward.requestId() },
      resource: consentOf(other.patientId, { type: 'deny' }),
    });
    refuse('A consent of another patient than its path’s', consent);
    const moved: Patient = patientResource(`${ward.organizationId}.else`);
    const update = { patientId, purpose: 'TREAT', ifMatch: etagOf(1), resource: moved };
    refuse(
      'An update with another managing organisation',
      await ward.ask(physician, 'putPatient', update),
    );
    holdSame(await look(), before, 'What was refused with INVALID_REQUEST has changed a record.');
  },
};
