/** EHR-MIN-01: a reply has what the reader's profile has, in its form, and no byte of anything else. */
import type {
  Address,
  AllergyIntolerance,
  ClinicalResource,
  Condition,
  MedicationRequest,
  Observation,
  Resource,
} from '../../../spec/records/messages.d.ts';
import type { Check } from '../check.ts';
import { findSentinels } from '../scanForSentinels.ts';
import { hold } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { clinicalResource } from './clinical.ts';
import { forPurposes, permit } from './consents.ts';
import { expectedResource, sameView } from './expectedView.ts';
import { generateResource } from './patients.ts';
import { CLINICAL_TYPES, policy } from './policy.ts';
import type { ProfileName } from './policy.ts';
import { consentToAll, keepAll, keepPatient, readEverything, readersOf } from './readers.ts';
import type { Kept, Reader, Reading } from './readers.ts';
import { asSentinels, plantResource } from './sentinels.ts';
import { openWard } from './ward.ts';

const withinProfile: Check = {
  id: 'within-the-profile',
  isolation: 'shared',
  async run({ session, seed, hit }) {
    const ward = openWard(session());
    const patient = await ward.admit();
    await consentToAll(ward, patient);
    const planted = CLINICAL_TYPES.map((type) => plantResource(type, patient, seed, 'profile'));
    const whole = plantResource('Patient', patient, seed, 'profile');
    const kept = [
      await keepPatient(ward, patient, {
        ...whole.resource,
        address: [...(whole.resource.address ?? []), { city: 'Nowhere' }],
      }),
      ...(await keepAll(ward, patient, [
        ...planted.map(({ resource }) => resource),
        ...namedInWords(patient.patientId),
      ])),
    ];
    const sentinels = asSentinels([whole, ...planted].flatMap((each) => each.sentinels));
    const profiles = new Set<ProfileName>();
    for (const reader of await readersOf(ward, patient)) {
      for (const reading of await readEverything(ward, reader, patient.patientId, kept)) {
        okOutput(reading.operation, reading.reply);
        const expected = holdAsExpected(reader, reading, kept, patient.patientId);
        // What the profile shows is no secret; the rest is not to be found, in whatever form.
        const shown = new Set(
          findSentinels(Buffer.from(JSON.stringify(expected)), sentinels).map(
            ({ sentinel }) => sentinel,
          ),
        );
        const forbidden = sentinels.filter(({ name }) => !shown.has(name));
        const [found] = findSentinels(Buffer.from(JSON.stringify(reading.reply)), forbidden);
        hold(
          found === undefined,
          `${reading.operation} for ${reader.rule.purpose} by a ${reader.rule.role} shows ${found?.sentinel} (${found?.form}), which the profile ${reader.rule.profile} does not have.`,
          'no byte of it, in headers and body',
          reading.reply,
        );
        hit('sentinels', forbidden.length);
      }
      profiles.add(reader.rule.profile);
    }
    hit('profiles', profiles.size);
  },
};

/** With a code that has nothing but its text: of that some profiles leave nothing. */
function namedInWords(patientId: string): ClinicalResource[] {
  const text = { text: 'Without a code of its own' };
  return [
    { ...clinicalResource('Condition', patientId), code: text } as Condition,
    {
      ...clinicalResource('MedicationRequest', patientId),
      medicationCodeableConcept: text,
    } as MedicationRequest,
    { ...clinicalResource('AllergyIntolerance', patientId), code: text } as AllergyIntolerance,
    { ...clinicalResource('Observation', patientId), code: text } as Observation,
  ];
}

function holdAsExpected(
  { rule }: Reader,
  { operation, resources, types }: Reading,
  kept: readonly Kept[],
  patientId: string,
): Resource[] {
  return resources.map((found) => {
    const original = kept.find(
      ({ id, written: { resourceType } }) => id === found.id && resourceType === found.resourceType,
    );
    hold(
      original !== undefined && types.includes(found.resourceType),
      `${operation} shows a resource that was not asked for.`,
      types,
      found,
    );
    const { id, lastUpdated, written } = original;
    const versionId = id === patientId ? '2' : '1';
    const expected = expectedResource(rule.profile, written, id, versionId, lastUpdated);
    const differs = sameView(rule.profile, expected, found);
    hold(
      differs === undefined,
      `${operation} for ${rule.purpose} by a ${rule.role} should show what the profile ${rule.profile} has: ${differs}`,
      expected,
      found,
    );
    return expected;
  });
}

const PATIENTS = 4;
/** Of a date in the profile of research. */
const YEAR = /^[0-9]{4}$/;
const ZIP3 = /^[0-9]{3}$/;
const SHOWN_OF_ADDRESS = ['state', 'postalCode', 'country'];
/** Directly from the brief, beside the table of profiles. */
const IDENTIFYING = ['name', 'telecom', 'contact', 'identifier', 'note', 'text', 'description'];
const DATES = ['birthDate', 'onsetDateTime', 'recordedDate', 'authoredOn', 'effectiveDateTime'];

const deidentified: Check = {
  id: 'deidentified',
  isolation: 'shared',
  async run({ session, seed, hit }) {
    const ward = openWard(session());
    const researcher = await ward.person('researcher');
    const rule = policy.rules.find(({ purpose }) => purpose === 'HRESCH')!;
    for (let round = 0; round < PATIENTS; round += 1) {
      const patient = await ward.admit();
      await ward.consent(patient, permit(forPurposes('HRESCH')));
      const written = CLINICAL_TYPES.map((type, index) =>
        generateResource(type, patient, seed + 10 * round + index),
      );
      const kept = [
        await keepPatient(ward, patient, generateResource('Patient', patient, seed + round)),
        ...(await keepAll(ward, patient, [...written, ...namedInWords(patient.patientId)])),
      ];
      const reader = { rule, person: researcher };
      for (const reading of await readEverything(ward, reader, patient.patientId, kept)) {
        okOutput(reading.operation, reading.reply);
        for (const resource of reading.resources) {
          holdDeidentified(reading.operation, resource);
          if (reading.operation === 'accessRecord') hit('resources');
        }
      }
    }
  },
};

function holdDeidentified(operation: string, resource: Resource): void {
  const problem = identifyingIn(resource);
  hold(
    problem === undefined,
    `${operation} for HRESCH shows ${problem} of a ${resource.resourceType}.`,
    'no name, contact, identifier or text, of dates the year, of postal codes three digits',
    resource,
  );
}

function identifyingIn(value: unknown, member = ''): string | undefined {
  if (IDENTIFYING.includes(member)) return member;
  if (DATES.includes(member) && !YEAR.test(String(value))) return `${member} as ${String(value)}`;
  if (member === 'postalCode' && !ZIP3.test(String(value))) return 'a whole postal code';
  if (member === 'address') {
    const more = (value as Address[]).flatMap(Object.keys);
    const extra = more.find((each) => !SHOWN_OF_ADDRESS.includes(each));
    if (extra !== undefined) return `${extra} of an address`;
  }
  if (Array.isArray(value)) {
    return value.map((each) => identifyingIn(each)).find((each) => each !== undefined);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value)
    .map(([name, each]) => identifyingIn(each, name))
    .find((each) => each !== undefined);
}

export const withinTheProfile: readonly Check[] = [withinProfile, deidentified];
