/** The judge of the records case: one check for each clause of spec/records/requirements.json, one file for each requirement or a part of it. */
import type { Check } from '../check.ts';

export const checks: readonly Check[] = [];
