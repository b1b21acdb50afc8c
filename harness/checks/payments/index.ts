/** The judge of the payments case: one check for each clause of spec/payments/requirements.json, one file for each requirement. */
import type { Check } from '../check.ts';

export const checks: readonly Check[] = [];
