/** Named defects of the test system, "a system that ...", each with the clauses that must find it. Others may find it too. */
import {
  ACCESS_DEFECTS,
  CONSENT_DEFECTS,
  EMERGENCY_DEFECTS,
  MINIMISER_DEFECTS,
  SCOPE_DEFECTS,
  SESSION_DEFECTS,
} from './accessDefects.ts';
import { KEY_DEFECTS, VERSION_DEFECTS } from './keyDefects.ts';
import { LOG_DEFECTS, TOLD_DEFECTS } from './logDefects.ts';

export const DEFECTS = {
  ...ACCESS_DEFECTS,
  ...CONSENT_DEFECTS,
  ...EMERGENCY_DEFECTS,
  ...SESSION_DEFECTS,
  ...MINIMISER_DEFECTS,
  ...SCOPE_DEFECTS,
  ...LOG_DEFECTS,
  ...TOLD_DEFECTS,
  ...KEY_DEFECTS,
  ...VERSION_DEFECTS,
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Defect = keyof typeof DEFECTS;
