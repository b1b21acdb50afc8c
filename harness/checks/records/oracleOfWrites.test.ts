import { beforeEach, describe, expect, test } from 'vitest';
import { consentOf, permit } from './consents.ts';
import { codesOf, grantTo, observation, patientOf, smallWard, write } from './testing/smallWard.ts';
import { noteWrite } from './wardModel.ts';
import type { WardModel } from './wardModel.ts';

let ward: WardModel;
beforeEach(() => {
  ward = smallWard();
});

describe('writing', () => {
  test('needs the right for the type and each label', () => {
    expect(codesOf(ward, 'nurse', write(observation()))).toBe('allowed');
    expect(codesOf(ward, 'nurse', write(observation('hiv')))).toEqual(['INSUFFICIENT_PRIVILEGES']);
    expect(codesOf(ward, 'doc', write(observation('hiv', 'psychotherapy')))).toBe('allowed');
    expect(codesOf(ward, 'bill', write(observation(), undefined, 'HPAYMT'))).toEqual([
      'INSUFFICIENT_PRIVILEGES',
    ]);
    expect(codesOf(ward, 'stranger', write(observation()))).toEqual(['ACCESS_DENIED']);
  });

  test('needs it for what is replaced too, and the version', () => {
    expect(codesOf(ward, 'nurse', write(observation(), 'W/"1"'))).toEqual(['VERSION_MISMATCH']);
    noteWrite(ward, 'pat', 'o', observation());
    expect(codesOf(ward, 'nurse', write(observation(), 'W/"1"'))).toBe('allowed');
    expect(codesOf(ward, 'nurse', write(observation()))).toEqual(['VERSION_MISMATCH']);
    noteWrite(ward, 'pat', 'o', observation('hiv'));
    expect(codesOf(ward, 'doc', write(observation(), 'W/"2"'))).toBe('allowed');
    expect(codesOf(ward, 'nurse', write(observation(), 'W/"2"'))).toEqual([
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
    expect(codesOf(ward, 'stranger', put('new', 'north'))).toBe('allowed');
    expect(codesOf(ward, 'stranger', put('new', 'south'))).toEqual(['ACCESS_DENIED']);
    expect(codesOf(ward, 'stranger', put('pat', 'north'))).toEqual([
      'ACCESS_DENIED',
      'VERSION_MISMATCH',
    ]);
    expect(codesOf(ward, 'doc', put('gone', 'north'))).toContain('ERASED');
    expect(codesOf(ward, 'doc', put('pat', 'north', 'W/"1"'))).toBe('allowed');
    expect(codesOf(ward, 'doc', put('pat', 'south', 'W/"1"'))).toEqual(['INVALID_REQUEST']);
    expect(codesOf(ward, 'doc', { ...put('new', 'north'), purpose: 'HOPERAT' })).toEqual([
      'INSUFFICIENT_PRIVILEGES',
      'ACCESS_DENIED',
    ]);
    expect(codesOf(ward, 'doc', put('new', 'north', 'W/"1"'))).toEqual(['ACCESS_DENIED']);
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
    expect(codesOf(ward, userId, request)).toEqual(outcome);
  });

  test('a consent is versioned', () => {
    ward.patients
      .get('pat')!
      .consents.set('c', { versionId: 2, resource: consentOf('pat', permit()) });
    expect(codesOf(ward, 'officer', consent('W/"2"'))).toBe('allowed');
    expect(codesOf(ward, 'officer', consent())).toEqual(['VERSION_MISMATCH']);
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
    expect(codesOf(ward, 'bill', declare('nobody'))).toEqual(['NOT_BREAK_GLASS_AUTHORISED']);
    expect(codesOf(ward, 'stranger', declare('nobody'))).toEqual(['UNKNOWN_PATIENT']);
    expect(codesOf(ward, 'stranger', declare('gone'))).toEqual(['ERASED']);
    grantTo(ward, 'stranger', 'pat');
    expect(codesOf(ward, 'stranger', declare('pat'))).toBe('allowed');
    expect(codesOf(ward, 'stranger', declare('pat', 'another reason'))).toEqual(['ID_REUSED']);
    expect(codesOf(ward, 'doc', declare('pat'))).toEqual(['ID_REUSED']);
  });

  test('a review has one outcome', () => {
    grantTo(ward, 'stranger', 'pat');
    const review = (outcome: 'justified' | 'unjustified') =>
      ({ operation: 'reviewGrant', grantId: 'g', outcome }) as const;
    expect(codesOf(ward, 'officer', review('justified'))).toBe('allowed');
    ward.grants.get('g')!.review = 'justified';
    expect(codesOf(ward, 'officer', review('justified'))).toBe('allowed');
    expect(codesOf(ward, 'officer', review('unjustified'))).toEqual(['ALREADY_REVIEWED']);
  });
});
