/** EHR-RBAC-01.d: a write needs the right for the type and for each sensitive label, of what is written and of what is replaced. */
import type {
  ClinicalResource,
  ClinicalType,
  RecordView,
} from '../../../spec/records/messages.d.ts';
import type { Check } from '../check.ts';
import { holdSame } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { permit, withLabels } from './consents.ts';
import { openJudgedWard } from './judgedWard.ts';
import type { JudgedWard } from './judgedWard.ts';
import { CLINICAL_TYPES, labelOf, policy, SENSITIVE } from './policy.ts';
import type { Rule, SensitiveCategory } from './policy.ts';
import { withEverybody } from './purpose.ts';
import { patientResource } from './wardResources.ts';
import type { Admitted, Person } from './wardTypes.ts';
import type { WriteRequest } from './wardRequests.ts';

const OTHER_PURPOSE = 'HPAYMT';

const writeRights: Check = {
  id: 'write-rights',
  isolation: 'shared',
  async run(context) {
    const judged = openJudgedWard(context);
    const { patient, people } = await withEverybody(judged);
    await judged.consent(patient, permit(withLabels(...SENSITIVE)));
    const write = async (person: Person, request: WriteRequest): Promise<void> => {
      const { allowed } = await judged.judge(person, request);
      context.hit(allowed ? 'written' : 'refused');
    };
    const personFor = ({ role }: Rule): Person => people.find((each) => each.role === role)!;
    await Promise.all(
      policy.rules.map(async (rule) => {
        const requests = [
          ...creations(judged, rule, patient.patientId),
          ...(await replacements(judged, rule, patient)),
          ...registrations(judged, rule, patient),
        ];
        for (const request of requests) await write(personFor(rule), request);
      }),
    );
    for (const rule of policy.rules) {
      await write(personFor(rule), patientUpdate(judged, rule, patient));
    }
    const nurse = people.find(({ role }) => role === 'nurse')!;
    await write(nurse, creation(judged, OTHER_PURPOSE, labelled('Observation', patient.patientId)));
    await holdWritten(judged, patient);
  },
};

/** Of each type, and of an observation with a label, each of them and two where the rule writes at all. */
function creations(judged: JudgedWard, rule: Rule, patientId: string): WriteRequest[] {
  const two: SensitiveCategory[] = ['hiv', 'psychotherapy'];
  const labellings = [...labelsFor(rule).map((label) => [label]), two];
  return [
    ...CLINICAL_TYPES.map((type) => labelled(type, patientId)),
    ...labellings.map((labels) => labelled('Observation', patientId, labels)),
  ].map((resource) => creation(judged, rule.purpose, resource));
}

function labelsFor({ write }: Rule): readonly SensitiveCategory[] {
  return write.length > 0 ? SENSITIVE : ['hiv'];
}

/** Of observations with a label, by one without. */
function replacements(judged: JudgedWard, rule: Rule, patient: Admitted): Promise<WriteRequest[]> {
  const { patientId } = patient;
  return Promise.all(
    labelsFor(rule).map(async (label) => ({
      operation: 'putResource',
      patientId,
      resourceType: 'Observation',
      resourceId: await judged.write(patient, labelled('Observation', patientId, [label])),
      purpose: rule.purpose,
      ifMatch: etagOf(1),
      resource: clinicalResource('Observation', patientId, 'without a label'),
    })),
  );
}

function creation({ ward }: JudgedWard, purpose: string, resource: ClinicalResource): WriteRequest {
  const { resourceType } = resource;
  const about = 'patient' in resource ? resource.patient : resource.subject;
  const patientId = about.reference.replace('Patient/', '');
  const resourceId = ward.requestId();
  return { operation: 'putResource', patientId, resourceType, resourceId, purpose, resource };
}

function labelled(
  type: ClinicalType,
  patientId: string,
  labels: readonly SensitiveCategory[] = [],
): ClinicalResource {
  const resource = clinicalResource(type, patientId, 'written by who may');
  return labels.length === 0 ? resource : { ...resource, meta: { security: labels.map(labelOf) } };
}

function patientUpdate(
  { model }: JudgedWard,
  { purpose }: Rule,
  { patientId, organizationId }: Admitted,
): WriteRequest {
  const [present] = model.patients.get(patientId)!.resources;
  return {
    operation: 'putPatient',
    patientId,
    purpose,
    ifMatch: etagOf(present!.versions.length),
    resource: patientResource(organizationId, { gender: 'unknown' }),
  };
}

/** Of somebody new, for the own organisation and for another; and of the patient who is there. */
function registrations(
  { ward }: JudgedWard,
  { purpose, write }: Rule,
  { patientId, organizationId }: Admitted,
): WriteRequest[] {
  const register = (id: string, organization: string): WriteRequest => ({
    operation: 'putPatient',
    patientId: id,
    purpose,
    resource: patientResource(organization),
  });
  const id = ward.requestId();
  if (write.length === 0) return [register(id, organizationId)];
  return [
    register(id, `${organizationId}.else`),
    register(id, organizationId),
    register(patientId, organizationId),
  ];
}

/** What is there, in which version: what was carried out, and nothing of what was refused. */
async function holdWritten(
  { ward, model }: JudgedWard,
  { patientId, physician }: Admitted,
): Promise<void> {
  const view: RecordView = okOutput('accessRecord', await ward.access(physician, patientId));
  const due = model.patients
    .get(patientId)!
    .resources.map((each) => `${each.resourceType}/${each.resourceId} ${each.versions.length}`);
  holdSame(
    view.resources.map((each) => `${each.resourceType}/${each.id} ${each.meta.versionId}`).sort(),
    due.sort(),
    'Of the writes those that were carried out should be there, in their versions, and of the refused ones nothing.',
  );
}

export const writeRightsChecks: readonly Check[] = [writeRights];
