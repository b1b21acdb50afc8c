import { expect, test } from 'vitest';
import type { Condition, Patient, Resource } from '../../../spec/records/messages.d.ts';
import { allowed } from './decision.ts';
import {
  expectedFields,
  expectedRedactions,
  expectedResource,
  expectedResources,
  sameResource,
  sameView,
} from './expectedView.ts';
import { labelOf, ruleFor } from './policy.ts';
import { emptyWard, noteWrite } from './wardModel.ts';

const AT = '2030-01-02T03:04:05.678Z';
const ann: Patient = {
  resourceType: 'Patient',
  meta: { security: [{ system: 'urn:x', code: 'VIP' }] },
  name: [{ family: 'Example', given: ['Ann'] }],
  gender: 'female',
  birthDate: '1974-12-25',
  address: [
    { line: ['1 Main St'], city: 'Springfield', state: 'VT', postalCode: '05156', country: 'US' },
    { postalCode: '05' },
  ],
  managingOrganization: { reference: 'Organization/north' },
};
const diabetes: Condition = {
  resourceType: 'Condition',
  code: { coding: [{ system: 'urn:s', code: '44', display: 'Type 2' }], text: 'badly controlled' },
  subject: { reference: 'Patient/ann' },
  onsetDateTime: '1999-03',
  note: [{ text: 'Does not take the tablets' }],
};

test('the profile full gives everything, and all of meta', () => {
  expect(expectedResource('full', ann, 'ann', '3', AT)).toEqual({
    ...ann,
    id: 'ann',
    meta: { versionId: '3', lastUpdated: AT, security: [{ system: 'urn:x', code: 'VIP' }] },
  });
  expect(expectedResource('full', diabetes, 'd', '1', AT).meta).toEqual({
    versionId: '1',
    lastUpdated: AT,
  });
});

test('the profile research gives years, three digits and no words', () => {
  expect(expectedResource('research', ann, 'ann', '1', AT)).toEqual({
    resourceType: 'Patient',
    id: 'ann',
    meta: { versionId: '1' },
    gender: 'female',
    birthDate: '1974',
    address: [{ state: 'VT', country: 'US', postalCode: '051' }, { postalCode: '05' }],
  });
  expect(expectedResource('research', diabetes, 'd', '1', AT)).toEqual({
    resourceType: 'Condition',
    id: 'd',
    meta: { versionId: '1' },
    code: { coding: [{ system: 'urn:s', code: '44', display: 'Type 2' }] },
    onsetDateTime: '1999',
  });
});

test('a type that the profile does not have shows nothing', () => {
  expect(expectedResource('contact', diabetes, 'd', '1', AT)).toEqual({
    resourceType: 'Condition',
    id: 'd',
    meta: { versionId: '1' },
  });
});

test('fields are the elements of all resources, each once', () => {
  const shown = [ann, diabetes, diabetes].map((each) =>
    expectedResource('research', each, 'x', '1', AT),
  );
  expect(expectedFields(shown)).toEqual([
    'Condition.code',
    'Condition.onsetDateTime',
    'Patient.address',
    'Patient.birthDate',
    'Patient.gender',
  ]);
});

test('redactions are the ordinary parts that are not visible, for treatment only', () => {
  const parts = new Map([
    ['Patient', new Set(['ordinary'])],
    ['Condition', new Set(['hiv'])],
    ['Observation', new Set()],
  ]) as never;
  const of = (role: 'physician' | 'billing', purpose: string): string[] =>
    expectedRedactions(allowed(parts, ruleFor(role, purpose)));
  expect(of('physician', 'TREAT')).toEqual(['observations', 'problems']);
  expect(of('physician', 'HOPERAT')).toEqual([]);
  expect(of('billing', 'HPAYMT')).toEqual([]);
});

test('what is listed is the present version of what is visible', () => {
  const ward = emptyWard(Date.parse(AT));
  const hiv = { ...diabetes, meta: { security: [labelOf('hiv')] } };
  noteWrite(ward, 'ann', 'ann', ann);
  noteWrite(ward, 'ann', 'd', { ...diabetes, onsetDateTime: '1998' });
  noteWrite(ward, 'ann', 'd', diabetes);
  noteWrite(ward, 'ann', 'h', hiv);
  const listed = (...visible: string[]): unknown[] => {
    const parts = new Map([['Condition', new Set(visible)]]) as never;
    const decision = allowed(parts, ruleFor('physician', 'TREAT'));
    return expectedResources(ward.patients.get('ann')!, decision);
  };
  const second = expectedResource('full', diabetes, 'd', '2', AT);
  expect(listed('ordinary')).toEqual([second]);
  expect(listed('ordinary', 'hiv')).toEqual([second, expectedResource('full', hiv, 'h', '1', AT)]);
  expect(listed()).toEqual([]);
});

test.each([
  ['members in another order', { a: 1, b: [2] }, { b: [2], a: 1 }, undefined],
  ['a decimal number', { value: 1.5 }, JSON.parse('{"value":1.50}'), undefined],
  [
    'another value',
    { a: { b: [1, 2] } },
    { a: { b: [1, 3] } },
    /^resource\.a\.b\.1 should be 2, but is 3\.$/,
  ],
  [
    'something missing',
    { resourceType: 'Patient', a: 1 },
    { resourceType: 'Patient' },
    /^Patient\.a is missing/,
  ],
  ['something more', { a: 1 }, { a: 1, b: null }, /^resource\.b should not be there/],
  ['fewer items', { a: [1, 2] }, { a: [1] }, /should have 2 items, but has 1/],
  ['an object for a list', { a: [1] }, { a: { 0: 1 } }, /should be \[1\], but is/],
  ['a text for a number', { a: 1 }, { a: '1' }, /should be 1, but is "1"/],
  ['nothing at all', { a: 1 }, undefined, /^resource is missing/],
])('a comparison tells of %s', (_, expected, actual, sentence) => {
  const found = sameResource(expected, actual);
  if (sentence) expect(found).toMatch(sentence);
  else expect(found).toBeUndefined();
});

test('what a form leaves nothing of is empty or absent', () => {
  const inWords = { ...diabetes, code: { text: 'sugar' } };
  const expected = expectedResource('research', inWords, 'd', '1', AT);
  expect(expected['code']).toEqual({});
  const without = { ...expected };
  delete without['code'];
  expect(sameView('research', expected, without)).toBeUndefined();
  expect(sameView('research', expected, { ...expected, code: { text: 'sugar' } })).toMatch(/code/);
  expect(sameView('full', { ...expected, code: {} }, without)).toMatch(/is missing/);
  const homeless = { ...ann, address: [{ city: 'Springfield' }] };
  const patient = expectedResource('research', homeless, 'ann', '1', AT);
  for (const address of [[{}], [], undefined]) {
    const shown: Resource = { ...patient, address };
    if (!address) delete shown['address'];
    expect(sameView('research', patient, shown)).toBeUndefined();
  }
});
