import { expect, test } from 'vitest';
import { decideCompliance } from './complianceDecision.ts';

const RULES = {
  sanctionedCountries: ['KP'],
  blockedMethods: ['wallet'] as ['wallet'],
  maxAmountMinor: 100,
  dataResidency: false,
};
const PAYMENT = { amountMinor: 100, methodType: 'card', customer: { country: 'DE' } } as const;

test('what the rules allow passes, the limit itself included', () => {
  expect(decideCompliance(RULES, PAYMENT, false)).toBe('pass');
});

test.each([
  ['a sanctioned country', { customer: { country: 'KP' } }],
  ['a blocked method', { methodType: 'wallet' as const }],
  ['an amount above the limit', { amountMinor: 101 }],
])('%s is a violation, whatever the sanctions list says', (_what, change) => {
  expect(decideCompliance(RULES, { ...PAYMENT, ...change }, false)).toBe('violation');
  expect(decideCompliance(RULES, { ...PAYMENT, ...change }, 'unavailable')).toBe('violation');
});

test('the sanctions list decides what the rules leave open, and its silence is no verdict', () => {
  expect(decideCompliance(RULES, PAYMENT, true)).toBe('violation');
  expect(decideCompliance(RULES, PAYMENT, 'unavailable')).toBe('unavailable');
});
