import { beforeEach, describe, expect, test } from 'vitest';
import type { Observation, Patient, ResourceType } from '../../../spec/records/messages.d.ts';
import { consentOf, deny, forActors, permit, withLabels } from './consents.ts';
import { isRefused } from './decision.ts';
import { decide, isVisible } from './oracle.ts';
import { labelOf } from './policy.ts';
import type { SensitiveCategory } from './policy.ts';
import { emptyWard, noteWrite } from './wardModel.ts';
import type { ModelSession, WardModel } from './wardModel.ts';
import type { WardRequest } from './wardRequests.ts';

const HOUR_MS = 3_600_000;
let ward: WardModel;

const patientOf = (organization: string): Patient => ({
  resourceType: 'Patient',
  managingOrganization: { reference: `Organization/${organization}` },
});

const observation = (...labels: SensitiveCategory[]): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'Example' },
  subject: { reference: 'Patient/pat' },
  ...(labels.length > 0 && { meta: { security: labels.map(labelOf) } }),
});

beforeEach(() => {
  ward = emptyWard(Date.parse('2030-01-01T00:00:00.000Z'));
  const users = [
    ['doc', 'physician', 'north'],
    ['stranger', 'physician', 'north'],
    ['nurse', 'nurse', 'north'],
    ['bill', 'billing', 'north'],
    ['billSouth', 'billing', 'south'],
    ['study', 'researcher', 'university'],
    ['officer', 'privacy-officer', 'north'],
    ['officerSouth', 'privacy-officer', 'south'],
  ] as const;
  for (const [userId, role, organizationId] of users) {
    ward.users.set(userId, { userId, role, organizationId });
  }
  const self = {
    userId: 'self',
    role: 'patient',
    organizationId: 'none',
    patientId: 'pat',
  } as const;
  ward.users.set('self', self);
  noteWrite(ward, 'pat', 'pat', patientOf('north'));
  noteWrite(ward, 'gone', 'gone', patientOf('north'));
  ward.patients.get('gone')!.erased = true;
  const members = ['doc', 'nurse'];
  ward.careTeams.set('red', { careTeamId: 'red', patientId: 'pat', members });
  ward.careTeams.set('grey', { careTeamId: 'grey', patientId: 'gone', members });
});

const codesOf = (session: ModelSession | string | undefined, request: WardRequest): unknown => {
  const of = typeof session === 'string' ? { userId: session } : session;
  const decision = decide(ward, of, request);
  return isRefused(decision) ? [...decision.refused] : 'allowed';
};
const access = (purpose: string | undefined, patientId = 'pat', ...types: ResourceType[]) =>
  ({
    operation: 'accessRecord',
    patientId,
    ...(purpose !== undefined && { purpose }),
    ...(types.length > 0 && { types }),
  }) as const;
const write = (resource: Observation, ifMatch?: string, purpose = 'TREAT') =>
  ({
    operation: 'putResource',
    patientId: 'pat',
    resourceType: 'Observation',
    resourceId: 'o',
    purpose,
    resource,
    ...(ifMatch !== undefined && { ifMatch }),
  }) as const;
const grantTo = (userId: string, patientId: string): void => {
  const declared = { patientId, grantId: 'g', purpose: 'ETREAT', reason: 'unconscious' } as const;
  const expiresAtMs = ward.nowMs + HOUR_MS;
  ward.grants.set('g', { userId, declared, expiresAtMs, review: 'pending' });
};

describe('reading', () => {
  test.each([
    ['nobody', undefined, access('TREAT'), ['NOT_AUTHENTICATED', 'SESSION_EXPIRED']],
    ['no purpose', 'doc', access(undefined), ['INVALID_PURPOSE']],
    ['an unknown purpose', 'doc', access('CURIOSITY'), ['INVALID_PURPOSE']],
    ["another role's purpose", 'doc', access('HPAYMT'), ['INVALID_PURPOSE']],
    ['purpose before patient', 'doc', access('HPAYMT', 'nobody'), ['INVALID_PURPOSE']],
    ['the care team', 'doc', access('TREAT'), 'allowed'],
    ['no care team', 'stranger', access('TREAT'), ['ACCESS_DENIED']],
    ['the organisation', 'bill', access('HPAYMT'), 'allowed'],
    ['another organisation', 'billSouth', access('HPAYMT'), ['ACCESS_DENIED']],
    ['oneself', 'self', access('PATRQT'), 'allowed'],
    ['somebody else', 'self', access('PATRQT', 'gone'), ['ACCESS_DENIED']],
    ['an unknown patient', 'doc', access('TREAT', 'nobody'), ['ACCESS_DENIED']],
    [
      'role before patient',
      'bill',
      access('HPAYMT', 'nobody', 'Observation'),
      ['INSUFFICIENT_PRIVILEGES'],
    ],
    ['an erased one', 'doc', access('TREAT', 'gone'), ['ERASED']],
    ['an erased one, without relationship', 'stranger', access('TREAT', 'gone'), ['ACCESS_DENIED']],
    ['an erased one, for research', 'study', access('HRESCH', 'gone'), ['ACCESS_DENIED']],
    ['research without a consent', 'study', access('HRESCH'), ['ACCESS_DENIED']],
    ['no emergency', 'doc', access('BTG'), ['BREAK_GLASS_REQUIRED']],
    ['no emergency, and nobody', 'doc', access('BTG', 'nobody'), ['BREAK_GLASS_REQUIRED']],
  ] as const)('of %s', (_, userId, request, outcome) => {
    expect(codesOf(userId, request)).toEqual(outcome);
  });

  test('an inactive user is nobody', () => {
    ward.users.set('doc', { ...ward.users.get('doc')!, active: false });
    expect(codesOf('doc', access('TREAT'))).toEqual(['NOT_AUTHENTICATED', 'SESSION_EXPIRED']);
  });

  test('an emergency is of one user with one patient until its end, for both purposes', () => {
    grantTo('stranger', 'pat');
    expect(codesOf('stranger', access('ETREAT'))).toBe('allowed');
    expect(codesOf('stranger', access('BTG'))).toBe('allowed');
    expect(codesOf('stranger', access('TREAT'))).toEqual(['ACCESS_DENIED']);
    expect(codesOf('doc', access('BTG'))).toEqual(['BREAK_GLASS_REQUIRED']);
    expect(codesOf('stranger', access('BTG', 'gone'))).toEqual(['BREAK_GLASS_REQUIRED']);
    ward.nowMs += HOUR_MS;
    expect(codesOf('stranger', access('ETREAT'))).toEqual(['BREAK_GLASS_REQUIRED']);
  });

  test('types that the role has not are left out', () => {
    const decision = decide(
      ward,
      { userId: 'bill' },
      access('HPAYMT', 'pat', 'Condition', 'Observation'),
    );
    expect(decision).toMatchObject({ parts: new Map([['Condition', new Set(['ordinary'])]]) });
  });

  test('consent withholds by part, and everything with NO_CONSENT', () => {
    const { consents } = ward.patients.get('pat')!;
    const put = (id: string, provision: Parameters<typeof consentOf>[1]): unknown =>
      consents.set(id, { versionId: 1, resource: consentOf('pat', provision) });
    put('a', permit(withLabels('hiv')));
    const seen = (): unknown =>
      decide(ward, { userId: 'doc' }, access('TREAT', 'pat', 'Observation'));
    expect(seen()).toMatchObject({
      parts: new Map([['Observation', new Set(['ordinary', 'hiv'])]]),
    });
    put('b', deny(forActors('CareTeam/red'), permit(withLabels('hiv'))));
    expect(seen()).toMatchObject({ parts: new Map([['Observation', new Set(['hiv'])]]) });
    put('c', deny());
    expect(seen()).toEqual({ refused: ['NO_CONSENT'] });
    grantTo('doc', 'pat');
    expect(codesOf('doc', access('ETREAT'))).toBe('allowed');
    expect(codesOf('self', access('PATRQT'))).toBe('allowed');
    consents.delete('c');
    expect(decide(ward, { userId: 'doc' }, access('TREAT', 'pat', 'Patient'))).toMatchObject({
      orRefused: ['NO_CONSENT'],
    });
  });

  test('a single resource that is not there or withheld is unknown', () => {
    const read = {
      operation: 'readResource',
      patientId: 'pat',
      resourceType: 'Observation',
      purpose: 'TREAT',
    } as const;
    noteWrite(ward, 'pat', 'o', observation());
    noteWrite(ward, 'pat', 'h', observation('hiv'));
    expect(codesOf('doc', { ...read, resourceId: 'o' })).toBe('allowed');
    expect(codesOf('doc', { ...read, resourceId: 'h' })).toEqual(['UNKNOWN_RESOURCE']);
    expect(codesOf('doc', { ...read, resourceId: 'x' })).toEqual(['UNKNOWN_RESOURCE']);
    const first = { ...read, operation: 'readVersion', resourceId: 'o', versionId: '1' } as const;
    expect(codesOf('doc', first)).toBe('allowed');
    expect(codesOf('doc', { ...first, versionId: '2' })).toEqual(['UNKNOWN_RESOURCE']);
    // The present version lends its labels to the earlier one.
    noteWrite(ward, 'pat', 'o', observation('hiv'));
    expect(codesOf('doc', first)).toEqual(['UNKNOWN_RESOURCE']);
    noteWrite(ward, 'pat', 'o', observation());
    expect(codesOf('doc', { ...first, versionId: '2' })).toEqual(['UNKNOWN_RESOURCE']);
    expect(codesOf('doc', { ...first, versionId: '3' })).toBe('allowed');
  });

  test('each label of a resource has to be visible, and without any the ordinary part', () => {
    noteWrite(ward, 'pat', 'both', observation('hiv', 'substance-use'));
    const both = ward.patients.get('pat')!.resources.at(-1)!;
    const see = (...parts: ('ordinary' | SensitiveCategory)[]): boolean =>
      isVisible(new Map([['Observation', new Set(parts)]]), both);
    expect(see('ordinary', 'hiv')).toBe(false);
    expect(see('hiv', 'substance-use')).toBe(true);
  });
});

describe('scopes', () => {
  const doc = (scope: string, patientId?: string): ModelSession => ({
    userId: 'doc',
    scope,
    patientId,
  });
  test.each([
    [
      'none of the types',
      doc('user/Condition.rs'),
      access('TREAT', 'pat', 'Observation'),
      ['INSUFFICIENT_SCOPE'],
    ],
    ['one of them', doc('user/Condition.rs'), access('TREAT'), 'allowed'],
    [
      'scope before relationship',
      doc('user/Condition.s'),
      access('TREAT', 'nobody'),
      ['INSUFFICIENT_SCOPE'],
    ],
    ['its patient', doc('patient/*.rs', 'pat'), access('TREAT'), 'allowed'],
    ['another patient', doc('patient/*.rs', 'gone'), access('TREAT'), ['INSUFFICIENT_SCOPE']],
    ['a creation', doc('user/Observation.u'), write(observation()), ['INSUFFICIENT_SCOPE']],
    ['a creation, allowed', doc('user/Observation.c'), write(observation()), 'allowed'],
  ] as const)('that give %s', (_, session, request, outcome) => {
    expect(codesOf(session, request)).toEqual(outcome);
  });

  test('scope and role may be looked at in either order', () => {
    const billing = { userId: 'bill', scope: 'user/Observation.rs' };
    const request = access('HPAYMT', 'pat', 'Observation', 'Condition');
    expect(codesOf(billing, request)).toEqual(['INSUFFICIENT_PRIVILEGES', 'INSUFFICIENT_SCOPE']);
    expect(codesOf({ ...billing, scope: 'x' }, access('HPAYMT', 'pat', 'Observation'))).toEqual([
      'INSUFFICIENT_SCOPE',
      'INSUFFICIENT_PRIVILEGES',
    ]);
  });

  test('for a patient patient/ is about their own record, whatever the session says', () => {
    const self = { userId: 'self', scope: 'patient/*.rs', patientId: 'other' };
    expect(codesOf(self, access('PATRQT'))).toBe('allowed');
  });

  test('duties are not limited by scopes', () => {
    const request = { operation: 'listConsents', patientId: 'pat' } as const;
    expect(codesOf({ userId: 'self', scope: 'x' }, request)).toBe('allowed');
  });
});

describe('writing', () => {
  test('needs the right for the type and each label', () => {
    expect(codesOf('nurse', write(observation()))).toBe('allowed');
    expect(codesOf('nurse', write(observation('hiv')))).toEqual(['INSUFFICIENT_PRIVILEGES']);
    expect(codesOf('doc', write(observation('hiv', 'psychotherapy')))).toBe('allowed');
    expect(codesOf('bill', write(observation(), undefined, 'HPAYMT'))).toEqual([
      'INSUFFICIENT_PRIVILEGES',
    ]);
    expect(codesOf('stranger', write(observation()))).toEqual(['ACCESS_DENIED']);
  });

  test('needs it for what is replaced too, and the version', () => {
    expect(codesOf('nurse', write(observation(), 'W/"1"'))).toEqual(['VERSION_MISMATCH']);
    noteWrite(ward, 'pat', 'o', observation());
    expect(codesOf('nurse', write(observation(), 'W/"1"'))).toBe('allowed');
    expect(codesOf('nurse', write(observation()))).toEqual(['VERSION_MISMATCH']);
    noteWrite(ward, 'pat', 'o', observation('hiv'));
    expect(codesOf('doc', write(observation(), 'W/"2"'))).toBe('allowed');
    expect(codesOf('nurse', write(observation(), 'W/"2"'))).toEqual([
      'INSUFFICIENT_PRIVILEGES',
      'VERSION_MISMATCH',
    ]);
  });

  test('a patient is registered by their organisation, and stays there', () => {
    const put = (patientId: string, organization: string, ifMatch?: string) =>
      ({
        operation: 'putPatient',
        patientId,
        purpose: 'TREAT',
        resource: patientOf(organization),
        ...(ifMatch !== undefined && { ifMatch }),
      }) as const;
    expect(codesOf('stranger', put('new', 'north'))).toBe('allowed');
    expect(codesOf('stranger', put('new', 'south'))).toEqual(['ACCESS_DENIED']);
    expect(codesOf('stranger', put('pat', 'north'))).toEqual(['ACCESS_DENIED', 'VERSION_MISMATCH']);
    expect(codesOf('doc', put('gone', 'north'))).toContain('ERASED');
    expect(codesOf('doc', put('pat', 'north', 'W/"1"'))).toBe('allowed');
    expect(codesOf('doc', put('pat', 'south', 'W/"1"'))).toEqual(['INVALID_REQUEST']);
    expect(codesOf('doc', { ...put('new', 'north'), purpose: 'HOPERAT' })).toEqual([
      'INSUFFICIENT_PRIVILEGES',
      'ACCESS_DENIED',
    ]);
    expect(codesOf('doc', put('new', 'north', 'W/"1"'))).toEqual(['ACCESS_DENIED']);
  });
});

describe('duties', () => {
  const keys = (patientId: string) => ({ operation: 'getKeys', patientId }) as const;
  const rotate = (patientId: string) => ({ operation: 'rotateKey', patientId }) as const;
  const consent = (ifMatch?: string) =>
    ({
      operation: 'putConsent',
      patientId: 'pat',
      consentId: 'c',
      resource: consentOf('pat', permit()),
      ...(ifMatch !== undefined && { ifMatch }),
    }) as const;
  test.each([
    ['no duty of the role', 'doc', keys('pat'), ['INSUFFICIENT_PRIVILEGES']],
    ['the officer', 'officer', keys('pat'), 'allowed'],
    ['an officer of elsewhere', 'officerSouth', keys('pat'), ['ACCESS_DENIED']],
    ['an unknown patient', 'officer', keys('nobody'), ['ACCESS_DENIED']],
    ['keys of an erased one', 'officer', keys('gone'), 'allowed'],
    ['a new key for an erased one', 'officer', rotate('gone'), ['ERASED']],
    ['the log', 'officerSouth', { operation: 'getAuditRoot' }, 'allowed'],
    [
      'the log of an erased patient',
      'officer',
      { operation: 'listAudit', patientId: 'gone' },
      'allowed',
    ],
    ['reviews', 'nurse', { operation: 'listReviews' }, ['INSUFFICIENT_PRIVILEGES']],
    [
      'an unknown grant',
      'officer',
      { operation: 'reviewGrant', grantId: 'x', outcome: 'justified' },
      ['UNKNOWN_GRANT'],
    ],
    ['own consents', 'self', consent(), 'allowed'],
    ['a consent that is not there', 'self', consent('W/"1"'), ['VERSION_MISMATCH']],
    [
      'revoking what is not there',
      'self',
      { operation: 'revokeConsent', patientId: 'pat', consentId: 'x' },
      ['UNKNOWN_CONSENT'],
    ],
  ] as const)('%s', (_, userId, request, outcome) => {
    expect(codesOf(userId, request)).toEqual(outcome);
  });

  test('a consent is versioned', () => {
    ward.patients
      .get('pat')!
      .consents.set('c', { versionId: 2, resource: consentOf('pat', permit()) });
    expect(codesOf('officer', consent('W/"2"'))).toBe('allowed');
    expect(codesOf('officer', consent())).toEqual(['VERSION_MISMATCH']);
  });

  test('an emergency is declared by who may, of who is there, under an id of its own', () => {
    const declare = (patientId: string, reason = 'unconscious') =>
      ({
        operation: 'declareBreakGlass',
        patientId,
        grantId: 'g',
        purpose: 'ETREAT',
        reason,
      }) as const;
    expect(codesOf('bill', declare('nobody'))).toEqual(['NOT_BREAK_GLASS_AUTHORISED']);
    expect(codesOf('stranger', declare('nobody'))).toEqual(['UNKNOWN_PATIENT']);
    expect(codesOf('stranger', declare('gone'))).toEqual(['ERASED']);
    grantTo('stranger', 'pat');
    expect(codesOf('stranger', declare('pat'))).toBe('allowed');
    expect(codesOf('stranger', declare('pat', 'another reason'))).toEqual(['ID_REUSED']);
    expect(codesOf('doc', declare('pat'))).toEqual(['ID_REUSED']);
  });

  test('a review has one outcome', () => {
    grantTo('stranger', 'pat');
    const review = (outcome: 'justified' | 'unjustified') =>
      ({ operation: 'reviewGrant', grantId: 'g', outcome }) as const;
    expect(codesOf('officer', review('justified'))).toBe('allowed');
    ward.grants.get('g')!.review = 'justified';
    expect(codesOf('officer', review('justified'))).toBe('allowed');
    expect(codesOf('officer', review('unjustified'))).toEqual(['ALREADY_REVIEWED']);
  });
});
