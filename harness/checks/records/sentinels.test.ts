import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileMessages } from '../../contract/compileMessages.ts';
import { packageRoot } from '../../contract/packageRoot.ts';
import type { JsonObject } from '../../target/target.ts';
import { findSentinels } from '../scanForSentinels.ts';
import { labelsOf, policy, TYPES } from './policy.ts';
import { asSentinels, plantResource } from './sentinels.ts';

const SCHEMA = join(packageRoot, 'spec', 'records', 'messages.schema.json');
const message = compileMessages(JSON.parse(readFileSync(SCHEMA, 'utf8')) as JsonObject, SCHEMA);
const owner = { patientId: 'pat', organizationId: 'north' };

/** References, and what is one of a few. */
const UNPLANTED = [
  'Patient.active',
  'Patient.gender',
  'Patient.managingOrganization',
  'Condition.subject',
  'MedicationRequest.status',
  'MedicationRequest.intent',
  'MedicationRequest.subject',
  'AllergyIntolerance.patient',
  'AllergyIntolerance.criticality',
  'Observation.status',
  'Observation.subject',
  'DocumentReference.status',
  'DocumentReference.subject',
];

test.each(TYPES)('every element of a %s that can be is planted', (type) => {
  const { resource, sentinels } = plantResource(type, owner, 3, 'a');
  expect(message(type).validate(resource)).toBeUndefined();
  const planted = new Set(sentinels.map(({ element }) => element));
  const all = Object.keys(policy.profiles.full.elements[type]!).map((each) => `${type}.${each}`);
  expect([...planted].sort()).toEqual(all.filter((each) => !UNPLANTED.includes(each)).sort());
});

test.each(TYPES)('each value of a %s is found in it, in every form, and once', (type) => {
  const { resource, sentinels } = plantResource(type, owner, 3, 'a');
  const bytes = Buffer.from(JSON.stringify(resource));
  const found = findSentinels(bytes, asSentinels(sentinels)).map(({ sentinel }) => sentinel);
  expect(found.sort()).toEqual(
    asSentinels(sentinels)
      .map(({ name }) => name)
      .sort(),
  );
});

test('no two values are the same, in many resources', () => {
  const values = TYPES.flatMap((type) =>
    Array.from({ length: 20 }, (_, index) => plantResource(type, owner, 5, `n${index}`).sentinels),
  ).flat();
  // Days are few; everything else is one in a great many.
  const others = values.filter(({ element }) => element !== 'Patient.birthDate');
  expect(new Set(others.map(({ value }) => value)).size).toBe(others.length);
  expect(Math.min(...values.map(({ value }) => value.length))).toBeGreaterThan(8);
});

test('a seed gives the same values again, and labels are kept', () => {
  const plant = (seed: number, label: string) =>
    plantResource('Condition', owner, seed, label, { labels: ['hiv'] });
  expect(plant(1, 'a')).toEqual(plant(1, 'a'));
  const [first] = plant(1, 'a').sentinels;
  expect(plant(1, 'b').sentinels).not.toContainEqual(first);
  expect(labelsOf(plant(1, 'a').resource)).toEqual(['hiv']);
});
