import { expect, test } from 'vitest';
import { decideFraud } from './fraudDecision.ts';

const POLICY = { reviewFrom: 0.65, blockAbove: 0.8 };

test.each([
  [0, 'allow', 'normal'],
  [0.649, 'allow', 'normal'],
  [0.65, 'review', 'elevated'],
  [0.8, 'review', 'elevated'],
  [0.801, 'block', 'highest'],
  ['unavailable', 'unavailable', 'unknown'],
] as const)('a score of %s is %s, %s', (score, decision, level) => {
  expect(decideFraud(score, POLICY)).toEqual({ decision, level });
});
