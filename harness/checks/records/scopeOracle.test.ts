import { expect, test } from 'vitest';
import { parseScope, scopeGives } from './scopeOracle.ts';
import type { ScopeRight } from './scopeOracle.ts';

test.each([
  ['user/Observation.r', 'r'],
  ['user/Observation.rs', 'rs'],
  ['patient/Observation.cruds', 'cruds'],
  ['user/Observation.cd', 'cd'],
  ['user/Observation.read', 'rs'],
  ['user/Observation.write', 'cud'],
  ['user/*.*', 'cruds'],
])('%s is as it should be', (scope, rights) => {
  expect([...(parseScope(scope)?.rights ?? [])].join('')).toBe(rights);
});

test.each([
  'user/Observation.sr',
  'user/Observation.rr',
  'user/Observation.R',
  'user/Observation.',
  'user/Observation',
  'user/Observation.rs?category=laboratory',
  'user/Observation.read.rs',
  'user/Observation/1.rs',
  'user/observation.rs',
  'user/Consent.rs',
  'user/.rs',
  'system/*.cruds',
  'User/Observation.rs',
  'toString/Observation.toString',
  'user/Observation.constructor',
  'openid',
  '',
])('"%s" gives nothing', (scope) => {
  expect(parseScope(scope)).toBeUndefined();
});

const gives = (scopes: string | undefined, right: ScopeRight, own?: string): boolean =>
  scopeGives(scopes, right, 'Observation', 'p', own);

test('a session without scopes is not limited, one with none that is right gets nothing', () => {
  expect(gives(undefined, 's')).toBe(true);
  expect(gives('openid launch', 's')).toBe(false);
});

test('several scopes give what one of them gives', () => {
  expect(gives('user/Condition.rs user/Observation.s', 's')).toBe(true);
  expect(gives('user/Condition.rs user/Observation.s', 'r')).toBe(false);
  expect(gives('user/Observation.sr user/*.r', 's')).toBe(false);
});

test('patient/ is about one patient', () => {
  expect(gives('patient/*.r', 'r', 'p')).toBe(true);
  expect(gives('patient/*.r', 'r', 'q')).toBe(false);
  expect(gives('patient/*.r', 'r')).toBe(false);
});
