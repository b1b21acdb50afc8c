/** What can be written under If-Match, each kind in the same words. */
import type { Patient, Resource, ResourceType, Written } from '../../../spec/records/messages.d.ts';
import { hold } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { consentOf } from './consents.ts';
import { TYPES } from './policy.ts';
import { patientResource } from './wardResources.ts';
import type { Admitted, Ward } from './wardTypes.ts';

export type VersionedType = ResourceType | 'Consent';

export const VERSIONED_TYPES: readonly VersionedType[] = [...TYPES, 'Consent'];

export interface Look {
  /** Undefined where there is no version. */
  readonly text: string | undefined;
  readonly versionId: string | undefined;
  /** All of it. */
  readonly whole: unknown;
}

export interface Versioned {
  readonly name: VersionedType;
  readonly id: string;
  /** Whether it has version 1 from the start. */
  readonly isThere: boolean;
  /** @param text by which `look` knows what was written */
  write(text: string, ifMatch?: string): Promise<Reply<Written>>;
  look(): Promise<Look>;
  /** What a write may be refused with beside VERSION_MISMATCH. */
  alsoTaken(ifMatch: string | undefined): readonly string[];
}

const NOTHING: Look = { text: undefined, versionId: undefined, whole: undefined };

export function openVersioned(ward: Ward, patient: Admitted, name: VersionedType): Versioned {
  switch (name) {
    case 'Patient':
      return openPatient(ward, patient);
    case 'Consent':
      return openConsent(ward, patient);
    default:
      return openClinical(ward, patient, name);
  }
}

function openPatient(ward: Ward, { patientId, physician, organizationId }: Admitted): Versioned {
  const of = { patientId, purpose: 'TREAT' };
  return {
    ...{ name: 'Patient', id: patientId, isThere: true },
    // Registering with an id that is taken reveals no more than that.
    alsoTaken: (ifMatch) => (ifMatch === undefined ? ['ACCESS_DENIED'] : []),
    write: (text, ifMatch) =>
      ward.ask(physician, 'putPatient', {
        ...of,
        ...(ifMatch !== undefined && { ifMatch }),
        resource: patientResource(organizationId, { name: [{ family: text }] }),
      }),
    async look() {
      const reply = await ward.ask<Resource>(physician, 'readPatient', of);
      const whole = okOutput('readPatient', reply);
      holdEtag('readPatient', reply);
      const { name } = whole as unknown as Pick<Patient, 'name'>;
      return { text: name?.[0]?.family, versionId: whole.meta.versionId, whole };
    },
  };
}

function openClinical(
  ward: Ward,
  { patientId, physician }: Admitted,
  name: Exclude<ResourceType, 'Patient'>,
): Versioned {
  const id = ward.requestId();
  return {
    ...{ name, id, isThere: false, alsoTaken: () => [] },
    write: (text, ifMatch) =>
      ward.put(physician, patientId, clinicalResource(name, patientId, text), {
        resourceId: id,
        ...(ifMatch !== undefined && { ifMatch }),
      }),
    async look() {
      const reply = await ward.read(physician, patientId, name, id);
      if (reply.kind === 'refused' && reply.problem.code === 'UNKNOWN_RESOURCE') return NOTHING;
      const whole = okOutput('readResource', reply);
      holdEtag('readResource', reply);
      return { text: textIn(whole), versionId: whole.meta.versionId, whole };
    },
  };
}

function openConsent(ward: Ward, patient: Admitted): Versioned {
  const { patientId } = patient;
  const id = ward.requestId();
  return {
    ...{ name: 'Consent', id, isThere: false, alsoTaken: () => [] },
    async write(text, ifMatch) {
      const consent = consentOf(patientId, { type: 'permit' });
      return ward.ask(await ward.officer(), 'putConsent', {
        ...{ patientId, consentId: id },
        ...(ifMatch !== undefined && { ifMatch }),
        resource: { ...consent, scope: { ...consent.scope, text } },
      });
    },
    async look() {
      const { consents } = await ward.listConsents(patient);
      const whole = consents.find(({ consentId }) => consentId === id);
      if (!whole) return NOTHING;
      return { text: whole.resource.scope.text, versionId: whole.versionId, whole };
    },
  };
}

/** Where `clinicalResource` puts it. */
function textIn(resource: Resource): string | undefined {
  const { code, medicationCodeableConcept, valueString, description } = resource as {
    code?: { text?: string };
    medicationCodeableConcept?: { text?: string };
    valueString?: string;
    description?: string;
  };
  return valueString ?? description ?? medicationCodeableConcept?.text ?? code?.text;
}

function holdEtag(operation: string, reply: Reply<Resource>): void {
  const versionId = reply.kind === 'ok' ? reply.output.meta.versionId : '';
  const etag = reply.headers?.['etag'];
  hold(
    etag === etagOf(versionId),
    `${operation} of version ${versionId} should have the header ETag ${etagOf(versionId)}.`,
    etagOf(versionId),
    etag ?? null,
  );
}
