/** The judge of the marketplace case: one check for each clause of spec/marketplace/requirements.json, one file for each requirement. */
import type { Check } from '../check.ts';

export const checks: readonly Check[] = [];
