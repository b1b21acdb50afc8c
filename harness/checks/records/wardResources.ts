/** The simplest patient and consent that the contract takes. */
import type { Consent, Patient, Provision } from '../../../spec/records/messages.d.ts';

export function patientResource(organizationId: string, more: Partial<Patient> = {}): Patient {
  return {
    resourceType: 'Patient',
    name: [{ use: 'official', family: 'Sampleton', given: ['Pat'] }],
    birthDate: '1974-12-25',
    ...more,
    managingOrganization: { reference: `Organization/${organizationId}` },
  };
}

export function consentResource(
  patientId: string,
  provision: Provision,
  status: Consent['status'] = 'active',
): Consent {
  return {
    resourceType: 'Consent',
    status,
    scope: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/consentscope',
          code: 'patient-privacy',
        },
      ],
    },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    patient: { reference: `Patient/${patientId}` },
    policyRule: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'OPTIN' }],
    },
    provision,
  };
}
