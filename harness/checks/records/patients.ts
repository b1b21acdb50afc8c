/** Valid resources of invented patients, from a seed or as fast-check's arbitraries. */
import fc from 'fast-check';
import type {
  Address,
  AllergyIntolerance,
  ClinicalType,
  CodeableConcept,
  Coding,
  Condition,
  DocumentReference,
  HumanName,
  MedicationRequest,
  Observation,
  Patient,
  ResourceType,
} from '../../../spec/records/messages.d.ts';
import { labelOf } from './policy.ts';
import type { SensitiveCategory, WrittenResource } from './policy.ts';

export interface ResourceOptions {
  /** Sensitive categories; default: none. Of a Patient they mean nothing. */
  readonly labels?: readonly SensitiveCategory[];
  /** `full` (default): every optional element is there; `random`: some are. */
  readonly elements?: 'full' | 'random';
}

/** Whose resource it is. */
export interface Owner {
  readonly patientId: string;
  /** The managing organisation's, of a Patient. */
  readonly organizationId: string;
}

export interface ResourceOf {
  readonly Patient: Patient;
  readonly Condition: Condition;
  readonly MedicationRequest: MedicationRequest;
  readonly AllergyIntolerance: AllergyIntolerance;
  readonly Observation: Observation;
  readonly DocumentReference: DocumentReference;
}

/** The same resource again for the same arguments. */
export function generateResource<T extends ResourceType>(
  type: T,
  owner: Owner,
  seed: number,
  options: ResourceOptions = {},
): ResourceOf[T] {
  return fc.sample(resourceArbitrary(type, owner, options), { seed, numRuns: 1 })[0]!;
}

export function resourceArbitrary<T extends ResourceType>(
  type: T,
  owner: Owner,
  options: ResourceOptions = {},
): fc.Arbitrary<ResourceOf[T]> {
  const { elements = 'full', labels = [] } = options;
  const meta = labels.length > 0 && { meta: { security: labels.map(labelOf) } };
  const of = elementsOf(type, owner);
  const required = elements === 'full' ? {} : { requiredKeys: REQUIRED[type] as never[] };
  return fc
    .record(of, required)
    .map((some) => ({ resourceType: type, ...meta, ...some }) as unknown as ResourceOf[T]);
}

type Elements = Readonly<Record<string, fc.Arbitrary<unknown>>>;

const REQUIRED: Readonly<Record<ResourceType, readonly string[]>> = {
  Patient: ['managingOrganization'],
  Condition: ['code', 'subject'],
  MedicationRequest: ['status', 'intent', 'medicationCodeableConcept', 'subject'],
  AllergyIntolerance: ['code', 'patient'],
  Observation: ['status', 'code', 'subject'],
  DocumentReference: ['status', 'subject', 'content'],
};

const FAMILIES = ['Example', 'Sampleton', 'Testmann', 'Fiktiv', 'Madeup', 'Invento', 'Nobodson'];
const GIVEN = ['Ann', 'Bob', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gil', 'Hana', 'Ivo', 'Jo'];
const WORDS = 'since the morning after little walking often without known cause mild rest'.split(
  ' ',
);

const few = <T>(item: fc.Arbitrary<T>, maxLength = 3): fc.Arbitrary<T[]> =>
  fc.array(item, { minLength: 1, maxLength });
const digits = (length: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: 10 ** length - 1 }).map((n) => String(n).padStart(length, '0'));
const words = few(fc.constantFrom(...WORDS), 8).map((some) => some.join(' '));
const note = few(fc.record({ text: words }));

/** From 1930 to 2024. */
const instant = fc
  .integer({ min: Date.UTC(1930, 0, 1), max: Date.UTC(2025, 0, 1) - 1 })
  .map((ms) => new Date(ms).toISOString());
const date = instant.map((text) => text.slice(0, 10));
/** A year, a month, a day, or a time with or without milliseconds. */
const dateTime = fc
  .tuple(instant, fc.constantFrom(4, 7, 10, 19, 24))
  .map(([text, length]) => (length === 19 ? `${text.slice(0, 19)}Z` : text.slice(0, length)));

const name: fc.Arbitrary<HumanName> = fc.record({
  use: fc.constantFrom('official', 'usual', 'maiden', 'old'),
  family: fc.constantFrom(...FAMILIES),
  given: few(fc.constantFrom(...GIVEN)),
});
const phone = digits(7).map((value) => ({ system: 'phone', value: `555-${value}` }));
const email = digits(5).map((value) => ({ system: 'email', value: `p${value}@example.org` }));
const telecom = few(fc.oneof(phone, email));
const address: fc.Arbitrary<Address> = fc.record({
  line: few(digits(3).map((number) => `${number} Example St`)),
  city: fc.constantFrom('Springfield', 'Sampleville', 'Nowhere'),
  state: fc.constantFrom('VT', 'NH', 'ME'),
  postalCode: digits(5),
  country: fc.constant('US'),
});

const coding = (system: string): fc.Arbitrary<Coding> =>
  fc.record({ system: fc.constant(system), code: digits(8), display: words });
/** With codings and text. */
const concept = (system: string): fc.Arbitrary<CodeableConcept> =>
  fc.record({ coding: few(coding(system), 2), text: words });
const codes = (system: string, ...of: readonly string[]): fc.Arbitrary<CodeableConcept> =>
  fc.constantFrom(...of).map((code) => ({ coding: [{ system, code }] }));

const HL7 = 'http://terminology.hl7.org/CodeSystem';
const SNOMED = 'http://snomed.info/sct';
const LOINC = 'http://loinc.org';
const UNITS = 'http://unitsofmeasure.org';

const quantity = fc.record({
  value: fc.integer({ min: -99_999, max: 9_999_999 }).map((n) => n / 1_000),
  unit: fc.constantFrom('mg/dL', 'mmol/L', '%'),
  system: fc.constant(UNITS),
  code: fc.constantFrom('mg/dL', 'mmol/L', '%'),
});
const content = few(
  fc.record({
    attachment: fc.record({
      contentType: fc.constant('text/plain'),
      data: words.map((text) => Buffer.from(text).toString('base64')),
    }),
  }),
);

function elementsOf(type: ResourceType, { patientId, organizationId }: Owner): Elements {
  if (type !== 'Patient') return clinicalElements(type, patientId);
  return {
    identifier: few(
      fc.record({ system: fc.constant('https://casemark.dev/mrn'), value: digits(9) }),
    ),
    active: fc.boolean(),
    name: few(name),
    telecom,
    gender: fc.constantFrom('male', 'female', 'other', 'unknown'),
    birthDate: date,
    address: few(address, 2),
    contact: few(fc.record({ name, telecom }), 2),
    managingOrganization: fc.constant({ reference: `Organization/${organizationId}` }),
  };
}

function clinicalElements(type: ClinicalType, patientId: string): Elements {
  const subject = fc.constant({ reference: `Patient/${patientId}` });
  switch (type) {
    case 'Condition':
      return {
        clinicalStatus: codes(`${HL7}/condition-clinical`, 'active', 'remission', 'resolved'),
        verificationStatus: codes(`${HL7}/condition-ver-status`, 'confirmed', 'provisional'),
        code: concept(SNOMED),
        subject,
        onsetDateTime: dateTime,
        recordedDate: dateTime,
        note,
      };
    case 'MedicationRequest':
      return {
        status: fc.constantFrom('active', 'on-hold', 'completed', 'stopped'),
        intent: fc.constantFrom('proposal', 'plan', 'order'),
        medicationCodeableConcept: concept('http://www.nlm.nih.gov/research/umls/rxnorm'),
        subject,
        authoredOn: dateTime,
        dosageInstruction: few(fc.record({ text: words })),
        note,
      };
    case 'AllergyIntolerance':
      return {
        clinicalStatus: codes(`${HL7}/allergyintolerance-clinical`, 'active', 'inactive'),
        code: concept(SNOMED),
        patient: subject,
        criticality: fc.constantFrom('low', 'high', 'unable-to-assess'),
        onsetDateTime: dateTime,
        reaction: few(fc.record({ manifestation: few(concept(SNOMED), 2) }), 2),
        note,
      };
    case 'Observation':
      return {
        status: fc.constantFrom('preliminary', 'final', 'amended'),
        category: few(codes(`${HL7}/observation-category`, 'laboratory', 'vital-signs'), 2),
        code: concept(LOINC),
        subject,
        effectiveDateTime: dateTime,
        valueQuantity: quantity,
        valueString: words,
        // None of the critical ones, which alert somebody.
        interpretation: few(codes(`${HL7}/v3-ObservationInterpretation`, 'N', 'H', 'L'), 1),
        note,
      };
    case 'DocumentReference':
      return {
        status: fc.constantFrom('current', 'superseded'),
        type: concept(LOINC),
        subject,
        date: instant,
        description: words,
        content,
      };
  }
}

/** Of any type, with any elements. */
export function anyResource(owner: Owner): fc.Arbitrary<WrittenResource> {
  const types = Object.keys(REQUIRED) as ResourceType[];
  return fc.oneof(
    ...types.map((type) => resourceArbitrary(type, owner, { elements: 'random' })),
  ) as fc.Arbitrary<WrittenResource>;
}
