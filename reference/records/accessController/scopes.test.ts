import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grantedScope, parseScopes, patientOfScopes, scopeGives } from './scopes.ts';
import type { Right } from './scopes.ts';

const RIGHTS: readonly Right[] = ['c', 'r', 'u', 's'];

/** Which rights a text gives about a Condition of P1, in a session about `ownPatientId`. */
function given(text: string | undefined, ownPatientId?: string): string {
  const scopes = parseScopes(text);
  const about = { type: 'Condition', patientId: 'P1', ownPatientId } as const;
  return RIGHTS.filter((right) => scopeGives(scopes, { ...about, right })).join('');
}

test('without scopes a session has all rights, with an empty text none', () => {
  expect(given(undefined)).toBe('crus');
  expect(given('')).toBe('');
});

test.each([
  ['user/Condition.r', 'r'],
  ['user/Condition.rs', 'rs'],
  ['user/*.cruds', 'crus'],
  ['user/Condition.d', ''],
  ['user/Condition.read', 'rs'],
  ['user/Condition.write', 'cu'],
  ['user/Condition.*', 'crus'],
  ['user/Observation.cruds', ''],
  ['user/Observation.cruds user/Condition.u  user/*.s', 'us'],
])('"%s" gives "%s"', (text, rights) => {
  expect(given(text)).toBe(rights);
});

test.each([
  'system/Condition.rs',
  'user/Condition.sr',
  'user/Condition.dus',
  'user/Condition.rr',
  'user/Condition.',
  'user/Condition',
  'user/Condition.rs?category=laboratory',
  'user/Condition.RS',
  'user/condition.rs',
  'USER/Condition.rs',
  'user/**.rs',
  'user/.rs',
  '*/*.*',
  'user/Condition.constructor',
  'user/Condition.rs\nuser/*.cruds',
  'user/Condition.rs\n',
  'xuser/Condition.rs',
  'openid',
  'launch/patient',
])('"%s" is left out', (text) => {
  expect(given(text)).toBe('');
  expect(given(`${text} user/Condition.r`)).toBe('r');
});

test('patient/ is about the one patient of the session', () => {
  expect(given('patient/Condition.rs', 'P1')).toBe('rs');
  expect(given('patient/Condition.rs', 'P2')).toBe('');
  expect(given('patient/Condition.rs')).toBe('');
});

test('the one patient is the session’s, for a user of role patient they themselves', () => {
  const session = { patientId: 'P2' };
  expect(patientOfScopes({ role: 'nurse', patientId: 'P1' }, session)).toBe('P2');
  expect(patientOfScopes({ role: 'patient', patientId: 'P1' }, session)).toBe('P1');
  expect(patientOfScopes({ role: 'patient' }, session)).toBeUndefined();
  expect(patientOfScopes({ role: 'nurse' }, {})).toBeUndefined();
});

test('what was granted is told without what was left out', () => {
  expect(grantedScope(parseScopes('user/*.rs openid patient/Patient.read'))).toBe(
    'user/*.rs patient/Patient.read',
  );
  expect(grantedScope(parseScopes('openid'))).toBe('');
  expect(grantedScope(parseScopes(undefined))).toBeUndefined();
});

test('rights are given in their order and in no other', () => {
  const letters = fc.array(fc.constantFrom(...'cruds'), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(letters, (rights) => {
      const places = rights.map((right) => 'cruds'.indexOf(right));
      const isInOrder = places.every((place, index) => index === 0 || place > places[index - 1]!);
      const expected = isInOrder ? RIGHTS.filter((right) => rights.includes(right)) : [];
      expect(given(`user/Condition.${rights.join('')}`)).toBe(expected.join(''));
    }),
  );
});
