import { describe, expect, test } from 'vitest';
import type { Consent, Provision } from '../../../spec/records/messages.d.ts';
import { labelOf, policy } from '../accessController/policy.ts';
import { consentAllows } from './evaluateConsents.ts';
import type { ConsentQuestion } from './evaluateConsents.ts';

const NOW = '2026-03-01T12:00:00.000Z';
const concept = { text: 'any' };

function consent(provision: Provision, status: Consent['status'] = 'active'): Consent {
  return {
    resourceType: 'Consent',
    status,
    scope: concept,
    category: [concept],
    patient: { reference: 'Patient/P1' },
    policyRule: concept,
    provision,
  };
}

const treatment: ConsentQuestion = {
  purpose: 'TREAT',
  type: 'Condition',
  label: undefined,
  actors: ['Practitioner/U1', 'Organization/O1', 'CareTeam/T1'],
  nowMs: Date.parse(NOW),
};
const research: ConsentQuestion = { ...treatment, purpose: 'HRESCH' };
const ofHiv: ConsentQuestion = { ...treatment, label: 'hiv' };

function allows(question: ConsentQuestion, ...provisions: Provision[]): boolean {
  return consentAllows(
    provisions.map((provision) => consent(provision)),
    question,
  );
}

const purpose = (code: string) => [{ system: policy.purposes.system, code }];
const type = (code: string) => [{ system: 'http://hl7.org/fhir/resource-types', code }];
const actor = (reference: string) => [{ role: concept, reference: { reference } }];
const hiv = [labelOf('hiv')];

describe('without a consent', () => {
  test.each(['TREAT', 'HPAYMT', 'HOPERAT', 'PUBHLTH'])(
    '%s is allowed the ordinary part',
    (code) => {
      expect(allows({ ...treatment, purpose: code })).toBe(true);
      expect(allows({ ...ofHiv, purpose: code })).toBe(false);
    },
  );

  test.each(['HRESCH', 'HMARKT', 'PATRQT', 'ETREAT', ''])('"%s" is allowed nothing', (code) => {
    expect(allows({ ...treatment, purpose: code })).toBe(false);
    expect(allows({ ...ofHiv, purpose: code })).toBe(false);
  });
});

describe('a criterion', () => {
  const { system } = policy.purposes;
  test.each([
    ['purpose', { purpose: purpose('HRESCH') }, { purpose: purpose('TREAT') }],
    ['the system of a purpose', {}, { purpose: [{ system: 'urn:other', code: 'HRESCH' }] }],
    ['one of two purposes', { purpose: [...purpose('X'), ...purpose('HRESCH')] }, {}],
    ['class', { class: type('Condition') }, { class: type('Observation') }],
    ['the system of a class', {}, { class: [{ system, code: 'Condition' }] }],
    ['the user', { actor: actor('Practitioner/U1') }, { actor: actor('Practitioner/U2') }],
    ['the organisation', { actor: actor('Organization/O1') }, { actor: actor('Organization/U1') }],
    ['the care team', { actor: actor('CareTeam/T1') }, { actor: actor('CareTeam/T2') }],
    ['a label, of the ordinary part', {}, { securityLabel: hiv }],
    ['an open period', { period: {} }, { period: { start: '2026-03-01T12:00:00.001Z' } }],
    [
      'a period with both ends',
      { period: { start: NOW, end: NOW } },
      { period: { end: '2026-03-01T11:59:59.999Z' } },
    ],
  ] satisfies [string, Partial<Provision>, Partial<Provision>][])(
    'decides: %s',
    (_, met, unmet) => {
      expect(allows(research, { type: 'permit', ...met })).toBe(true);
      if (Object.keys(unmet).length > 0) {
        expect(allows(research, { type: 'permit', ...unmet })).toBe(false);
      }
    },
  );

  test('that is not met is enough, whatever the others say', () => {
    const met = { purpose: purpose('HRESCH'), class: type('Condition') };
    expect(allows(research, { type: 'permit', ...met })).toBe(true);
    expect(allows(research, { type: 'permit', ...met, actor: actor('CareTeam/T9') })).toBe(false);
    expect(allows(research, { type: 'permit', ...met, class: type('Observation') })).toBe(false);
    expect(allows(research, { type: 'permit', ...met, purpose: purpose('HMARKT') })).toBe(false);
  });
});

describe('a provision in another', () => {
  const exception: Provision = { type: 'permit', purpose: purpose('TREAT') };

  test('overrides it where it applies', () => {
    const optOut: Provision = { type: 'deny', provision: [exception] };
    expect(allows(treatment, optOut)).toBe(true);
    expect(allows({ ...treatment, purpose: 'HPAYMT' }, optOut)).toBe(false);
  });

  test('says nothing when the one around it does not apply', () => {
    const elsewhere: Provision = {
      type: 'permit',
      actor: actor('CareTeam/T9'),
      provision: [{ type: 'deny' }],
    };
    expect(allows(treatment, elsewhere)).toBe(true);
  });

  test('loses to one beside it that denies', () => {
    expect(allows(treatment, { type: 'permit', provision: [exception, { type: 'deny' }] })).toBe(
      false,
    );
    expect(allows(treatment, { type: 'permit', provision: [{ type: 'deny' }, exception] })).toBe(
      false,
    );
  });

  test('overrides at every depth', () => {
    const inner: Provision = { type: 'deny', provision: [exception] };
    expect(allows(treatment, { type: 'permit', provision: [inner] })).toBe(true);
  });
});

describe('between consents', () => {
  test('deny wins', () => {
    expect(allows(treatment, { type: 'permit' }, { type: 'deny' })).toBe(false);
    expect(allows(treatment, { type: 'deny' }, { type: 'permit' })).toBe(false);
  });

  test.each(['draft', 'inactive'] as const)('one that is %s counts for nothing', (status) => {
    expect(consentAllows([consent({ type: 'deny' }, status)], treatment)).toBe(true);
    expect(consentAllows([consent({ type: 'permit' }, status)], research)).toBe(false);
  });
});

describe('with a label', () => {
  test('a permit opens it only if it, or one around it, names the label', () => {
    expect(allows(ofHiv, { type: 'permit' })).toBe(false);
    expect(allows(ofHiv, { type: 'permit', securityLabel: hiv })).toBe(true);
    expect(allows(ofHiv, { type: 'permit', securityLabel: [labelOf('psychotherapy')] })).toBe(
      false,
    );
    const outer: Provision = { type: 'deny', securityLabel: hiv };
    expect(allows(ofHiv, { ...outer, provision: [{ type: 'permit' }] })).toBe(true);
  });

  test('a permit inside that names it is not shadowed by the general one around it', () => {
    const named: Provision = { type: 'permit', securityLabel: hiv };
    expect(allows(ofHiv, { type: 'permit', provision: [named] })).toBe(true);
  });

  test('a general permit inside says nothing, so the deny around it stands', () => {
    expect(allows(ofHiv, { type: 'deny', provision: [{ type: 'permit' }] })).toBe(false);
  });

  test('one beside it that names the label does not count as around it', () => {
    const provision: Provision[] = [
      { type: 'permit', securityLabel: [labelOf('psychotherapy')] },
      { type: 'permit' },
    ];
    expect(allows(ofHiv, { type: 'permit', provision })).toBe(false);
  });

  test('a general deny closes it, against a permit that names it in another consent', () => {
    expect(allows(ofHiv, { type: 'deny' }, { type: 'permit', securityLabel: hiv })).toBe(false);
  });

  test('a provision about a label says nothing of the ordinary part', () => {
    expect(allows(treatment, { type: 'deny', securityLabel: hiv })).toBe(true);
  });
});
