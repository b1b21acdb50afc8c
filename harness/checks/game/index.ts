/** The judge of the game: one check for each clause of spec/game/requirements.json, one file for each requirement or theme. */
import type { Check } from '../check.ts';
import { areaChecks } from './areaOfInterest.ts';
import { claimChecks } from './claims.ts';
import { deltaSizeChecks } from './deltaSizes.ts';
import { deltaSnapshotChecks } from './deltaSnapshots.ts';
import { flagChecks } from './flagsDoNotAct.ts';
import { habitChecks } from './habits.ts';
import { headshotChecks } from './headshots.ts';
import { jitterChecks } from './jitter.ts';
import { killedMatchChecks } from './killedMatches.ts';
import { longestStepChecks } from './longestSteps.ts';
import { reportChecks } from './reports.ts';
import { snapshotChecks } from './snapshotsShowTheState.ts';
import { tickChecks } from './ticks.ts';
import { twinChecks } from './twinRuns.ts';
import { weaponRuleChecks } from './weaponRules.ts';

export const checks: readonly Check[] = [
  // One line a file.
  ...areaChecks,
  ...claimChecks,
  ...deltaSizeChecks,
  ...deltaSnapshotChecks,
  ...flagChecks,
  ...habitChecks,
  ...headshotChecks,
  ...jitterChecks,
  ...killedMatchChecks,
  ...longestStepChecks,
  ...reportChecks,
  ...snapshotChecks,
  ...tickChecks,
  ...twinChecks,
  ...weaponRuleChecks,
];
