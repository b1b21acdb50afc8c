/** The simplest clinical resources that the contract takes. */
import type {
  AllergyIntolerance,
  ClinicalResource,
  ClinicalType,
  CodeableConcept,
  Condition,
  DocumentReference,
  MedicationRequest,
  Observation,
} from '../../../spec/records/messages.d.ts';
import { labelOf } from './policy.ts';
import type { SensitiveCategory } from './policy.ts';

function concept(code: string, text: string): CodeableConcept {
  return { coding: [{ system: 'http://example.org/codes', code }], text };
}

/** One of each clinical type, of the patient, with the text in it. */
const MAKE: Readonly<Record<ClinicalType, (patientId: string, text: string) => ClinicalResource>> =
  {
    Condition: (patientId, text): Condition => ({
      resourceType: 'Condition',
      code: concept('cond-1', text),
      subject: { reference: `Patient/${patientId}` },
      onsetDateTime: '2019-04-01',
    }),
    MedicationRequest: (patientId, text): MedicationRequest => ({
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: concept('med-1', text),
      subject: { reference: `Patient/${patientId}` },
    }),
    AllergyIntolerance: (patientId, text): AllergyIntolerance => ({
      resourceType: 'AllergyIntolerance',
      code: concept('allergy-1', text),
      patient: { reference: `Patient/${patientId}` },
      criticality: 'high',
    }),
    Observation: (patientId, text): Observation => ({
      resourceType: 'Observation',
      status: 'final',
      code: concept('obs-1', 'Heart rate'),
      subject: { reference: `Patient/${patientId}` },
      valueString: text,
    }),
    DocumentReference: (patientId, text): DocumentReference => ({
      resourceType: 'DocumentReference',
      status: 'current',
      subject: { reference: `Patient/${patientId}` },
      description: text,
      content: [
        {
          attachment: {
            contentType: 'text/plain',
            data: Buffer.from(text).toString('base64'),
          },
        },
      ],
    }),
  };

/** @param text of at most 500 characters */
export function clinicalResource(
  type: ClinicalType,
  patientId: string,
  text = 'as it was found',
  label?: SensitiveCategory,
): ClinicalResource {
  const resource = MAKE[type](patientId, text);
  return label ? { ...resource, meta: { security: [labelOf(label)] } } : resource;
}

export function etagOf(version: number | string): string {
  return `W/"${version}"`;
}

/** Without its id and meta. */
export function elementsOf(resource: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(resource).filter(([name]) => name !== 'id' && name !== 'meta'),
  );
}
