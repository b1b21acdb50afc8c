import { expect, test } from 'vitest';
import type { Condition, Observation, Patient } from '../../../spec/records/messages.d.ts';
import { labelOf } from '../accessController/policy.ts';
import { accessedFields, minimise } from './minimise.ts';

const place = { id: 'R1', versionId: '3', lastUpdated: '2026-03-01T12:00:00.000Z' };

const patient: Patient = {
  resourceType: 'Patient',
  identifier: [{ system: 'urn:mrn', value: 'M1' }],
  name: [{ family: 'Example' }],
  telecom: [{ system: 'phone', value: '555' }],
  gender: 'female',
  birthDate: '1974-12-25',
  address: [{ line: ['1 Main St'], city: 'Town', state: 'VT', postalCode: '05401', country: 'US' }],
  managingOrganization: { reference: 'Organization/O1' },
};

const condition: Condition = {
  resourceType: 'Condition',
  meta: { security: [labelOf('hiv')] },
  clinicalStatus: { coding: [{ system: 'urn:status', code: 'active' }], text: 'Active' },
  code: { coding: [{ system: 'urn:code', code: '1', display: 'One' }], text: 'in their words' },
  subject: { reference: 'Patient/P1' },
  onsetDateTime: '2019-05-04',
  note: [{ text: 'a note' }, { text: 'another' }],
};

test('the profile full shows everything that was written, with all of meta', () => {
  expect(minimise('full', { resource: condition, ...place })).toEqual({
    ...condition,
    id: 'R1',
    meta: { versionId: '3', lastUpdated: place.lastUpdated, security: [labelOf('hiv')] },
  });
});

test('labels that were not written are not shown', () => {
  const { meta } = minimise('full', { resource: patient, ...place });
  expect(meta).toEqual({ versionId: '3', lastUpdated: place.lastUpdated });
});

test('research gets a year, three digits and codes, and the version only', () => {
  expect(minimise('research', { resource: patient, ...place })).toEqual({
    resourceType: 'Patient',
    id: 'R1',
    meta: { versionId: '3' },
    gender: 'female',
    birthDate: '1974',
    address: [{ state: 'VT', postalCode: '054', country: 'US' }],
  });
  expect(minimise('research', { resource: condition, ...place })).toEqual({
    resourceType: 'Condition',
    id: 'R1',
    meta: { versionId: '3' },
    clinicalStatus: condition.clinicalStatus,
    code: { coding: condition.code.coding },
    onsetDateTime: '2019',
  });
});

test('an element that a profile has and the resource has not is not there', () => {
  const { managingOrganization } = patient;
  const resource: Patient = { resourceType: 'Patient', address: [{}], managingOrganization };
  expect(minimise('research', { resource, ...place })).toEqual({
    resourceType: 'Patient',
    id: 'R1',
    meta: { versionId: '3' },
    address: [{}],
  });
});

test('of a type that the profile does not have nothing is shown', () => {
  const shown = minimise('officer', { resource: condition, ...place });
  expect(shown).toEqual({ resourceType: 'Condition', id: 'R1', meta: { versionId: '3' } });
});

test('what is kept is not changed', () => {
  const before = structuredClone(patient);
  minimise('research', { resource: patient, ...place });
  expect(patient).toEqual(before);
});

test('a profile that there is not is a mistake', () => {
  expect(() => minimise('none', { resource: patient, ...place })).toThrow('no profile none');
});

test('accessed fields are the elements of the reply, each once and in order', () => {
  const observation: Observation = {
    resourceType: 'Observation',
    status: 'final',
    code: {},
    subject: { reference: 'Patient/P1' },
  };
  const resources = [observation, patient, patient].map((resource) =>
    minimise('operations', { resource, ...place }),
  );
  expect(accessedFields(resources)).toEqual([
    'Observation.code',
    'Observation.status',
    'Observation.subject',
    'Patient.birthDate',
    'Patient.gender',
    'Patient.managingOrganization',
  ]);
  expect(accessedFields([])).toEqual([]);
});
