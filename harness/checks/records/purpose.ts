/** EHR-PUR-01: a purpose is a known code that the role may have. */
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { permit } from './consents.ts';
import { openJudgedWard } from './judgedWard.ts';
import type { JudgedWard } from './judgedWard.ts';
import { PURPOSES, ROLES, ruleFor } from './policy.ts';
import { readsVersions } from './readsVersions.ts';
import { patientResource } from './wardResources.ts';
import type { Admitted, Person } from './wardTypes.ts';
import type { RecordRequest } from './wardRequests.ts';

/** Undefined: left out. COVERAGE is a code of v3-ActReason, of which policy.json knows nothing. */
const NO_PURPOSES: readonly (string | undefined)[] = [
  undefined,
  '',
  'COVERAGE',
  'CURIOSITY',
  'treat',
  'TREATMENT',
  'TREAT,HPAYMT',
  'http://terminology.hl7.org/CodeSystem/v3-ActReason|TREAT',
  '*',
];

const unknownPurpose: Check = {
  id: 'unknown-purpose',
  isolation: 'shared',
  async run(context) {
    const judged = openJudgedWard(context);
    const patient = await judged.admit();
    const { physician, patientId } = patient;
    const resourceId = await judged.write(patient, clinicalResource('Condition', patientId));
    await Promise.all(
      NO_PURPOSES.map(async (purpose) => {
        for (const request of await requestsWith(purpose, judged, patient, resourceId)) {
          await judged.judge(physician, request);
          context.hit('refused');
        }
      }),
    );
    // What was refused is not there: the same ids are free, and the record is as it was.
    const { shown } = await judged.judge(physician, {
      operation: 'accessRecord',
      patientId,
      purpose: 'TREAT',
    });
    hold(shown.length === 2, 'Requests without a purpose should write nothing.', 2, shown);
  },
};

/** Each operation that has a purpose, and needs one. */
async function requestsWith(
  purpose: string | undefined,
  { ward }: JudgedWard,
  { patientId, organizationId }: Admitted,
  resourceId: string,
): Promise<RecordRequest[]> {
  const of = { patientId, ...(purpose !== undefined && { purpose }) };
  const one = { ...of, resourceType: 'Condition', resourceId } as const;
  const resource = clinicalResource('Condition', patientId, 'written for no purpose');
  const patient = patientResource(organizationId, { gender: 'other' });
  return [
    { operation: 'accessRecord', ...of },
    { operation: 'readPatient', ...of },
    { operation: 'readResource', ...one },
    ...((await readsVersions(ward))
      ? [{ operation: 'readVersion', ...one, versionId: '1' } as const]
      : []),
    { operation: 'searchResources', ...of, resourceType: 'Condition' },
    { operation: 'putResource', ...one, resourceId: ward.requestId(), resource },
    { operation: 'putPatient', ...of, ifMatch: etagOf(1), resource: patient },
    { operation: 'putPatient', ...of, patientId: ward.requestId(), resource: patient },
  ];
}

const purposeOfTheRole: Check = {
  id: 'purpose-of-the-role',
  isolation: 'shared',
  async run(context) {
    const judged = openJudgedWard(context);
    const { patient, people } = await withEverybody(judged);
    const { patientId } = patient;
    const resourceId = await judged.write(patient, clinicalResource('Condition', patientId));
    await Promise.all(
      people.flatMap((person) =>
        PURPOSES.map(async (purpose, index) => {
          const of = { patientId, purpose };
          if (ruleFor(person.role, purpose)) {
            const { shown } = await judged.judge(person, { operation: 'accessRecord', ...of });
            hold(shown.length > 0, `A ${person.role} should see something for ${purpose}.`);
            context.hit('allowed');
            return;
          }
          const all = await requestsWith(purpose, judged, patient, resourceId);
          await judged.judge(person, { operation: 'accessRecord', ...of });
          await judged.judge(person, all[1 + (index % (all.length - 1))]!);
          context.hit('refused');
        }),
      ),
    );
  },
};

/** One of each role, with every relationship there is, and a patient who permits everything that is ordinary. */
export async function withEverybody(
  judged: JudgedWard,
): Promise<{ patient: Admitted; people: Person[] }> {
  const patient = await judged.admit();
  const { patientId } = patient;
  const people = await Promise.all(
    ROLES.map((role) => judged.person(role, role === 'patient' ? { patientId } : {})),
  );
  await judged.setCareTeam(patient, [patient.physician, ...people]);
  await judged.consent(patient, permit());
  for (const person of people.filter(({ role }) => role === 'physician' || role === 'nurse')) {
    await judged.declare(person, patientId);
  }
  return { patient, people };
}

export const purpose: readonly Check[] = [unknownPurpose, purposeOfTheRole];
