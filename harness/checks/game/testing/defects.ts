/** Named defects of the test system, "a system that ...", each with the clauses that must find it. Others may find it too. */
import { AREA_DEFECTS, DELTA_DEFECTS, NETWORK_DEFECTS } from './replicationDefects.ts';
import { CHEAT_DEFECTS, LIFE_DEFECTS } from './lifeDefects.ts';
import { COMMAND_DEFECTS, CONFLICT_DEFECTS, SHOT_DEFECTS } from './ruleDefects.ts';

export const DEFECTS = {
  ...COMMAND_DEFECTS,
  ...CONFLICT_DEFECTS,
  ...SHOT_DEFECTS,
  ...DELTA_DEFECTS,
  ...AREA_DEFECTS,
  ...NETWORK_DEFECTS,
  ...CHEAT_DEFECTS,
  ...LIFE_DEFECTS,
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Defect = keyof typeof DEFECTS;
