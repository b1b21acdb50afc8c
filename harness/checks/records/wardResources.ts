/** The simplest patient that the contract takes. */
import type { Patient } from '../../../spec/records/messages.d.ts';

export function patientResource(organizationId: string, more: Partial<Patient> = {}): Patient {
  return {
    resourceType: 'Patient',
    name: [{ use: 'official', family: 'Sampleton', given: ['Pat'] }],
    birthDate: '1974-12-25',
    ...more,
    managingOrganization: { reference: `Organization/${organizationId}` },
  };
}
