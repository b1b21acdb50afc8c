/** Consents and the criteria of their provisions, as short as a check can say them. */
import type { Coding, Consent, Provision, ResourceType } from '../../../spec/records/messages.d.ts';
import { labelOf, policy } from './policy.ts';
import type { SensitiveCategory } from './policy.ts';

type Criteria = Omit<Provision, 'type'>;

export function consentOf(
  patientId: string,
  provision: Provision,
  status: Consent['status'] = 'active',
): Consent {
  return {
    resourceType: 'Consent',
    status,
    scope: concept('http://terminology.hl7.org/CodeSystem/consentscope', 'patient-privacy'),
    category: [concept('http://loinc.org', '59284-0')],
    patient: { reference: `Patient/${patientId}` },
    policyRule: concept('http://terminology.hl7.org/CodeSystem/v3-ActCode', 'OPTIN'),
    provision,
  };
}

/** @param inner provisions in it */
export function permit(criteria: Criteria = {}, ...inner: readonly Provision[]): Provision {
  return { type: 'permit', ...criteria, ...within(inner) };
}

/** @param inner provisions in it */
export function deny(criteria: Criteria = {}, ...inner: readonly Provision[]): Provision {
  return { type: 'deny', ...criteria, ...within(inner) };
}

/** @param references such as `Practitioner/…`: one of them has to be the reader */
export function forActors(...references: readonly string[]): Pick<Provision, 'actor'> {
  const role = concept('http://terminology.hl7.org/CodeSystem/v3-ParticipationType', 'IRCP');
  return { actor: references.map((reference) => ({ role, reference: { reference } })) };
}

export function forPurposes(...codes: readonly string[]): Pick<Provision, 'purpose'> {
  return { purpose: codes.map((code) => ({ system: policy.purposes.system, code })) };
}

export function ofTypes(...types: readonly ResourceType[]): Pick<Provision, 'class'> {
  return { class: types.map((code) => ({ system: 'http://hl7.org/fhir/resource-types', code })) };
}

export function withLabels(
  ...categories: readonly SensitiveCategory[]
): Pick<Provision, 'securityLabel'> {
  return { securityLabel: categories.map(labelOf) };
}

/** Both ends belong to it; undefined: open. */
export function during(
  startMs: number | undefined,
  endMs: number | undefined,
): Pick<Provision, 'period'> {
  return {
    period: {
      ...(startMs !== undefined && { start: new Date(startMs).toISOString() }),
      ...(endMs !== undefined && { end: new Date(endMs).toISOString() }),
    },
  };
}

function within(inner: readonly Provision[]): Pick<Provision, 'provision'> {
  return inner.length === 0 ? {} : { provision: [...inner] };
}

function concept(system: string, code: string): { coding: Coding[] } {
  return { coding: [{ system, code }] };
}
