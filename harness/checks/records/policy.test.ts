import { expect, test } from 'vitest';
import type { Condition } from '../../../spec/records/messages.d.ts';
import {
  categoryOf,
  CLINICAL_TYPES,
  dutyOf,
  labelOf,
  labelsOf,
  policy,
  PURPOSES,
  ROLES,
  ruleFor,
  SENSITIVE,
  TYPES,
} from './policy.ts';

const HIV = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'HIV' };
const condition: Condition = {
  resourceType: 'Condition',
  code: { text: 'Example' },
  subject: { reference: 'Patient/p' },
};

test('roles, purposes, types and sensitive categories are those of policy.json', () => {
  expect([ROLES.length, PURPOSES.length, TYPES.length, CLINICAL_TYPES.length]).toEqual([
    8, 9, 6, 5,
  ]);
  expect(SENSITIVE).toEqual(['hiv', 'substance-use', 'psychotherapy']);
});

test('a rule is found by role and purpose, and by nothing less', () => {
  expect(ruleFor('nurse', 'ETREAT')).toMatchObject({ relationship: 'break-glass' });
  expect(ruleFor('nurse', 'HPAYMT')).toBeUndefined();
  expect(ruleFor('nurse', undefined)).toBeUndefined();
});

test('each rule has a profile that has all types it may read', () => {
  for (const { read, profile, role, purpose } of policy.rules) {
    const types = TYPES.filter((type) => read.includes(categoryOf(type)));
    const shown = Object.keys(policy.profiles[profile].elements);
    expect(shown, `${role} for ${purpose}`).toEqual(expect.arrayContaining(types));
  }
});

test('duties are found by their operation', () => {
  expect(dutyOf('rotateKey')?.allowed).toEqual([
    { role: 'privacy-officer', relationship: 'organization' },
  ]);
  expect(dutyOf('readPatient')).toBeUndefined();
});

test('a label counts by system and code, other labels and those of a Patient do not', () => {
  const labelled = (...security: (typeof HIV)[]) =>
    labelsOf({ ...condition, meta: { security } } as Condition);
  expect(labelOf('hiv')).toEqual(HIV);
  expect(labelled({ ...HIV, code: 'SUD' }, HIV)).toEqual(['hiv', 'substance-use']);
  expect(labelled({ ...HIV, system: 'https://casemark.dev/other' })).toEqual([]);
  expect(labelsOf(condition)).toEqual([]);
  expect(
    labelsOf({
      resourceType: 'Patient',
      managingOrganization: { reference: 'Organization/o' },
      meta: { security: [HIV] },
    }),
  ).toEqual([]);
});
