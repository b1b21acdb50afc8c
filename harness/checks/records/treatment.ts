/** EHR-MIN-02: who treats sees all that role and consent leave, and is told which categories consent withholds. */
import type { RecordView, ResourceType } from '../../../spec/records/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { deny, ofTypes } from './consents.ts';
import { expectedResource, sameResource } from './expectedView.ts';
import { generateResource } from './patients.ts';
import { categoryOf, CLINICAL_TYPES, ruleFor, SENSITIVE, TYPES } from './policy.ts';
import { consentToAll, keepAll, keepPatient, readEverything } from './readers.ts';
import { openWard } from './ward.ts';
import type { Admitted, Ward } from './wardTypes.ts';

const PATIENTS = 3;

const treatmentSeesAll: Check = {
  id: 'treatment-sees-all',
  isolation: 'shared',
  async run({ session, seed, hit }) {
    const ward = openWard(session());
    for (let round = 0; round < PATIENTS; round += 1) {
      const patient = await ward.admit();
      await consentToAll(ward, patient);
      const { patientId, physician } = patient;
      const written = [...CLINICAL_TYPES, ...CLINICAL_TYPES].map((type, index) =>
        generateResource(type, patient, seed + 100 * round + index, {
          // The last five with labels, one with two of them.
          labels: index < CLINICAL_TYPES.length ? [] : SENSITIVE.slice(index % 3, (index % 3) + 2),
          elements: index % 2 === 0 ? 'full' : 'random',
        }),
      );
      const whole = generateResource('Patient', patient, seed + round);
      const kept = [
        await keepPatient(ward, patient, whole),
        ...(await keepAll(ward, patient, written)),
      ];
      const reader = { rule: ruleFor('physician', 'TREAT')!, person: physician };
      for (const { operation, resources, types, reply } of await readEverything(
        ward,
        reader,
        patientId,
        kept,
      )) {
        okOutput(operation, reply);
        for (const found of resources) {
          const original = kept.find(
            ({ id, written: { resourceType } }) =>
              id === found.id && resourceType === found.resourceType,
          );
          hold(
            original !== undefined,
            `${operation} shows a resource that nobody wrote.`,
            [],
            found,
          );
          const versionId = found.resourceType === 'Patient' ? '2' : '1';
          const { id, lastUpdated } = original;
          const expected = expectedResource('full', original.written, id, versionId, lastUpdated);
          const differs = sameResource(expected, found);
          hold(
            differs === undefined,
            `${operation} for TREAT should show what was written: ${differs}`,
            expected,
            found,
          );
          if (operation === 'accessRecord') hit('resources');
        }
        const isOne = ['readPatient', 'readResource', 'readVersion'].includes(operation);
        const due = kept.filter(({ written: { resourceType } }) => types.includes(resourceType));
        holdSame(
          resources.length,
          isOne ? 1 : due.length,
          `${operation} for TREAT should show every resource that role and consent leave.`,
        );
      }
    }
  },
};

const redactionsAreTold: Check = {
  id: 'redactions-are-told',
  isolation: 'shared',
  async run({ session, hit }) {
    const ward = openWard(session());
    for (const type of TYPES) {
      // Nothing but the Patient is kept: a category is told whether or not there is any of it.
      const patient = await ward.admit();
      await holdTold(ward, patient, []);
      const consentId = await ward.consent(patient, deny(ofTypes(type)));
      await holdTold(ward, patient, [type]);
      hit('told');
      await holdNotAsked(ward, patient, type);
      okOutput('revokeConsent', await ward.revoke(patient, consentId));
      await holdTold(ward, patient, []);
    }
    const several = await ward.admit();
    await ward.consent(several, deny(ofTypes('Condition', 'DocumentReference')));
    await holdTold(ward, several, ['Condition', 'DocumentReference']);
    hit('told', 2);
    for (const label of SENSITIVE) {
      for (const type of ['Condition', 'Observation'] as const) {
        const patient = await ward.admit();
        await keepAll(ward, patient, [generateResource(type, patient, 1, { labels: [label] })]);
        await holdTold(ward, patient, []);
        hit('untold');
      }
    }
  },
};

async function holdTold(
  ward: Ward,
  { physician, patientId }: Admitted,
  withheld: readonly ResourceType[],
): Promise<void> {
  const view = okOutput('accessRecord', await ward.access(physician, patientId));
  holdRedactions(view, withheld);
}

/** Asked for other types than the withheld one, nothing of it is told. */
async function holdNotAsked(
  ward: Ward,
  { physician, patientId }: Admitted,
  withheld: ResourceType,
): Promise<void> {
  const types = TYPES.filter((type) => type !== withheld);
  holdRedactions(okOutput('accessRecord', await ward.access(physician, patientId, { types })), []);
}

function holdRedactions({ redactions }: RecordView, withheld: readonly ResourceType[]): void {
  holdSame(
    redactions.map(({ category, reason }) => `${category} ${reason}`).sort(),
    withheld.map((type) => `${categoryOf(type)} CONSENT`).sort(),
    'accessRecord for TREAT should tell each asked category whose ordinary part consent withholds, and nothing of sensitive ones.',
  );
}

export const treatment: readonly Check[] = [treatmentSeesAll, redactionsAreTold];
