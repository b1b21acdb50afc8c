import { beforeEach, describe, expect, test } from 'vitest';
import type { ResourceType } from '../../../spec/records/messages.d.ts';
import { consentOf, deny, forActors, permit, withLabels } from './consents.ts';
import { decide, isVisible } from './oracle.ts';
import type { SensitiveCategory } from './policy.ts';
import { codesOf, grantTo, HOUR_MS, observation, smallWard, write } from './testing/smallWard.ts';
import { noteWrite } from './wardModel.ts';
import type { ModelSession, WardModel } from './wardModel.ts';

let ward: WardModel;
beforeEach(() => {
  ward = smallWard();
});

const access = (purpose: string | undefined, patientId = 'pat', ...types: ResourceType[]) =>
  ({
    operation: 'accessRecord',
    patientId,
    ...(purpose !== undefined && { purpose }),
    ...(types.length > 0 && { types }),
  }) as const;

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
    expect(codesOf(ward, userId, request)).toEqual(outcome);
  });

  test('an inactive user is nobody', () => {
    ward.users.set('doc', { ...ward.users.get('doc')!, active: false });
    expect(codesOf(ward, 'doc', access('TREAT'))).toEqual(['NOT_AUTHENTICATED', 'SESSION_EXPIRED']);
  });

  test('an emergency is of one user with one patient until its end, for both purposes', () => {
    grantTo(ward, 'stranger', 'pat');
    expect(codesOf(ward, 'stranger', access('ETREAT'))).toBe('allowed');
    expect(codesOf(ward, 'stranger', access('BTG'))).toBe('allowed');
    expect(codesOf(ward, 'stranger', access('TREAT'))).toEqual(['ACCESS_DENIED']);
    expect(codesOf(ward, 'doc', access('BTG'))).toEqual(['BREAK_GLASS_REQUIRED']);
    expect(codesOf(ward, 'stranger', access('BTG', 'gone'))).toEqual(['BREAK_GLASS_REQUIRED']);
    ward.nowMs += HOUR_MS;
    expect(codesOf(ward, 'stranger', access('ETREAT'))).toEqual(['BREAK_GLASS_REQUIRED']);
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
    grantTo(ward, 'doc', 'pat');
    expect(codesOf(ward, 'doc', access('ETREAT'))).toBe('allowed');
    expect(codesOf(ward, 'self', access('PATRQT'))).toBe('allowed');
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
    expect(codesOf(ward, 'doc', { ...read, resourceId: 'o' })).toBe('allowed');
    expect(codesOf(ward, 'doc', { ...read, resourceId: 'h' })).toEqual(['UNKNOWN_RESOURCE']);
    expect(codesOf(ward, 'doc', { ...read, resourceId: 'x' })).toEqual(['UNKNOWN_RESOURCE']);
    const first = { ...read, operation: 'readVersion', resourceId: 'o', versionId: '1' } as const;
    expect(codesOf(ward, 'doc', first)).toBe('allowed');
    expect(codesOf(ward, 'doc', { ...first, versionId: '2' })).toEqual(['UNKNOWN_RESOURCE']);
    // The present version lends its labels to the earlier one.
    noteWrite(ward, 'pat', 'o', observation('hiv'));
    expect(codesOf(ward, 'doc', first)).toEqual(['UNKNOWN_RESOURCE']);
    noteWrite(ward, 'pat', 'o', observation());
    expect(codesOf(ward, 'doc', { ...first, versionId: '2' })).toEqual(['UNKNOWN_RESOURCE']);
    expect(codesOf(ward, 'doc', { ...first, versionId: '3' })).toBe('allowed');
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
    expect(codesOf(ward, session, request)).toEqual(outcome);
  });

  test('scope and role may be looked at in either order', () => {
    const billing = { userId: 'bill', scope: 'user/Observation.rs' };
    const request = access('HPAYMT', 'pat', 'Observation', 'Condition');
    expect(codesOf(ward, billing, request)).toEqual([
      'INSUFFICIENT_PRIVILEGES',
      'INSUFFICIENT_SCOPE',
    ]);
    expect(
      codesOf(ward, { ...billing, scope: 'x' }, access('HPAYMT', 'pat', 'Observation')),
    ).toEqual(['INSUFFICIENT_SCOPE', 'INSUFFICIENT_PRIVILEGES']);
  });

  test('for a patient patient/ is about their own record, whatever the session says', () => {
    const self = { userId: 'self', scope: 'patient/*.rs', patientId: 'other' };
    expect(codesOf(ward, self, access('PATRQT'))).toBe('allowed');
  });

  test('duties are not limited by scopes', () => {
    const request = { operation: 'listConsents', patientId: 'pat' } as const;
    expect(codesOf(ward, { userId: 'self', scope: 'x' }, request)).toBe('allowed');
  });
});
