/** The judge of the game: one check for each clause of spec/game/requirements.json, one file for each requirement or theme. */
import type { Check } from '../check.ts';
import { areaChecks } from './areaOfInterest.ts';
import { claimedStateChecks } from './claimedState.ts';
import { claimChecks } from './claims.ts';
import { deltaSizeChecks } from './deltaSizes.ts';
import { deltaSnapshotChecks } from './deltaSnapshots.ts';
import { determinismChecks } from './determinism.ts';
import { freshReadChecks } from './freshReads.ts';
import { predictionChecks } from './prediction.ts';
import { refusedCommandChecks } from './refusedCommands.ts';
import { sequenceChecks } from './sequence.ts';
import { longestStepChecks } from './longestSteps.ts';
import { snapshotChecks } from './snapshotsShowTheState.ts';
import { tokenChecks } from './tokens.ts';
import { twinChecks } from './twinRuns.ts';
import { vectorChecks } from './vectorScenarios.ts';
import { weaponRuleChecks } from './weaponRules.ts';

export const checks: readonly Check[] = [
  // One line a file.
  ...claimedStateChecks,
  ...vectorChecks,
  ...tokenChecks,
  ...determinismChecks,
  ...snapshotChecks,
  ...refusedCommandChecks,
  ...sequenceChecks,
  ...predictionChecks,
  ...freshReadChecks,
  ...areaChecks,
  ...claimChecks,
  ...deltaSizeChecks,
  ...deltaSnapshotChecks,
  ...longestStepChecks,
  ...twinChecks,
  ...weaponRuleChecks,
];
