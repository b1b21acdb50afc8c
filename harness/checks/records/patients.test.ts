import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileMessages } from '../../contract/compileMessages.ts';
import { packageRoot } from '../../contract/packageRoot.ts';
import type { JsonObject } from '../../target/target.ts';
import { anyResource, generateResource } from './patients.ts';
import { labelsOf, policy, TYPES } from './policy.ts';

const SCHEMA = join(packageRoot, 'spec', 'records', 'messages.schema.json');
const message = compileMessages(JSON.parse(readFileSync(SCHEMA, 'utf8')) as JsonObject, SCHEMA);
const owner = { patientId: 'pat', organizationId: 'north' };

test('what is generated has the shape of its type', () => {
  fc.assert(
    fc.property(anyResource(owner), (resource) => {
      expect(message(resource.resourceType).validate(resource)).toBeUndefined();
    }),
  );
});

test.each(TYPES)('a full %s has every element, the same ones again', (type) => {
  const { elements } = policy.profiles.full;
  const full = generateResource(type, owner, 7);
  expect(message(type).validate(full)).toBeUndefined();
  expect(Object.keys(full).sort()).toEqual(
    ['resourceType', ...Object.keys(elements[type]!)].sort(),
  );
  expect(generateResource(type, owner, 7)).toEqual(full);
  expect(generateResource(type, owner, 8)).not.toEqual(full);
});

test.each(TYPES)('a random %s sometimes has less', (type) => {
  const random = Array.from({ length: 20 }, (_, seed) =>
    generateResource(type, owner, seed, { elements: 'random' }),
  );
  const sizes = new Set(random.map((each) => Object.keys(each).length));
  expect(sizes.size).toBeGreaterThan(1);
});

test('labels are those that were asked for', () => {
  const of = (...labels: ('hiv' | 'psychotherapy')[]) =>
    labelsOf(generateResource('Observation', owner, 1, { labels }));
  expect(of()).toEqual([]);
  expect(of('psychotherapy', 'hiv')).toEqual(['hiv', 'psychotherapy']);
});

test('nothing of it alerts anybody', () => {
  const critical = policy.criticalInterpretations.codes;
  for (let seed = 0; seed < 50; seed += 1) {
    const { interpretation = [] } = generateResource('Observation', owner, seed);
    const codes = interpretation.flatMap(({ coding = [] }) => coding.map(({ code }) => code));
    expect(codes.filter((code) => critical.includes(code))).toEqual([]);
  }
});
