import { expect, test } from 'vitest';
import type { Consent, Provision } from '../../../spec/records/messages.d.ts';
import { consentAllows } from './consentOracle.ts';
import type { ConsentQuestion } from './consentOracle.ts';
import {
  consentOf,
  deny,
  during,
  forActors,
  forPurposes,
  ofTypes,
  permit,
  withLabels,
} from './consents.ts';

const NOW = Date.parse('2030-01-02T03:04:05.678Z');
const TREAT: ConsentQuestion = {
  purpose: 'TREAT',
  type: 'Observation',
  actors: ['Practitioner/ann', 'Organization/north', 'CareTeam/red'],
  nowMs: NOW,
};
const HRESCH: ConsentQuestion = { ...TREAT, purpose: 'HRESCH' };
const HIV: ConsentQuestion = { ...TREAT, label: 'hiv' };

const ask = (question: ConsentQuestion, ...provisions: readonly Provision[]): boolean =>
  consentAllows(
    provisions.map((provision) => consentOf('p', provision)),
    question,
  );

test.each([
  ['TREAT', true, false],
  ['HPAYMT', true, false],
  ['HOPERAT', true, false],
  ['PUBHLTH', true, false],
  ['HRESCH', false, false],
  ['HMARKT', false, false],
])('without a consent the default of %s decides', (purpose, ordinary, sensitive) => {
  expect(ask({ ...TREAT, purpose })).toBe(ordinary);
  expect(ask({ ...HIV, purpose })).toBe(sensitive);
});

test('a purpose without a default is never asked about', () => {
  expect(() => ask({ ...TREAT, purpose: 'BTG' })).toThrow(/no consent default for BTG/);
});

test.each([
  ['no criterion', {}, true],
  ['the user', forActors('Practitioner/ann'), true],
  ['the organisation', forActors('Practitioner/bob', 'Organization/north'), true],
  ['a care team', forActors('CareTeam/red'), true],
  ['somebody else', forActors('Practitioner/bob', 'Organization/ann'), false],
  ['the purpose', forPurposes('HMARKT', 'HRESCH'), true],
  ['another purpose', forPurposes('HMARKT'), false],
  ['the class', ofTypes('Condition', 'Observation'), true],
  ['another class', ofTypes('Condition'), false],
  ['a label where there is none', withLabels('hiv', 'substance-use'), false],
  ['all but one', { ...forPurposes('HRESCH'), ...ofTypes('Patient') }, false],
  ['the code of another system', { purpose: [{ system: 'urn:x', code: 'HRESCH' }] }, false],
])('a permit with %s opens research, or does not', (_, criteria, opens) => {
  expect(ask(HRESCH, permit(criteria))).toBe(opens);
});

test.each([
  ['from its first millisecond', during(NOW, undefined), true],
  ['to its last one', during(undefined, NOW), true],
  ['on one that is both', during(NOW, NOW), true],
  ['not before', during(NOW + 1, undefined), false],
  ['not after', during(undefined, NOW - 1), false],
  ['always, with neither end', during(undefined, undefined), true],
])('a period applies %s', (_, period, opens) => {
  expect(ask(HRESCH, permit(period))).toBe(opens);
});

test.each([
  ['an inner deny overrides', permit({}, deny()), false],
  ['an inner permit overrides', deny({}, permit()), true],
  ['an inner one that does not apply does not', permit({}, deny(ofTypes('Patient'))), true],
  ['deny wins between neighbours', deny({}, permit(), deny()), false],
  ['whatever their order', deny({}, deny(), permit()), false],
  [
    'a neighbour that does not apply is no neighbour',
    deny({}, permit(), deny(ofTypes('Patient'))),
    true,
  ],
  [
    'nothing in a provision that does not apply is heard',
    deny({}, deny(ofTypes('Patient'), permit())),
    false,
  ],
  ['three levels', permit({}, deny({}, permit(forActors('CareTeam/red')))), true],
  [
    'three levels, the innermost of which does not apply',
    permit({}, deny({}, permit(forActors('CareTeam/blue')))),
    false,
  ],
  ['a deny deep inside beats a permit beside it', permit({}, permit({}, deny()), permit()), false],
  ['a root that does not apply silences all in it', permit(forPurposes('TREAT'), permit()), false],
])('nested: %s', (_, provision, opens) => {
  expect(ask(HRESCH, provision)).toBe(opens);
});

test.each([
  ['a general permit does not open it', permit(), false],
  ['a permit that names it does', permit(withLabels('substance-use', 'hiv')), true],
  ['one that names another label does not', permit(withLabels('substance-use')), false],
  [
    'one in a provision that names it does',
    permit(withLabels('hiv'), permit(ofTypes('Observation'))),
    true,
  ],
  ['one in a deny that names it does too', deny(withLabels('hiv'), permit()), true],
  ['one in a general permit that names it does', permit({}, permit(withLabels('hiv'))), true],
  ['one in a general deny that names it does', deny({}, permit(withLabels('hiv'))), true],
  [
    'a general inner permit says nothing in a deny, which then says its own',
    deny({}, permit()),
    false,
  ],
  [
    'a neighbour does not lend the label',
    permit({}, permit(), permit(withLabels('substance-use'))),
    false,
  ],
  ['a general deny closes it', permit(withLabels('hiv'), deny()), false],
])('a sensitive label: %s', (_, provision, opens) => {
  expect(ask(HIV, provision)).toBe(opens);
});

test('a general permit says nothing about a label, and so takes nothing from another consent', () => {
  expect(ask(HIV, permit(), permit(withLabels('hiv')))).toBe(true);
  expect(ask(HIV, deny(ofTypes('Observation')), permit(withLabels('hiv')))).toBe(false);
});

test('between consents deny wins over permit, and permit over the default', () => {
  expect(ask(HRESCH, permit(), deny())).toBe(false);
  expect(ask(HRESCH, deny(), permit())).toBe(false);
  expect(ask(HRESCH, permit(), deny(ofTypes('Patient')))).toBe(true);
  expect(ask(TREAT, deny(forPurposes('HRESCH')))).toBe(true);
});

test.each<[Consent['status'], boolean]>([
  ['active', true],
  ['draft', false],
  ['inactive', false],
])('a consent with the status %s counts, or does not', (status, counts) => {
  expect(consentAllows([consentOf('p', permit(), status)], HRESCH)).toBe(counts);
  expect(consentAllows([consentOf('p', deny(), status)], TREAT)).toBe(!counts);
});
