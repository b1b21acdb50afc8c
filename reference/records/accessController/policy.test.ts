import { expect, test } from 'vitest';
import type { Coding, ResourceType } from '../../../spec/records/messages.d.ts';
import {
  categoryOf,
  dutyRelationship,
  isKnownPurpose,
  labelOf,
  policy,
  ruleFor,
  sensitiveLabelsOf,
} from './policy.ts';

test('a rule is of a role and a purpose', () => {
  expect(ruleFor('nurse', 'TREAT')).toMatchObject({ relationship: 'care-team', profile: 'full' });
  expect(ruleFor('billing', 'HPAYMT')).toMatchObject({ profile: 'payment', write: [] });
});

test.each([
  ['billing', 'TREAT'],
  ['physician', 'HRESCH'],
  ['patient', ''],
  ['nurse', 'SOMETHING'],
] as const)('a %s has no rule for "%s"', (role, purpose) => {
  expect(ruleFor(role, purpose)).toBeUndefined();
});

test('a purpose is known by its code as it is written', () => {
  expect(isKnownPurpose('TREAT')).toBe(true);
  expect(['treat', '', 'COVERAGE'].map(isKnownPurpose)).toEqual([false, false, false]);
});

test('a duty needs the relationship that its role has there', () => {
  expect(dutyRelationship('putConsent', 'patient')).toBe('self');
  expect(dutyRelationship('putConsent', 'privacy-officer')).toBe('organization');
  expect(dutyRelationship('listAudit', 'privacy-officer')).toBe('none');
  expect(dutyRelationship('listAudit', 'physician')).toBeUndefined();
  expect(dutyRelationship('readPatient', 'physician')).toBeUndefined();
});

test('every type has a category', () => {
  expect(categoryOf('Patient')).toBe('demographics');
  expect(categoryOf('DocumentReference')).toBe('documents');
});

function labelled(resourceType: ResourceType, ...security: Coding[]) {
  return sensitiveLabelsOf({ resourceType, meta: { security } });
}

test('labels of sensitive categories count, each once, whatever stands beside them', () => {
  const sud = labelOf('substance-use');
  const other = { system: 'http://example.org/labels', code: 'SUD' };
  expect(labelled('Condition', sud, other, { ...sud, display: 'again' }, labelOf('hiv'))).toEqual([
    'hiv',
    'substance-use',
  ]);
  expect(labelled('Condition', other, { ...sud, code: 'R' })).toEqual([]);
});

test.each(policy.sensitiveCategories)('$id is known by its label', ({ id, label }) => {
  expect(labelled('DocumentReference', label)).toEqual([id]);
});

test('without labels there are none, and those of a Patient mean nothing', () => {
  expect(labelled('Patient', labelOf('hiv'))).toEqual([]);
  expect(sensitiveLabelsOf({ resourceType: 'Observation' })).toEqual([]);
  expect(sensitiveLabelsOf({ resourceType: 'Observation', meta: {} })).toEqual([]);
});
